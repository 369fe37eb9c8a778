"""Commands on categories."""

from typing import Any, Final
from uuid import UUID

from msgspec import UnsetType

from deskbell.features.categories import queries
from deskbell.features.categories.events import CategoryCreated, CategoryDeleted, CategoryMerged, CategoryUpdated
from deskbell.features.categories.records import Category, CategoryChanges
from deskbell.kernel.access import step
from deskbell.kernel.changes import one_line, require_text, stripped
from deskbell.kernel.errors import Conflict, Invalid
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
    created=lambda each: CategoryCreated(
        category_id=each.id, name=each.name, description=each.description, color=each.color
    ),
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


async def create(uow: UnitOfWork, name: str, description: str, color: str | None = None) -> Category:
    """Adds a category. Raises `Conflict` for a name in use."""
    uow.actor.require(Permission.CATEGORY_MANAGE)
    require_text(name=name)
    category = Category(
        id=new_id(), name=one_line(name), description=description.strip(), color=_lower(color), tickets_count=0,
        articles_count=0, created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    return await CATEGORIES.create(uow, category)


def etag(category: Category) -> str:
    """The entity tag of a category: its name, description and colour."""
    return tag_of(category.name, category.description, category.color)


async def update(
    uow: UnitOfWork, category_id: UUID, changes: CategoryChanges, expected_version: Precondition | None = None
) -> Category:
    """Sets the given fields. Raises `NotFound`, `StaleVersion`, and `Conflict` for a name in use."""
    uow.actor.require(Permission.CATEGORY_MANAGE)
    category = await _locked(uow, category_id, expected_version)
    require_text(name=changes.name)
    clean = CategoryChanges(one_line(changes.name), stripped(changes.description), _lower(changes.color))
    return await CATEGORIES.update(uow, category, clean)


async def merge(uow: UnitOfWork, category_id: UUID, into_id: UUID) -> Category:
    """Deletes a category and gives its tickets another one, which is returned.

    Raises `NotFound`, and `Invalid` for itself. Enabled rules that name it are switched off, as with its deletion. Articles
    keep their category. `tickets` then changes each ticket and calls `remove`.
    """
    uow.actor.require(Permission.CATEGORY_MANAGE)
    if category_id == into_id:
        raise Invalid.field("into_id", "category.into_itself")
    # In one order, against deadlocks.
    found = {each: await CATEGORIES.lock(uow.db, each) for each in sorted((category_id, into_id))}
    category, into = found[category_id], found[into_id]
    await gone(uow, "category", category_id)
    event = CategoryMerged(
        category_id=category.id, name=category.name, into_id=into.id, into_name=into.name,
        tickets=category.tickets_count,
    )  # fmt: skip
    await CATEGORIES.delete(uow, category, event)
    await queries.redirect(uow.db, category_id, into_id)
    return into


async def delete(uow: UnitOfWork, category_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a category and frees its name. Raises `NotFound`, `StaleVersion`.

    `tickets` then removes it from each ticket and calls `remove`.
    """
    uow.actor.require(Permission.CATEGORY_MANAGE)
    category = await _locked(uow, category_id, expected_version)
    await gone(uow, "category", category_id)
    await CATEGORIES.delete(uow, category)


def _lower(color: str | UnsetType | None) -> Any:
    return color.lower() if isinstance(color, str) else color


async def _locked(uow: UnitOfWork, category_id: UUID, expected_version: Precondition | None) -> Category:
    category = await CATEGORIES.lock(uow.db, category_id)
    if expected_version is not None:
        expected_version.demand(etag(category), category)
    return category


@step("deletions that are authorised, and the job that completes them")
async def remove(uow: UnitOfWork, category_id: UUID) -> None:
    """Deletes the row of a deleted category, which no ticket refers to any more. `delete` recorded the event."""
    await CATEGORIES.purge(uow.db, category_id)
