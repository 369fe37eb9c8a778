"""Commands on tags. A tag also comes to be when a ticket is given it for the first time."""

from uuid import UUID

from deskbell.features.tags import queries
from deskbell.features.tags.events import TagCreated, TagDeleted
from deskbell.features.tags.records import Tag
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["create", "delete", "list_tags", "remove"]


async def list_tags(uow: UnitOfWork, search: str | None, page: PageRequest) -> Page[Tag]:
    """The organization's tags by name, with how many tickets carry each."""
    uow.actor.require(Permission.TAG_READ)
    return await queries.list_page(uow.db, search.strip() if search else None, page)


async def create(uow: UnitOfWork, name: str, color: str | None) -> Tag:
    """Defines a tag. Raises `Conflict` when there is one of this name."""
    uow.actor.require(Permission.TAG_MANAGE)
    clean = " ".join(name.split())
    if not clean:
        raise Invalid.field("name", "This field must not be empty")
    tag = Tag(new_id(), clean, color.lower() if color else None, 0, uow.now)
    if not await queries.add(uow.db, uow.actor.organization_id, tag):
        raise Conflict(f"There is already a tag called {clean}")
    uow.record(TagCreated(tag_id=tag.id, name=tag.name, color=tag.color))
    return tag


async def delete(uow: UnitOfWork, tag_id: UUID) -> None:
    """Deletes a tag and frees its name. Raises `NotFound`.

    `tickets` then removes it from each ticket and calls `remove`.
    """
    uow.actor.require(Permission.TAG_MANAGE)
    tag = await queries.find(uow.db, tag_id)
    if tag is None:
        raise NotFound("tag")
    await queries.soft_delete(uow.db, tag.id)
    uow.record(TagDeleted(tag_id=tag.id, name=tag.name, tickets=tag.tickets_count))


async def remove(uow: UnitOfWork, tag_id: UUID) -> None:
    """Removes the row of a deleted tag to which no ticket refers any more. The deletion has its event."""
    await queries.remove(uow.db, tag_id)
