"""Commands on categories."""

from uuid import UUID

import msgspec

from deskbell.features.categories import queries
from deskbell.features.categories.events import CategoryCreated, CategoryDeleted, CategoryUpdated
from deskbell.features.categories.records import Category, CategoryChanges
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["create", "delete", "get", "list_categories", "remove", "update"]


async def list_categories(uow: UnitOfWork, page: PageRequest) -> Page[Category]:
    """The organization's categories by name."""
    uow.actor.require(Permission.CATEGORY_READ)
    return await queries.list_page(uow.db, page)


async def get(uow: UnitOfWork, category_id: UUID) -> Category:
    """A category. Raises `NotFound`."""
    uow.actor.require(Permission.CATEGORY_READ)
    category = await queries.find(uow.db, category_id)
    if category is None:
        raise NotFound("category")
    return category


async def create(uow: UnitOfWork, name: str, description: str) -> Category:
    """Adds a category. Raises `Conflict` when there is one of this name."""
    uow.actor.require(Permission.CATEGORY_MANAGE)
    category = Category(new_id(), _clean(name), description.strip(), uow.now, uow.now)
    await _demand_free(uow, category)
    await queries.add(uow.db, uow.actor.organization_id, category)
    uow.record(CategoryCreated(category_id=category.id, name=category.name, description=category.description))
    return category


async def update(uow: UnitOfWork, category_id: UUID, changes: CategoryChanges) -> Category:
    """Sets the given fields. Raises `NotFound`, and `Conflict` for a name that another category has."""
    uow.actor.require(Permission.CATEGORY_MANAGE)
    category = await queries.lock(uow.db, category_id)
    if category is None:
        raise NotFound("category")
    changed = msgspec.structs.replace(
        category,
        name=category.name if changes.name is msgspec.UNSET else _clean(changes.name),
        description=category.description if changes.description is msgspec.UNSET else changes.description.strip(),
    )
    if changed == category:
        return category
    await _demand_free(uow, changed)
    changed = msgspec.structs.replace(changed, updated_at=uow.now)
    await queries.write(uow.db, changed)
    told = {
        field: Change(getattr(category, field), getattr(changed, field))
        for field in ("name", "description")
        if getattr(category, field) != getattr(changed, field)
    }
    uow.record(CategoryUpdated(category_id=category.id, changes=told))
    return changed


async def delete(uow: UnitOfWork, category_id: UUID) -> None:
    """Deletes a category and frees its name. Raises `NotFound`.

    `tickets` then removes it from each ticket and calls `remove`.
    """
    uow.actor.require(Permission.CATEGORY_MANAGE)
    category = await queries.lock(uow.db, category_id)
    if category is None:
        raise NotFound("category")
    await queries.soft_delete(uow.db, category.id)
    uow.record(CategoryDeleted(category_id=category.id, name=category.name))


async def remove(uow: UnitOfWork, category_id: UUID) -> None:
    """Removes the row of a deleted category to which no ticket refers any more. The deletion has its event."""
    await queries.remove(uow.db, category_id)


def _clean(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise Invalid.field("name", "This field must not be empty")
    return clean


async def _demand_free(uow: UnitOfWork, category: Category) -> None:
    if await queries.name_taken(uow.db, category.name, category.id):
        raise Conflict(f"There is already a category called {category.name}")
