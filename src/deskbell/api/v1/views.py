"""v1: saved views, one's own and shared ones."""

from datetime import datetime
from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType, field

from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Listed, Pagination, Success
from deskbell.api.v1.fields import Channel, CursorParam, LimitParam, Name, PageParam, Priority, Status, Tags, TicketType
from deskbell.api.v1.tickets.views import TicketList
from deskbell.features.saved_views import service
from deskbell.features.saved_views.records import (
    DEFAULT_COLUMNS,
    Column,
    NewView,
    SavedView,
    ViewChanges,
    ViewCount,
    ViewFilter,
)
from deskbell.features.tickets.records import SortField
from deskbell.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG: Final = ["Views"]
MANAGE: Final = Permission.VIEW_MANAGE
QueryText: TypeAlias = Annotated[str, Meta(max_length=1_000)]
Columns: TypeAlias = Annotated[list[Column], Meta(min_length=1, max_length=30)]
Whose: TypeAlias = Annotated[str, Meta(pattern=r"^(me|none|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
                                       extra={"pattern_message": "Must be me, none, or an agent's id"})]  # fmt: skip


class FilterBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the view narrows to, beside its query. `assignee`: an agent's id, `none`, or `me` for whoever looks."""

    status: Annotated[list[Status], Meta(max_length=10)] = []
    priority: Annotated[list[Priority], Meta(max_length=10)] = []
    type: Annotated[list[TicketType], Meta(max_length=10)] = []
    channel: Annotated[list[Channel], Meta(max_length=10)] = []
    assignee: Whose | None = None
    group_id: UUID | None = None
    requester_id: UUID | None = None
    category_id: UUID | None = None
    tags: Tags = []

    def command(self) -> ViewFilter:
        """The same in the core's words."""
        return ViewFilter(
            status=self.status, priority=self.priority, type=self.type, channel=self.channel, assignee=self.assignee,
            group_id=self.group_id, requester_id=self.requester_id, category_id=self.category_id, tags=self.tags,
        )  # fmt: skip


class ViewFilterView(Struct, frozen=True, kw_only=True):
    """What a view narrows to beside its query."""

    status: list[str]
    priority: list[str]
    type: list[str]
    channel: list[str]
    assignee: str | None
    group_id: UUID | None
    requester_id: UUID | None
    category_id: UUID | None
    tags: list[str]

    @classmethod
    def of(cls, narrow: ViewFilter) -> "ViewFilterView":
        """A filter in v1's form."""
        return cls(
            status=list(narrow.status), priority=list(narrow.priority), type=list(narrow.type),
            channel=list(narrow.channel), assignee=narrow.assignee,
            group_id=narrow.group_id, requester_id=narrow.requester_id, category_id=narrow.category_id,
            tags=narrow.tags,
        )  # fmt: skip


class ViewView(Struct, frozen=True, kw_only=True):
    """A saved view. `count` is how many tickets it holds for you; where `count_exact` is false there are more than that.

    Both are null where nothing was counted, and for a view whose query is no longer understood.
    """

    id: UUID
    name: str
    shared: bool
    owner_id: UUID
    owner_name: str
    query: str
    filter: ViewFilterView
    sort: SortField
    order: Order
    columns: list[Column]
    count: int | None
    count_exact: bool | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, view: SavedView, counted: ViewCount | None) -> "ViewView":
        """A view in v1's form."""
        return cls(
            id=view.id, name=view.name, shared=view.shared, owner_id=view.owner_id, owner_name=view.owner_name,
            query=view.query, filter=ViewFilterView.of(view.filter), sort=view.sort,
            order="desc" if view.descending else "asc", columns=view.columns,
            count=counted.count if counted else None, count_exact=counted.exact if counted else None,
            created_at=view.created_at, updated_at=view.updated_at,
        )  # fmt: skip


class CreateView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new view: `query` in the search language and `filter`, both of which must hold; order and columns to show."""

    name: Name
    shared: bool = False
    query: QueryText = ""
    filter: FilterBody = field(default_factory=FilterBody)
    sort: SortField = "updated_at"
    order: Order = "desc"
    columns: Columns = field(default_factory=lambda: list(DEFAULT_COLUMNS))


class UpdateView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New values of some fields; what is left out stays. A filter replaces the one before."""

    name: Name | UnsetType = UNSET
    shared: bool | UnsetType = UNSET
    query: QueryText | UnsetType = UNSET
    filter: FilterBody | UnsetType = UNSET
    sort: SortField | UnsetType = UNSET
    order: Order | UnsetType = UNSET
    columns: Columns | UnsetType = UNSET


@get("/views", permission=MANAGE, tags=TAG, summary="List views")
async def list_views(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
    counts: Annotated[bool, QueryParameter(description="Whether to count each view's tickets")] = True,
) -> Listed[ViewView]:
    """Your own views and those that are shared, by name, each with how many tickets it holds for you."""
    found = await service.list_views(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    views = [ViewView.of(view, await service.count(uow, view) if counts else None) for view in found.items]
    return Listed(views, Pagination.of(found))


@get("/views/{view_id:str}", permission=MANAGE, tags=TAG, summary="Get a view")
async def get_view(uow: Uow, view_id: FromPath[UUID]) -> Success[ViewView]:
    """A view of yours, or a shared one."""
    return await _shown(uow, await service.get(uow, view_id))


@post("/views", permission=MANAGE, tags=TAG, summary="Save a view")
async def create_view(uow: Uow, data: JSONBody[CreateView]) -> Success[ViewView]:
    """Keeps a list of tickets under a name. A query that is not understood is refused, and the refusal points at it."""
    new = NewView(
        name=data.name, shared=data.shared, query=data.query, filter=data.filter.command(), sort=data.sort,
        descending=data.order == "desc", columns=data.columns,
    )  # fmt: skip
    return await _shown(uow, await service.create(uow, new))


@put("/views/{view_id:str}", permission=MANAGE, tags=TAG, summary="Update a view")
async def update_view(uow: Uow, view_id: FromPath[UUID], data: JSONBody[UpdateView]) -> Success[ViewView]:
    """Sets the fields that are given. A shared view is changed by its owner and by admins."""
    changes = ViewChanges(
        name=data.name, shared=data.shared, query=data.query,
        filter=UNSET if data.filter is UNSET else data.filter.command(), sort=data.sort,
        descending=UNSET if data.order is UNSET else data.order == "desc", columns=data.columns,
    )  # fmt: skip
    return await _shown(uow, await service.update(uow, view_id, changes))


@delete("/views/{view_id:str}", permission=MANAGE, tags=TAG, summary="Delete a view", status_code=200)
async def delete_view(uow: Uow, view_id: FromPath[UUID]) -> Done:
    """Forgets a view; its tickets stay."""
    await service.delete(uow, view_id)
    return Done("View deleted")


@get("/views/{view_id:str}/tickets", permission=MANAGE, tags=TAG, summary="List a view's tickets")
async def list_view_tickets(
    uow: Uow,
    view_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[SortField | None] = None,
    order: FromQuery[Literal["asc", "desc"] | None] = None,
) -> Success[TicketList]:
    """The tickets that the view holds for you, in its own order unless you ask for another."""
    request = PageRequest.numbered(page, limit, cursor)
    descending = None if order is None else order == "desc"
    found = await service.list_tickets(uow, view_id, request, sort=sort, descending=descending)
    return Success(TicketList.of(found, for_staff=uow.actor.is_staff))


async def _shown(uow: Uow, view: SavedView) -> Success[ViewView]:
    return Success(ViewView.of(view, await service.count(uow, view)))


ROUTES = [list_views, get_view, create_view, update_view, delete_view, list_view_tickets]
