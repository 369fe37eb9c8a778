"""Commands on brands."""

from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.brands import queries
from deskbell.features.brands.events import BrandCreated, BrandDeleted, BrandUpdated
from deskbell.features.brands.records import Brand, BrandChanges
from deskbell.kernel.access import step
from deskbell.kernel.changes import one_line, require_text
from deskbell.kernel.errors import Conflict
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory

BRANDS: Final = Directory(
    queries.BRANDS,
    "brand",
    queries.BY_NAME,
    unique="name",
    taken=lambda brand: Conflict("brand.name_taken", name=brand.name),
    soft=True,
    created=lambda brand: BrandCreated(
        brand_id=brand.id, name=brand.name, color=brand.color, address=brand.address, logo=brand.logo
    ),
    updated=lambda brand, changes: BrandUpdated(brand_id=brand.id, changes=changes),
    deleted=lambda brand: BrandDeleted(brand_id=brand.id, name=brand.name),
)


async def list_brands(uow: UnitOfWork, page: PageRequest) -> Page[Brand]:
    """A page of the organization's brands, by name."""
    uow.actor.require(Permission.BRAND_READ)
    return await BRANDS.page(uow.db, page)


async def get(uow: UnitOfWork, brand_id: UUID) -> Brand:
    """A brand. Raises `NotFound`."""
    uow.actor.require(Permission.BRAND_READ)
    return await BRANDS.get(uow.db, brand_id)


async def create(uow: UnitOfWork, name: str, color: str | None, address: str | None, logo: str | None) -> Brand:
    """Creates a brand. Raises `Conflict` if its name is taken."""
    uow.actor.require(Permission.BRAND_MANAGE)
    require_text(name=name)
    brand = Brand(
        id=new_id(), name=one_line(name), color=color.lower() if color else None, address=address, logo=logo,
        created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    return await BRANDS.create(uow, brand)


def etag(brand: Brand) -> str:
    """The entity tag of a brand: all that an admin sets."""
    return tag_of(brand.name, brand.color, brand.address, brand.logo)


async def update(
    uow: UnitOfWork, brand_id: UUID, changes: BrandChanges, expected_version: Precondition | None = None
) -> Brand:
    """Sets the given fields. Raises `NotFound`, `StaleVersion`, and `Conflict` if another brand has the name."""
    uow.actor.require(Permission.BRAND_MANAGE)
    brand = await _locked(uow, brand_id, expected_version)
    require_text(name=changes.name)
    color = changes.color.lower() if isinstance(changes.color, str) else changes.color
    return await BRANDS.update(uow, brand, replace(changes, name=one_line(changes.name), color=color))


async def delete(uow: UnitOfWork, brand_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a brand and frees its name. Raises `NotFound`, `StaleVersion`.

    A job removes it from its tickets and calls `remove`.
    """
    uow.actor.require(Permission.BRAND_MANAGE)
    await BRANDS.delete(uow, await _locked(uow, brand_id, expected_version))


async def _locked(uow: UnitOfWork, brand_id: UUID, expected_version: Precondition | None) -> Brand:
    brand = await BRANDS.lock(uow.db, brand_id)
    if expected_version is not None:
        expected_version.demand(etag(brand), brand)
    return brand


@step("deletions that are authorised, and the job that completes them")
async def remove(uow: UnitOfWork, brand_id: UUID) -> None:
    """Removes the row of a deleted brand that no ticket refers to. The deletion has its event."""
    await BRANDS.purge(uow.db, brand_id)
