"""Commands on tags. Setting an unknown tag on a ticket also creates it."""

from typing import Final
from uuid import UUID

from deskbell.features.tags import queries
from deskbell.features.tags.events import TagCreated, TagDeleted
from deskbell.features.tags.records import Tag
from deskbell.kernel.access import step
from deskbell.kernel.changes import one_line, require_text
from deskbell.kernel.errors import Conflict
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory

TAGS: Final = Directory(
    queries.TAGS,
    "tag",
    queries.BY_NAME,
    taken=lambda tag: Conflict("tag.name_taken", name=tag.name),
    soft=True,
    created=lambda tag: TagCreated(tag_id=tag.id, name=tag.name, color=tag.color),
    deleted=lambda tag: TagDeleted(tag_id=tag.id, name=tag.name, tickets=tag.tickets_count),
)


async def list_tags(uow: UnitOfWork, search: str | None, page: PageRequest) -> Page[Tag]:
    """A page of the organization's tags, by name."""
    uow.actor.require(Permission.TAG_READ)
    text = search.strip() if search else ""
    return await TAGS.page(uow.db, page, queries.containing(text) if text else None)


async def create(uow: UnitOfWork, name: str, color: str | None) -> Tag:
    """Creates a tag. Raises `Conflict` for a name in use."""
    uow.actor.require(Permission.TAG_MANAGE)
    require_text(name=name)
    return await TAGS.create(uow, Tag(new_id(), one_line(name), color.lower() if color else None, 0, uow.now))


async def delete(uow: UnitOfWork, tag_id: UUID) -> None:
    """Deletes a tag and frees its name. Raises `NotFound`.

    `tickets` then removes it from each ticket and calls `remove`.
    """
    uow.actor.require(Permission.TAG_MANAGE)
    await TAGS.delete(uow, await TAGS.lock(uow.db, tag_id))


@step("deletions that are authorised, and the job that completes them")
async def remove(uow: UnitOfWork, tag_id: UUID) -> None:
    """Deletes the row of a deleted tag, which no ticket refers to any more. `delete` recorded the event."""
    await TAGS.purge(uow.db, tag_id)
