"""Comments and their attachments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.tickets.comment_records import Attachment, Comment, ReplyMail
from deskbell.features.tickets.queries.visibility import visible_comments_to
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_COMMENTS: Final = Table(
    "comments",
    Comment,
    "c",
    columns={
        "author_id": "c.author_id",
        "author_name": "m.name",
        "author_email": "m.email",
        "author_avatar_url": "m.avatar_url",
        "author_role": "m.role",
    },
    joins="join memberships m on m.organization_id = c.organization_id and m.user_id = c.author_id",
    without=["attachments"],
)
_ATTACHMENTS: Final = Table(
    "attachments",
    Attachment,
    "f",
    columns={"width": "u.width", "height": "u.height"},
    joins="left join files u on u.organization_id = f.organization_id and u.id = f.file_id",
)
_BY_TIME: Final = Order[Comment](
    "c.created_at", "c.id", shape=tuple[datetime, UUID], key=lambda comment: (comment.created_at, comment.id)
)


async def add(db: Db, organization_id: UUID, comment: Comment) -> None:
    """Writes a comment."""
    await db.execute(_COMMENTS.insert(comment, organization_id=organization_id))


async def add_reply_mail(db: Db, organization_id: UUID, comment_id: UUID, mail: ReplyMail) -> None:
    """Notes the recipients that the author of a reply named, for the reaction that mails it."""
    await db.execute(
        sql(
            "insert into reply_mails (organization_id, comment_id, to_addresses, cc_addresses, quote) "
            "values ({}, {}, {}, {}, {})",
            organization_id, comment_id, mail.to, mail.cc, mail.quote,
        )
    )  # fmt: skip


async def add_attachments(
    db: Db, organization_id: UUID, ticket_id: UUID, comment_id: UUID | None, attachments: Sequence[Attachment]
) -> None:
    """Hangs files on a comment or, without one, on the ticket's description, in order."""
    await db.execute(
        "insert into attachments (organization_id, id, ticket_id, comment_id, file_id, filename, url, mime_type, size, "
        "position) select $1, a.id, $2, $3, a.file_id, a.filename, a.url, a.mime_type, a.size, a.position "
        "from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[]) "
        "with ordinality as a (id, file_id, filename, url, mime_type, size, position)",
        organization_id, ticket_id, comment_id, [a.id for a in attachments], [a.file_id for a in attachments],
        [a.filename for a in attachments], [a.url for a in attachments], [a.mime_type for a in attachments],
        [a.size for a in attachments],
    )  # fmt: skip


async def find_visible(db: Db, actor: Actor, comment_id: UUID) -> Comment | None:
    """A comment that the actor may see; its ticket must be looked at as well."""
    return await _COMMENTS.find(db, sql("c.id = {} and {}", comment_id, visible_comments_to(actor)))


async def by_ids(db: Db, comment_ids: Sequence[UUID]) -> dict[UUID, Comment]:
    """Comments of the entered organization without a check of visibility: readers of the journal decide for each recipient."""
    found = await _COMMENTS.fetch(db, sql("c.id = any({})", list(comment_ids)))
    return {comment.id: comment for comment in await _with_attachments(db, found)}


async def of_ids(db: Db, comment_ids: Sequence[UUID]) -> dict[UUID, Comment]:
    """Comments whose visibility the caller has checked, with their files, in two statements whatever their number."""
    found = await _COMMENTS.fetch(db, sql("c.id = any({})", list(comment_ids)))
    attached = await attachments_of(db, comment_ids)
    return {each.id: replace(each, attachments=attached.get(each.id, [])) for each in found}


async def ticket_id_of(db: Db, comment_id: UUID) -> UUID | None:
    """The ticket of a comment."""
    value = await db.fetch_value(sql("select ticket_id from comments where id = {}", comment_id))
    return None if value is None else UUID(bytes=value.bytes)


async def list_visible(db: Db, actor: Actor, ticket_id: UUID) -> list[Comment]:
    """A ticket's whole conversation as the actor may see it, oldest first."""
    theirs = sql("c.ticket_id = {} and {} order by c.created_at, c.id", ticket_id, visible_comments_to(actor))
    return await _with_attachments(db, await _COMMENTS.fetch(db, theirs))


async def page_visible(db: Db, actor: Actor, ticket_id: UUID, request: PageRequest) -> Page[Comment]:
    """A page of a ticket's conversation, oldest first unless asked otherwise."""
    theirs = sql("c.ticket_id = {} and {}", ticket_id, visible_comments_to(actor))
    found = await page(db, _COMMENTS, _BY_TIME, request, where=theirs)
    return replace(found, items=await _with_attachments(db, found.items))


async def _with_attachments(db: Db, comments: list[Comment]) -> list[Comment]:
    attached = await attachments_of(db, [comment.id for comment in comments]) if comments else {}
    return [
        replace(comment, attachments=attached[comment.id]) if comment.id in attached else comment
        for comment in comments
    ]


async def attachments_of(db: Db, comment_ids: Sequence[UUID]) -> dict[UUID | None, list[Attachment]]:
    """The files on some comments, one query for all."""
    attached: dict[UUID | None, list[Attachment]] = {}
    theirs = sql("f.comment_id = any({}) order by f.comment_id, f.position", list(comment_ids))
    for attachment in await _ATTACHMENTS.fetch(db, theirs):
        attached.setdefault(attachment.comment_id, []).append(attachment)
    return attached


async def attachments_of_ticket(db: Db, ticket_id: UUID) -> list[Attachment]:
    """The files of a ticket itself, which an import brings with its description; those of its comments are apart."""
    own = sql("f.ticket_id = {} and f.comment_id is null order by f.position, f.id", ticket_id)
    return await _ATTACHMENTS.fetch(db, own)


async def reword(db: Db, comment_id: UUID, body: str, now: datetime) -> None:
    """Updates a comment's text."""
    await db.execute(
        sql(
            "update comments set body = {}, body_html = null, edited_at = {}, version = version + 1 where id = {}",
            body,
            now,
            comment_id,
        )
    )


async def remove(db: Db, comment_id: UUID) -> None:
    """Removes a comment. Its files then belong to nothing; a job deletes them."""
    await db.execute(sql("delete from comments where id = {}", comment_id))
