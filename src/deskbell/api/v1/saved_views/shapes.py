"""v1: shapes of saved views."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from deskbell.api.v1.envelope import Pagination
from deskbell.api.v1.fields import Name, Tags
from deskbell.features.saved_views.records import (
    COLUMNS,
    DEFAULT_COLUMNS,
    AllCounts,
    BuiltInId,
    BuiltInView,
    SavedView,
    ViewCount,
    ViewFilter,
)
from deskbell.features.tickets.listing_records import SortField
from deskbell.kernel.paging import Order
from deskbell.kernel.words import Channel, Priority, Status, TicketType

QueryText: TypeAlias = Annotated[str, Meta(max_length=1_000)]


Column: TypeAlias = Annotated[
    str,
    Meta(
        pattern=rf"^({'|'.join(COLUMNS)}|field\.[a-z][a-z0-9_]{{0,39}})$",
        description="A property of tickets, or `field.<key>` for a field of your own.",
        extra={"messages": {"pattern": "view.column"}},
        examples=["subject"],
    ),
]
Columns: TypeAlias = Annotated[list[Column], Meta(min_length=1, max_length=30)]


AssigneeFilter: TypeAlias = Annotated[str, Meta(pattern=r"^(me|none|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
                                       extra={"messages": {"pattern": "view.not_an_assignee"}})]  # fmt: skip


class FilterBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filters of a view, in addition to its query. `assignee` is an agent's id, `none`, or `me` for the current user."""

    status: Annotated[list[Status], Meta(max_length=10)] = []
    priority: Annotated[list[Priority], Meta(max_length=10)] = []
    type: Annotated[list[TicketType], Meta(max_length=10)] = []
    channel: Annotated[list[Channel], Meta(max_length=10)] = []
    assignee: AssigneeFilter | None = None
    group_id: UUID | None = None
    requester_id: UUID | None = None
    category_id: UUID | None = None
    tags: Tags = []

    def command(self) -> ViewFilter:
        return ViewFilter(
            status=self.status, priority=self.priority, type=self.type, channel=self.channel, assignee=self.assignee,
            group_id=self.group_id, requester_id=self.requester_id, category_id=self.category_id, tags=self.tags,
        )  # fmt: skip


class ViewFilterView(Struct, frozen=True, kw_only=True):
    """Filters of a view, in addition to its query."""

    status: list[Status]
    priority: list[Priority]
    type: list[TicketType]
    channel: list[Channel]
    assignee: str | None
    group_id: UUID | None
    requester_id: UUID | None
    category_id: UUID | None
    tags: list[str]

    @classmethod
    def of(cls, filters: ViewFilter) -> "ViewFilterView":
        return cls(
            status=list(filters.status), priority=list(filters.priority), type=list(filters.type),
            channel=list(filters.channel), assignee=filters.assignee,
            group_id=filters.group_id, requester_id=filters.requester_id, category_id=filters.category_id,
            tags=filters.tags,
        )  # fmt: skip


class ViewView(Struct, frozen=True, kw_only=True):
    """A saved view. `count` is the number of its tickets that you may see, a lower bound if `count_exact` is false.

    Both are null if counting was not requested or the query is no longer valid.
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
        return cls(
            id=view.id, name=view.name, shared=view.shared, owner_id=view.owner_id, owner_name=view.owner_name,
            query=view.query, filter=ViewFilterView.of(view.filter), sort=view.sort,
            order="desc" if view.descending else "asc", columns=view.columns,
            count=counted.count if counted else None, count_exact=counted.exact if counted else None,
            created_at=view.created_at, updated_at=view.updated_at,
        )  # fmt: skip


class BuiltInCount(Struct, frozen=True, kw_only=True):
    """A view that every member of the staff has, by its query, with its count as in `ViewView`."""

    id: BuiltInId
    query: str
    sort: SortField
    order: Order
    count: int | None
    count_exact: bool | None

    @classmethod
    def of(cls, view: BuiltInView, counted: ViewCount | None) -> "BuiltInCount":
        return cls(
            id=view.id, query=view.query, sort=view.sort, order="desc" if view.descending else "asc",
            count=counted.count if counted else None, count_exact=counted.exact if counted else None,
        )  # fmt: skip


class SavedCount(Struct, frozen=True, kw_only=True):
    """A saved view's id, with its count as in `ViewView`."""

    id: UUID
    count: int | None
    count_exact: bool | None


class ViewCounts(Struct, frozen=True):
    """The counts of the built-in views, in their order, and of saved views, by name.

    `order` has the ids of views, of both kinds, in the order that you have chosen; others follow them.
    """

    built_in: list[BuiltInCount]
    saved: list[SavedCount]
    order: list[str]

    @classmethod
    def of(cls, counts: AllCounts) -> "ViewCounts":
        saved = [
            SavedCount(id=view.id, count=found.count if found else None, count_exact=found.exact if found else None)
            for view, found in counts.saved
        ]
        return cls([BuiltInCount.of(*each) for each in counts.built_in], saved, counts.order)


class ViewList(Struct, frozen=True):
    """A page of saved views, by name, with the built-in views.

    `order` has the ids of views, of both kinds, in the order that you have chosen; others follow them.
    """

    data: list[ViewView]
    pagination: Pagination
    built_in: list[BuiltInCount]
    order: list[str]
    success: bool = True


class ViewOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Ids of views, built-in and saved ones, in the order that you want to see them."""

    ids: Annotated[list[Annotated[str, Meta(min_length=1, max_length=36)]], Meta(max_length=500)]


class CreateView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new view. Tickets must match both `query` (search syntax) and `filter`."""

    name: Name
    shared: bool = False
    query: QueryText = ""
    filter: FilterBody = field(default_factory=FilterBody)
    sort: SortField = "updated_at"
    order: Order = "desc"
    columns: Columns = field(default_factory=lambda: list(DEFAULT_COLUMNS))


class UpdateView(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values. `filter` replaces the whole filter."""

    name: Name | UnsetType = UNSET
    shared: bool | UnsetType = UNSET
    query: QueryText | UnsetType = UNSET
    filter: FilterBody | UnsetType = UNSET
    sort: SortField | UnsetType = UNSET
    order: Order | UnsetType = UNSET
    columns: Columns | UnsetType = UNSET
