"""platform: categories."""

from typing import Final

from deskbell.api.platform.categories.shapes import CategoryView
from deskbell.api.shared.routing import Uow, get
from deskbell.features.categories import service
from deskbell.kernel.paging import PageRequest
from deskbell.kernel.permissions import Permission

_ALL: Final = 10_000  # the document defines no paging for this list


@get("/categories", permission=Permission.CATEGORY_READ, tags=["Categories"], summary="List Categories")
async def list_categories(uow: Uow) -> list[CategoryView]:
    """Lists the organization's categories by name."""
    page = await service.list_categories(uow, PageRequest(_ALL))
    return [CategoryView(category.id, category.name, category.description) for category in page.items]


ROUTES = [list_categories]
