"""SQL of drafts and held comments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec
from msgspec.structs import replace

from deskbell.features.drafts.records import Draft, DraftFile, DraftKind, HeldComment, OutboxNotice
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

_DRAFTS: Final = Table(
    "drafts",
    Draft,
    "d",
    columns={"ticket_number": "t.number", "ticket_subject": "t.subject"},
    joins="join tickets t on t.organization_id = d.organization_id and t.id = d.ticket_id and t.deleted_at is null",
    without=["files"],
)
_HELD: Final = Table(
    "held_comments",
    HeldComment,
    "h",
    columns={
        "author_id": "h.author_id",
        "author_name": "m.name",
        "author_email": "m.email",
        "author_avatar_url": "m.avatar_url",
        "author_role": "m.role",
    },
    joins="join memberships m on m.organization_id = h.organization_id and m.user_id = h.author_id",
)
_FILES: Final = Table("files", DraftFile, "f")
CHANNEL: Final = "deskbell_outbox"
"""The channel of announcements of held comments, as JSON."""
_NEWEST: Final = Order[Draft](
    "d.updated_at", "d.id", shape=tuple[datetime, UUID], key=lambda draft: (draft.updated_at, draft.id), descending=True
)


def _own(actor: Actor) -> Fragment:
    return sql("d.author_id = {}", actor.user_id)


async def find_draft(db: Db, actor: Actor, ticket_id: UUID, kind: DraftKind, *, lock: bool = False) -> Draft | None:
    """The actor's draft of a kind on a ticket."""
    last = sql("for update of d") if lock else sql("")
    return await _DRAFTS.find(db, sql("d.ticket_id = {} and d.kind = {} and {} {}", ticket_id, kind, _own(actor), last))


async def lock_draft(db: Db, actor: Actor, draft_id: UUID) -> Draft | None:
    """A draft of the actor by its id."""
    return await _DRAFTS.find(db, sql("d.id = {} and {} for update of d", draft_id, _own(actor)))


async def drafts_on(db: Db, actor: Actor, ticket_id: UUID) -> list[Draft]:
    """The actor's drafts on a ticket."""
    found = await _DRAFTS.fetch(db, sql("d.ticket_id = {} and {} order by d.kind", ticket_id, _own(actor)))
    return await with_files(db, actor, found)


async def page_of_drafts(db: Db, actor: Actor, request: PageRequest) -> Page[Draft]:
    """The actor's drafts, latest first; those on deleted tickets are left out."""
    total = sql(
        "select count(*) from drafts d join tickets t on t.organization_id = d.organization_id and t.id = d.ticket_id "
        "and t.deleted_at is null where {}",
        _own(actor),
    )
    found = await page(db, _DRAFTS, _NEWEST, request, where=_own(actor), total=total)
    return replace(found, items=await with_files(db, actor, found.items))


async def with_files(db: Db, actor: Actor, drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts with those of their files that are still there and not attached."""
    ids = [file_id for draft in drafts for file_id in draft.file_ids]
    found = {each.id: each for each in await loose_files(db, actor, ids)}
    return [
        replace(draft, files=[found[file_id] for file_id in draft.file_ids if file_id in found]) for draft in drafts
    ]


async def loose_files(db: Db, actor: Actor, file_ids: Sequence[UUID]) -> list[DraftFile]:
    """Those of these uploads that are the actor's and not attached to anything."""
    return await _FILES.fetch(
        db,
        sql(
            "f.id = any({}) and f.uploaded_by = {} and not exists (select from attachments a "
            "where a.organization_id = f.organization_id and a.file_id = f.id)",
            list(file_ids),
            actor.user_id,
        ),
    )


async def add_draft(db: Db, organization_id: UUID, draft: Draft) -> bool:
    """Writes a new draft; False when its author has one in its place already."""
    insert = _DRAFTS.insert(draft, organization_id=organization_id)
    return bool(
        await db.execute(sql("{} on conflict (organization_id, author_id, ticket_id, kind) do nothing", insert))
    )


async def update_draft(db: Db, draft: Draft) -> None:
    """Writes the words and the version of a locked draft."""
    await db.execute(_DRAFTS.update(draft, "body", "document", "file_ids", "version", "updated_at"))


async def remove_draft(db: Db, draft_id: UUID) -> None:
    """Removes a draft."""
    await db.execute(sql("delete from drafts where id = {}", draft_id))


async def hold(db: Db, organization_id: UUID, held: HeldComment) -> None:
    """Writes a held comment."""
    await db.execute(_HELD.insert(held, organization_id=organization_id))


async def announce(
    db: Db, organization_id: UUID, held: HeldComment, state: Literal["held", "undone", "failed"]
) -> None:
    """Announces to the sockets of the staff what became of a held comment, if the unit commits. No journal has it."""
    notice = OutboxNotice(organization_id, held.ticket_id, held.id, held.public, state)
    await db.execute("select pg_notify('deskbell_outbox', $1)", msgspec.json.encode(notice).decode())


async def held_on(db: Db, actor: Actor, ticket_id: UUID) -> list[HeldComment]:
    """The held comments of a ticket that the actor, of the staff, may see, oldest first."""
    seen = sql("true") if actor.reads_notes else sql("h.public")
    return await _HELD.fetch(db, sql("h.ticket_id = {} and {} order by h.created_at, h.id", ticket_id, seen))


async def lock_held(db: Db, held_id: UUID, *, skip: bool = False) -> HeldComment | None:
    """A held comment, locked; with `skip`, None for one that another transaction has locked."""
    wait = sql("skip locked") if skip else sql("")
    return await _HELD.find(db, sql("h.id = {} for update of h {}", held_id, wait))


async def remove_held(db: Db, held_id: UUID) -> None:
    """Removes a held comment."""
    await db.execute(sql("delete from held_comments where id = {}", held_id))


async def mark_failed(db: Db, held_id: UUID, code: str) -> None:
    """Notes why a held comment could not be sent; it waits for its author then."""
    await db.execute(sql("update held_comments set failed = {} where id = {} and failed is null", code, held_id))


async def is_sent(db: Db, comment_id: UUID, author_id: UUID) -> bool:
    """Whether an author's comment with this id is part of its ticket."""
    return bool(
        await db.fetch_value(
            sql("select exists (select from comments c where c.id = {} and c.author_id = {})", comment_id, author_id)
        )
    )


async def next_due(db: Db, limit: int) -> list[tuple[UUID, UUID, UUID, datetime]]:
    """Organization, id, author and time of the next held comments of all organizations."""
    rows = await db.fetch_all("select organization_id, id, author_id, send_at from deskbell_held_due($1)", limit)
    return [(row["organization_id"], row["id"], row["author_id"], row["send_at"]) for row in rows]
