"""v1: categories."""

from typing import Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.categories.shapes import CategoryView, CreateCategory, MergeCategory, UpdateCategory
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.features.categories import service
from deskbell.features.categories.records import Category, CategoryChanges
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Categories"]


def _view(uow: Uow, category: Category) -> CategoryView:
    return CategoryView.of(category, counted=uow.actor.is_staff)


def _answer(uow: Uow, category: Category) -> Response[Success[CategoryView]]:
    return tagged(_view(uow, category), service.etag(category))


@get("/categories", permission=Permission.CATEGORY_READ, tags=TAG, summary="List categories")
async def list_categories(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
) -> Paginated[CategoryView]:
    """Lists the categories by name, with the numbers of their tickets and articles."""
    found = await service.list_categories(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([_view(uow, each) for each in found.items], Pagination.of(found))


@get("/categories/{category_id:str}", permission=Permission.CATEGORY_READ, tags=TAG, summary="Get a category")
async def get_category(uow: Uow, category_id: FromPath[UUID]) -> Response[Success[CategoryView]]:
    """Returns a category."""
    return _answer(uow, await service.get(uow, category_id))


@post("/categories", permission=Permission.CATEGORY_MANAGE, tags=TAG, summary="Create a category")
async def create_category(uow: Uow, data: JSONBody[CreateCategory]) -> Response[Success[CategoryView]]:
    """Creates a category. The name must be unique."""
    category = await service.create(uow, data.name, data.description, data.color)
    return tagged(_view(uow, category), service.etag(category), new_at=f"/categories/{category.id}")


@put("/categories/{category_id:str}", permission=Permission.CATEGORY_MANAGE, tags=TAG, summary="Update a category")
async def update_category(
    uow: Uow, request: DeskbellRequest, category_id: FromPath[UUID], data: JSONBody[UpdateCategory]
) -> Response[Success[CategoryView]]:
    """Updates the given fields."""
    changes = CategoryChanges(data.name, data.description, data.color)
    return _answer(uow, await service.update(uow, category_id, changes, expected_version(request)))


@post(
    "/categories/{category_id:str}/merge", permission=Permission.CATEGORY_MANAGE, tags=TAG,
    summary="Merge a category into another", status_code=200,
)  # fmt: skip
async def merge_category(uow: Uow, category_id: FromPath[UUID], data: JSONBody[MergeCategory]) -> Success[CategoryView]:
    """Deletes the category and gives its tickets the other one, in the background. Returns the other category.

    Enabled rules that name the category are switched off. Articles keep their category.
    """
    return Success(_view(uow, await service.merge(uow, category_id, data.into_id)))


@delete(
    "/categories/{category_id:str}", permission=Permission.CATEGORY_MANAGE, tags=TAG, summary="Delete a category",
    status_code=200,
)  # fmt: skip
async def delete_category(uow: Uow, request: DeskbellRequest, category_id: FromPath[UUID]) -> Done:
    """Deletes a category. Its tickets remain, without a category."""
    await service.delete(uow, category_id, expected_version(request))
    return Done("Category deleted")


ROUTES = [list_categories, get_category, create_category, update_category, merge_category, delete_category]
