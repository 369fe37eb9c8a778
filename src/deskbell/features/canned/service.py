"""Commands on canned responses, and their rendering for a ticket."""

from typing import Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.canned import queries, template
from deskbell.features.canned.context import context_of
from deskbell.features.canned.events import CannedCreated, CannedDeleted, CannedUpdated
from deskbell.features.canned.keeping import put_files, with_files
from deskbell.features.canned.records import CannedChanges, CannedResponse, NewCanned
from deskbell.features.canned.template import Rendered
from deskbell.features.files import service as files
from deskbell.features.files.records import StoredFile
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.queries.references import find_group, find_person
from deskbell.features.tickets.records import Person, Ticket
from deskbell.kernel.access import step
from deskbell.kernel.changes import applied, require_text
from deskbell.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory
from deskbell.runtime.references import gone
from deskbell.runtime.sql import all_of
from deskbell.runtime.storage import Storage


class ShortcutTaken(Conflict):
    """Another canned response has this shortcut."""

    code = "SHORTCUT_TAKEN"
    default = "canned_response.shortcut_taken"


RESPONSES: Final = Directory(
    queries.RESPONSES,
    "canned response",
    queries.BY_TITLE,
    taken=lambda _: ShortcutTaken(),
    created=lambda response: CannedCreated(response_id=response.id, title=response.title),
    updated=lambda response, changes: CannedUpdated(response_id=response.id, changes=changes),
    deleted=lambda response: CannedDeleted(response_id=response.id, title=response.title),
    versioned=True,
)


async def list_responses(uow: UnitOfWork, search: str | None, page: PageRequest) -> Page[CannedResponse]:
    """A page of the responses that the actor may see, by title; `search` matches parts of title, content and shortcut."""
    uow.actor.require(Permission.CANNED_READ)
    text = search.strip() if search else ""
    found = all_of([queries.visible_to(uow.actor), queries.containing(text) if text else None])
    shown = await RESPONSES.page(uow.db, page, found)
    return Page(await with_files(uow, shown.items), shown.total, shown.request, shown.next_cursor)


async def get(uow: UnitOfWork, response_id: UUID) -> CannedResponse:
    """A canned response that the actor may see. Raises `NotFound`."""
    uow.actor.require(Permission.CANNED_READ)
    [response] = await with_files(uow, [await RESPONSES.get(uow.db, response_id, queries.visible_to(uow.actor))])
    return response


async def create(uow: UnitOfWork, new: NewCanned) -> CannedResponse:
    """Creates a canned response. Raises `ShortcutTaken`, and `Invalid` for a blank title or content or an unknown group."""
    uow.actor.require(Permission.CANNED_WRITE)
    require_text(title=new.title, content=new.content)
    response = CannedResponse(
        id=new_id(), title=new.title.strip(), content=new.content, shortcut=_clean(new.shortcut), version=1,
        owner_id=_owner(uow, shared=new.shared), group_id=await _group(uow, new.group_id, shared=new.shared),
        created_by=uow.actor.user_id, created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    await RESPONSES.create(uow, response)
    return replace(response, files=await put_files(uow, response, new.file_ids)) if new.file_ids else response


async def update(
    uow: UnitOfWork, response_id: UUID, changes: CannedChanges, expected_version: Precondition | None = None
) -> CannedResponse:
    """Sets the given fields. Raises `NotFound`, `ShortcutTaken`, `Invalid`, `StaleVersion`.

    Rules that name a response are switched off when it becomes a person's own.
    """
    uow.actor.require(Permission.CANNED_WRITE)
    response = await _locked(uow, response_id, expected_version)
    require_text(title=changes.title, content=changes.content)
    after = applied(response, changes)
    after = replace(after, title=after.title.strip(), shortcut=_clean(after.shortcut))
    was_shared = response.owner_id is None
    shared = was_shared if changes.shared is UNSET else changes.shared
    if shared != was_shared:
        after = replace(after, owner_id=_owner(uow, shared=shared))
    if changes.group_id is not UNSET or not shared:
        after = replace(after, group_id=await _group(uow, after.group_id, shared=shared))
    if after.shortcut is not None and await queries.has_shortcut(uow.db, after):
        raise ShortcutTaken
    if was_shared and not shared:
        await gone(uow, "canned", response_id)
    before, response = response, await RESPONSES.update(uow, response, after)
    kept = [file.id for file in before.files]
    wanted = kept if changes.file_ids is UNSET else list(dict.fromkeys(changes.file_ids))
    return response if wanted == kept else await _refiled(uow, before, response, wanted)


async def delete(uow: UnitOfWork, response_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a canned response; comments written with it stay. Raises `NotFound`, `StaleVersion`."""
    uow.actor.require(Permission.CANNED_WRITE)
    response = await _locked(uow, response_id, expected_version)
    await gone(uow, "canned", response_id)
    await queries.remove_files(uow.db, uow.actor.organization_id, response_id, [], uow.now)
    await RESPONSES.delete(uow, response)


async def copy_files(uow: UnitOfWork, storage: Storage, response_id: UUID) -> list[StoredFile]:
    """Copies of a response's files for one reply, as uploads of the actor. Raises `NotFound`."""
    uow.actor.require(Permission.CANNED_READ, Permission.FILE_UPLOAD)
    response = await get(uow, response_id)
    copies = await files.copies(uow, storage, response.files)
    try:
        return [await files.create(uow, copy) for copy in copies]
    except BaseException:
        await files.discard(storage, copies)
        raise


async def count_use(uow: UnitOfWork, response_id: UUID) -> None:
    """Counts that an agent put a response into a reply or note. No event: figures are no change. Raises `NotFound`."""
    uow.actor.require(Permission.CANNED_READ)
    if not await queries.count_use(uow.db, uow.actor, response_id, uow.now):
        raise NotFound(RESPONSES.noun)


async def _locked(uow: UnitOfWork, response_id: UUID, expected: Precondition | None) -> CannedResponse:
    found = await RESPONSES.lock(uow.db, response_id, queries.visible_to(uow.actor))
    [response] = await with_files(uow, [found])
    if expected is not None:
        expected.demand(etag(response), response)
    return response


def etag(response: CannedResponse) -> str:
    """The entity tag of a canned response: its version in quotes."""
    return f'"{response.version}"'


async def render_for_ticket(uow: UnitOfWork, response_id: UUID, ticket_id: UUID) -> Rendered:
    """The content with its variables replaced. Raises `NotFound` for the response or the ticket."""
    uow.actor.require(Permission.CANNED_READ, Permission.TICKET_READ)
    response = await get(uow, response_id)
    ticket = await tickets.get(uow, ticket_id)
    return await rendered(uow, response.content, ticket, await find_person(uow.db, uow.actor.id))


@step("reads and reactions that may read the ticket")
async def rendered(uow: UnitOfWork, text: str, ticket: Ticket, agent: Person | None) -> Rendered:
    """A text with its variables replaced for a ticket and the agent who answers."""
    return template.render(text, await values_for(uow, ticket, agent))


@step("reads and reactions that may read the ticket")
async def values_for(uow: UnitOfWork, ticket: Ticket, agent: Person | None) -> dict[str, dict[str, str]]:
    """The values of variables."""
    return context_of(ticket, agent, await queries.organization_name(uow.db))


async def _refiled(
    uow: UnitOfWork, before: CannedResponse, response: CannedResponse, file_ids: list[UUID]
) -> CannedResponse:
    """A changed response with other files, as one new version."""
    now = await put_files(uow, response, file_ids)
    change = Change([file.filename for file in before.files], [file.filename for file in now])
    uow.record(CannedUpdated(response_id=response.id, changes={"files": change}))
    if response.version == before.version:
        response = replace(response, version=response.version + 1, updated_at=uow.now)
        await uow.db.execute(queries.RESPONSES.update(response, "version", "updated_at"))
    return replace(response, files=now)


def _owner(uow: UnitOfWork, *, shared: bool) -> UUID | None:
    """The owner of a response; None for a shared one."""
    if shared:
        return None
    if uow.actor.user_id is None:
        raise Forbidden
    return uow.actor.user_id


async def _group(uow: UnitOfWork, group_id: UUID | None, *, shared: bool) -> UUID | None:
    """The group of a response; none for a person's own. Raises `Invalid` for an unknown one."""
    if not shared or group_id is None:
        return None
    if await find_group(uow.db, group_id) is None:
        raise Invalid.field("group_id", "group.unknown")
    return group_id


def _clean(shortcut: str | None) -> str | None:
    """Strips white space; an empty shortcut becomes None."""
    return (shortcut or "").strip() or None
