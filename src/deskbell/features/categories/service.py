"""Commands on categories."""

from typing import Final
from uuid import UUID

from deskbell.features.categories import queries
from deskbell.features.categories.events import CategoryCreated, CategoryDeleted, CategoryUpdated
from deskbell.features.categories.records import Category, CategoryChanges
from deskbell.kernel.access import step
from deskbell.kernel.changes import one_line, require_text, stripped
from deskbell.kernel.errors import Conflict
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory
from deskbell.runtime.references import gone

CATEGORIES: Final = Directory(
    queries.CATEGORIES,
    "category",
    queries.BY_NAME,
    unique="name",
    taken=lambda category: Conflict("category.name_taken", name=category.name),
    soft=True,
    created=lambda each: CategoryCreated(category_id=each.id, name=each.name, description=each.description),
    updated=lambda each, changes: CategoryUpdated(category_id=each.id, changes=changes),
    deleted=lambda each: CategoryDeleted(category_id=each.id, name=each.name),
)


async def list_categories(uow: UnitOfWork, page: PageRequest) -> Page[Category]:
    """A page of the organization's categories, by name."""
    uow.actor.require(Permission.CATEGORY_READ)
    return await CATEGORIES.page(uow.db, page)


async def get(uow: UnitOfWork, category_id: UUID) -> Category:
    """Returns the category. Raises `NotFound`."""
    uow.actor.require(Permission.CATEGORY_READ)
    return await CATEGORIES.get(uow.db, category_id)


async def create(uow: UnitOfWork, name: str, description: str) -> Category:
    """Adds a category. Raises `Conflict` for a name in use."""
    uow.actor.require(Permission.CATEGORY_MANAGE)
    require_text(name=name)
    return await CATEGORIES.create(uow, Category(new_id(), one_line(name), description.strip(), uow.now, uow.now))


def etag(category: Category) -> str:
    """The entity tag of a category: its name and description."""
    return tag_of(category.name, category.description)


async def update(
    uow: UnitOfWork, category_id: UUID, changes: CategoryChanges, expected_version: Precondition | None = None
) -> Category:
    """Sets the given fields. Raises `NotFound`, `StaleVersion`, and `Conflict` for a name in use."""
    uow.actor.require(Permission.CATEGORY_MANAGE)
    category = await _locked(uow, category_id, expected_version)
    require_text(name=changes.name)
    clean = CategoryChanges(one_line(changes.name), stripped(changes.description))
    return await CATEGORIES.update(uow, category, clean)


async def delete(uow: UnitOfWork, category_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a category and frees its name. Raises `NotFound`, `StaleVersion`.

    `tickets` then removes it from each ticket and calls `remove`.
    """
    uow.actor.require(Permission.CATEGORY_MANAGE)
    category = await _locked(uow, category_id, expected_version)
    await gone(uow, "category", category_id)
    await CATEGORIES.delete(uow, category)


async def _locked(uow: UnitOfWork, category_id: UUID, expected_version: Precondition | None) -> Category:
    category = await CATEGORIES.lock(uow.db, category_id)
    if expected_version is not None:
        expected_version.demand(etag(category), category)
    return category


@step("deletions that are authorised, and the job that completes them")
async def remove(uow: UnitOfWork, category_id: UUID) -> None:
    """Deletes the row of a deleted category, which no ticket refers to any more. `delete` recorded the event."""
    await CATEGORIES.purge(uow.db, category_id)
