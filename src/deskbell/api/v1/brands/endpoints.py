"""v1: brands."""

from typing import Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.brands.shapes import CreateBrand, UpdateBrand
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.features.brands import service
from deskbell.features.brands.records import Brand
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Brands"]


def _answer(brand: Brand) -> Response[Success[Brand]]:
    return tagged(brand, service.etag(brand))


@get("/brands", permission=Permission.BRAND_READ, tags=TAG, summary="List brands")
async def list_brands(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
) -> Paginated[Brand]:
    """Lists the brands by name."""
    found = await service.list_brands(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated(found.items, Pagination.of(found))


@get("/brands/{brand_id:str}", permission=Permission.BRAND_READ, tags=TAG, summary="Get a brand")
async def get_brand(uow: Uow, brand_id: FromPath[UUID]) -> Response[Success[Brand]]:
    """Returns a brand."""
    return _answer(await service.get(uow, brand_id))


@post("/brands", permission=Permission.BRAND_MANAGE, tags=TAG, summary="Create a brand")
async def create_brand(uow: Uow, data: JSONBody[CreateBrand]) -> Response[Success[Brand]]:
    """Creates a brand. The name must be unique."""
    brand = await service.create(uow, data.name, data.color, data.address, data.logo)
    return tagged(brand, service.etag(brand), new_at=f"/brands/{brand.id}")


@put("/brands/{brand_id:str}", permission=Permission.BRAND_MANAGE, tags=TAG, summary="Update a brand")
async def update_brand(
    uow: Uow, request: DeskbellRequest, brand_id: FromPath[UUID], data: JSONBody[UpdateBrand]
) -> Response[Success[Brand]]:
    """Updates the given fields."""
    return _answer(await service.update(uow, brand_id, data.command(), expected_version(request)))


@delete(
    "/brands/{brand_id:str}", permission=Permission.BRAND_MANAGE, tags=TAG, summary="Delete a brand", status_code=200
)
async def delete_brand(uow: Uow, request: DeskbellRequest, brand_id: FromPath[UUID]) -> Done:
    """Deletes a brand. Its tickets remain, without a brand."""
    await service.delete(uow, brand_id, expected_version(request))
    return Done("Brand deleted")


ROUTES = [list_brands, get_brand, create_brand, update_brand, delete_brand]
