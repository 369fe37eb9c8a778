"""v1: saved views."""

from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.saved_views.shapes import (
    BuiltInCount,
    CreateView,
    UpdateView,
    ViewCounts,
    ViewList,
    ViewOrder,
    ViewView,
)
from deskbell.api.v1.tickets.shapes import TicketList
from deskbell.features.saved_views import service
from deskbell.features.saved_views.records import BUILT_IN, NewView, SavedView, ViewChanges
from deskbell.features.tickets.listing_records import SortField
from deskbell.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Views"]


@get(
    "/views",
    permission=Permission.VIEW_MANAGE,
    more=(Permission.TICKET_READ, Permission.COMMENT_INTERNAL),
    tags=TAG,
    summary="List views",
)
async def list_views(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
    counts: Annotated[bool, QueryParameter(description="Whether to count each view's tickets")] = True,
) -> ViewList:
    """Lists your own and shared views by name, each with the number of tickets that you can see in it.

    `built_in` are the views that every member of the staff has. `drafts` lists the tickets on which you have begun to write.
    """
    found = await service.list_views(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    counted = await service.counts(uow, found.items) if counts else [None] * len(found.items)
    views = [ViewView.of(view, count) for view, count in zip(found.items, counted, strict=True)]
    built_in = await service.built_in_counts(uow) if counts else [None] * len(BUILT_IN)
    fixed = [BuiltInCount.of(*each) for each in zip(BUILT_IN, built_in, strict=True)]
    return ViewList(views, Pagination.of(found), fixed, await service.order(uow))


@put("/views/order", permission=Permission.VIEW_MANAGE, tags=TAG, summary="Order your views")
async def order_views(uow: Uow, data: JSONBody[ViewOrder]) -> Success[ViewOrder]:
    """Stores the order in which you want to see views. It is yours alone; ids of views that are gone do not matter."""
    return Success(ViewOrder(await service.set_order(uow, data.ids)))


@get(
    "/views/counts",
    permission=Permission.VIEW_MANAGE,
    more=(Permission.TICKET_READ, Permission.COMMENT_INTERNAL),
    tags=TAG,
    summary="Count the tickets of all views",
)
async def count_views(uow: Uow) -> Success[ViewCounts]:
    """Counts the tickets that you can see in each built-in view and in each of your own and shared views.

    It costs the same number of statements for any number of views. `unassigned` for instance lists the tickets that
    `GET /tickets?search=` with its `query` lists. `solved` does not hold closed tickets.
    """
    return Success(ViewCounts.of(await service.all_counts(uow)))


@get(
    "/views/{view_id:str}",
    permission=Permission.VIEW_MANAGE,
    more=(Permission.TICKET_READ, Permission.COMMENT_INTERNAL),
    tags=TAG,
    summary="Get a view",
)
async def get_view(uow: Uow, view_id: FromPath[UUID]) -> Response[Success[ViewView]]:
    """Returns one of your own views or a shared view."""
    return await _shown(uow, await service.get(uow, view_id))


@post(
    "/views",
    permission=Permission.VIEW_MANAGE,
    more=(Permission.TICKET_READ, Permission.COMMENT_INTERNAL),
    tags=TAG,
    summary="Save a view",
)
async def create_view(uow: Uow, data: JSONBody[CreateView]) -> Response[Success[ViewView]]:
    """Saves a view. An invalid query is refused; the error names the part at fault."""
    new = NewView(
        name=data.name, shared=data.shared, query=data.query, filter=data.filter.command(), sort=data.sort,
        descending=data.order == "desc", columns=data.columns,
    )  # fmt: skip
    view = await service.create(uow, new)
    return await _shown(uow, view, new_at=f"/views/{view.id}")


@put(
    "/views/{view_id:str}",
    permission=Permission.VIEW_MANAGE,
    more=(Permission.TICKET_READ, Permission.COMMENT_INTERNAL),
    tags=TAG,
    summary="Update a view",
)
async def update_view(
    uow: Uow, request: DeskbellRequest, view_id: FromPath[UUID], data: JSONBody[UpdateView]
) -> Response[Success[ViewView]]:
    """Updates the given fields. Only its owner and admins may update a shared view."""
    changes = ViewChanges(
        name=data.name, shared=data.shared, query=data.query,
        filter=UNSET if data.filter is UNSET else data.filter.command(), sort=data.sort,
        descending=UNSET if data.order is UNSET else data.order == "desc", columns=data.columns,
    )  # fmt: skip
    return await _shown(uow, await service.update(uow, view_id, changes, expected_version(request)))


@delete("/views/{view_id:str}", permission=Permission.VIEW_MANAGE, tags=TAG, summary="Delete a view", status_code=200)
async def delete_view(uow: Uow, request: DeskbellRequest, view_id: FromPath[UUID]) -> Done:
    """Deletes a view. Its tickets remain."""
    await service.delete(uow, view_id, expected_version(request))
    return Done("View deleted")


@get(
    "/views/{view_id:str}/tickets",
    permission=(Permission.VIEW_MANAGE, Permission.TICKET_READ),
    more=(Permission.COMMENT_INTERNAL,),
    tags=TAG,
    summary="List a view's tickets",
)
async def list_view_tickets(
    uow: Uow,
    view_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[SortField | None] = None,
    order: FromQuery[Literal["asc", "desc"] | None] = None,
) -> Success[TicketList]:
    """Lists the view's tickets that you may see. The view's sort order is the default."""
    request = PageRequest.numbered(page, limit, cursor)
    descending = None if order is None else order == "desc"
    found = await service.list_tickets(uow, view_id, request, sort=sort, descending=descending)
    return Success(TicketList.of(found, for_staff=uow.actor.is_staff))


async def _shown(uow: Uow, view: SavedView, *, new_at: str | None = None) -> Response[Success[ViewView]]:
    (count,) = await service.counts(uow, [view])
    return tagged(ViewView.of(view, count), service.etag(view), new_at=new_at)


ROUTES = [list_views, order_views, count_views, get_view, create_view, update_view, delete_view, list_view_tickets]
