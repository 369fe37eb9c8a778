"""platform: categories."""

from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.api.shared.routing import Uow, get
from deskbell.features.categories import service
from deskbell.kernel.paging import PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

_ALL: Final = 10_000  # the document's list has no pages


class CategoryView(Struct, frozen=True):
    """What tickets can be about."""

    id: UUID
    name: str
    description: str


@get("/categories", permission=Permission.CATEGORY_READ, tags=["Categories"], summary="List Categories")
async def list_categories(uow: Uow) -> list[CategoryView]:
    """The organization's categories by name."""
    page = await service.list_categories(uow, PageRequest(_ALL))
    return [CategoryView(category.id, category.name, category.description) for category in page.items]


ROUTES = [list_categories]
