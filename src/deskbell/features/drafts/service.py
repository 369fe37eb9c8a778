"""Drafts: one for each ticket, kind and author. No event is recorded: they are private, and saved every two seconds."""

from uuid import UUID

from msgspec.structs import replace

from deskbell.features.drafts import queries
from deskbell.features.drafts.records import Draft, DraftKind, DraftWords
from deskbell.features.tickets import service as tickets
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import Invalid, NotFound, Problem, StaleVersion
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["delete", "get", "list_drafts", "own_drafts", "save"]


async def list_drafts(uow: UnitOfWork, page: PageRequest) -> Page[Draft]:
    """The actor's drafts, latest first."""
    uow.actor.require(Permission.COMMENT_CREATE, Permission.TICKET_READ)
    return await queries.page_of_drafts(uow.db, uow.actor, page)


@anyone("returns nothing to those who may not write the words")
async def own_drafts(uow: UnitOfWork, ticket_id: UUID) -> list[Draft]:
    """The actor's drafts on a ticket that they may see, of the kinds that they may write."""
    if not uow.actor.may(Permission.COMMENT_CREATE):
        return []
    found = await queries.drafts_on(uow.db, uow.actor, ticket_id)
    return [each for each in found if each.kind == "reply" or uow.actor.reads_notes]


async def get(uow: UnitOfWork, ticket_id: UUID, kind: DraftKind) -> Draft:
    """The actor's draft. Raises `NotFound` for the ticket or the draft."""
    uow.actor.require(*_needed(kind))
    await tickets.get(uow, ticket_id)
    draft = await queries.find_draft(uow.db, uow.actor, ticket_id, kind)
    if draft is None:
        raise NotFound("draft")
    return (await queries.with_files(uow.db, uow.actor, [draft]))[0]


async def save(uow: UnitOfWork, ticket_id: UUID, kind: DraftKind, words: DraftWords, expected: int | None) -> Draft:
    """Saves the actor's draft. `expected` is the version that it replaces, 0 for none; without it any is replaced.

    Raises `NotFound` for the ticket, `StaleVersion`, and `Invalid` for a file that is not theirs or attached.
    """
    uow.actor.require(*_needed(kind))
    ticket = await tickets.get(uow, ticket_id)
    known = {each.id for each in await queries.loose_files(uow.db, uow.actor, words.file_ids)}
    wrong = [i for i, file_id in enumerate(words.file_ids) if file_id not in known]
    if wrong:
        raise Invalid([Problem.at(f"file_ids.{i}", "attachment.upload_unknown") for i in wrong])
    present = await queries.find_draft(uow.db, uow.actor, ticket_id, kind, lock=True)
    version = present.version if present else 0
    if expected is not None and expected != version:
        raise await _stale(uow, present)
    draft = Draft(
        id=present.id if present else new_id(), ticket_id=ticket.id, ticket_number=ticket.number,
        ticket_subject=ticket.subject, author_id=uow.actor.id, kind=kind, body=words.body, document=words.document,
        file_ids=list(dict.fromkeys(words.file_ids)), version=version + 1, updated_at=uow.now,
    )  # fmt: skip
    if present is not None:
        await queries.update_draft(uow.db, draft)
    elif not await queries.add_draft(uow.db, uow.actor.organization_id, draft):
        raise StaleVersion('"1"')  # another request has just made the first one
    return (await queries.with_files(uow.db, uow.actor, [draft]))[0]


async def delete(uow: UnitOfWork, ticket_id: UUID, kind: DraftKind, expected: int | None) -> None:
    """Discards the actor's draft. Raises `NotFound`, `StaleVersion`."""
    uow.actor.require(*_needed(kind))
    draft = await queries.find_draft(uow.db, uow.actor, ticket_id, kind, lock=True)
    if draft is None:
        raise NotFound("draft")
    if expected is not None and expected != draft.version:
        raise await _stale(uow, draft)
    await queries.remove_draft(uow.db, draft.id)


async def _stale(uow: UnitOfWork, present: Draft | None) -> StaleVersion:
    if present is None:
        return StaleVersion('"0"')
    return StaleVersion(
        f'"{present.version}"', (await queries.with_files(uow.db, uow.actor, [present]))[0], for_staff=True
    )


def merged(draft: Draft, words: DraftWords) -> Draft:
    """A draft with other words before its own, so that none are lost."""
    document = None
    if draft.document is not None and words.document is not None:
        parts = [words.document.get("content"), draft.document.get("content")]
        if all(isinstance(part, list) for part in parts):
            document = words.document | {"content": [*(parts[0] or []), *(parts[1] or [])]}
    return replace(
        draft, body=f"{words.body}\n\n{draft.body}", document=document,
        file_ids=list(dict.fromkeys([*words.file_ids, *draft.file_ids])),
    )  # fmt: skip


def _needed(kind: DraftKind) -> tuple[Permission, ...]:
    always = (Permission.COMMENT_CREATE, Permission.TICKET_READ)
    return always if kind == "reply" else (*always, Permission.COMMENT_INTERNAL)
