"""Commands on tags. Setting an unknown tag on a ticket also creates it."""

from typing import Final
from uuid import UUID

from deskbell.features.tags import queries
from deskbell.features.tags.events import TagCreated, TagDeleted, TagMerged, TagUpdated
from deskbell.features.tags.records import Tag, TagChanges
from deskbell.kernel.access import step
from deskbell.kernel.changes import one_line, require_text
from deskbell.kernel.errors import Conflict, Invalid
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory

TAGS: Final = Directory(
    queries.TAGS,
    "tag",
    queries.BY_NAME,
    taken=lambda tag: Conflict("tag.name_taken", name=tag.name),
    soft=True,
    created=lambda tag: TagCreated(tag_id=tag.id, name=tag.name, color=tag.color),
    updated=lambda tag, changes: TagUpdated(tag_id=tag.id, name=tag.name, changes=changes),
    deleted=lambda tag: TagDeleted(tag_id=tag.id, name=tag.name, tickets=tag.tickets_count),
)


async def list_tags(uow: UnitOfWork, search: str | None, page: PageRequest) -> Page[Tag]:
    """A page of the organization's tags, by name."""
    uow.actor.require(Permission.TAG_READ)
    text = search.strip() if search else ""
    return await TAGS.page(uow.db, page, queries.containing(text) if text else None)


async def get(uow: UnitOfWork, tag_id: UUID) -> Tag:
    """A tag. Raises `NotFound`."""
    uow.actor.require(Permission.TAG_READ)
    return await TAGS.get(uow.db, tag_id)


async def create(uow: UnitOfWork, name: str, color: str | None) -> Tag:
    """Creates a tag. Raises `Conflict` for a name in use."""
    uow.actor.require(Permission.TAG_MANAGE)
    require_text(name=name)
    return await TAGS.create(uow, Tag(new_id(), one_line(name), color.lower() if color else None, 0, uow.now))


def etag(tag: Tag) -> str:
    """The entity tag of a tag: its name and colour."""
    return tag_of(tag.name, tag.color)


async def update(
    uow: UnitOfWork, tag_id: UUID, changes: TagChanges, expected_version: Precondition | None = None
) -> Tag:
    """Renames or colours a tag; every ticket shows it so.

    Raises `NotFound`, `StaleVersion`, and `Conflict` for a name in use.

    Rules and saved searches name a tag by its text: those with the old name do not follow.
    """
    uow.actor.require(Permission.TAG_MANAGE)
    require_text(name=changes.name)
    tag = await _locked(uow, tag_id, expected_version)
    color = changes.color.lower() if isinstance(changes.color, str) else changes.color
    clean = TagChanges(one_line(changes.name), color)
    if isinstance(clean.name, str) and await queries.is_taken(uow.db, clean.name, tag_id):
        raise Conflict("tag.name_taken", name=clean.name)
    return await TAGS.update(uow, tag, clean)


async def merge(uow: UnitOfWork, tag_id: UUID, into_id: UUID) -> Tag:
    """Deletes a tag and gives its tickets another one, which is returned. Raises `NotFound`, and `Invalid` for itself.

    `tickets` then changes each ticket and calls `remove`.
    """
    uow.actor.require(Permission.TAG_MANAGE)
    if tag_id == into_id:
        raise Invalid.field("into_id", "tag.into_itself")
    found = {
        each: await TAGS.lock(uow.db, each) for each in sorted((tag_id, into_id))
    }  # in one order, against deadlocks
    tag, into = found[tag_id], found[into_id]
    event = TagMerged(
        tag_id=tag.id, name=tag.name, into_id=into.id, into_name=into.name, tickets=tag.tickets_count
    )  # fmt: skip
    await TAGS.delete(uow, tag, event)
    await queries.redirect(uow.db, tag_id, into_id)
    return into


async def delete(uow: UnitOfWork, tag_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a tag and frees its name. Raises `NotFound`, `StaleVersion`.

    `tickets` then removes it from each ticket and calls `remove`.
    """
    uow.actor.require(Permission.TAG_MANAGE)
    await TAGS.delete(uow, await _locked(uow, tag_id, expected_version))


async def _locked(uow: UnitOfWork, tag_id: UUID, expected_version: Precondition | None) -> Tag:
    tag = await TAGS.lock(uow.db, tag_id)
    if expected_version is not None:
        expected_version.demand(etag(tag), tag)
    return tag


@step("deletions that are authorised, and the job that completes them")
async def remove(uow: UnitOfWork, tag_id: UUID) -> None:
    """Deletes the row of a deleted tag, which no ticket refers to any more. `delete` recorded the event."""
    await TAGS.purge(uow.db, tag_id)
