"""Rows of saved views, with their filters."""

from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType, field

from deskbell.features.tickets.listing_records import SortField
from deskbell.kernel.search.language import Filter, Query
from deskbell.kernel.words import DONE, Channel, Priority, Status, TicketType

COLUMNS: Final = (
    "number", "subject", "status", "priority", "type", "channel", "requester", "assignee", "group", "category", "tags",
    "created_at", "updated_at", "first_response_at", "solved_at", "sla",
)  # fmt: skip
FIELD_COLUMN: Final = "field."
"""The beginning of columns of the organization's own fields."""
Column: TypeAlias = str
"""One of `COLUMNS`, or `field.<key>`."""
DEFAULT_COLUMNS: Final[tuple[Column, ...]] = (
    "number", "subject", "requester", "assignee", "status", "priority", "updated_at",
)  # fmt: skip


class ViewFilter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The filters of a view in addition to its query; empty lists and null do not filter.

    `assignee` is an agent's id, `none`, or `me` for the reader.
    """

    status: list[Status] = []
    priority: list[Priority] = []
    type: list[TicketType] = []
    channel: list[Channel] = []
    assignee: str | None = None
    group_id: UUID | None = None
    requester_id: UUID | None = None
    category_id: UUID | None = None
    tags: list[str] = []


class SavedView(Struct, frozen=True, kw_only=True):
    """A named list of tickets. Only its owner sees one that is not shared; `query` is in the search language."""

    id: UUID
    owner_id: UUID
    owner_name: str
    name: str
    shared: bool
    query: str
    filter: ViewFilter
    sort: SortField
    descending: bool
    columns: list[Column]
    created_at: datetime
    updated_at: datetime


class NewView(Struct, frozen=True, kw_only=True):
    """The fields of a new view."""

    name: str
    shared: bool = False
    query: str = ""
    filter: ViewFilter = ViewFilter()
    sort: SortField = "updated_at"
    descending: bool = True
    columns: list[Column] = field(default_factory=lambda: list(DEFAULT_COLUMNS))


class ViewChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET leaves a field unchanged."""

    name: str | UnsetType = UNSET
    shared: bool | UnsetType = UNSET
    query: str | UnsetType = UNSET
    filter: ViewFilter | UnsetType = UNSET
    sort: SortField | UnsetType = UNSET
    descending: bool | UnsetType = UNSET
    columns: list[Column] | UnsetType = UNSET


BuiltInId = Literal["mine", "unassigned", "open", "solved", "all", "drafts"]


class BuiltInView(Struct, frozen=True, kw_only=True):
    """A view that every member of the staff has. `query` is in the search language; `filter` and `search` mean the same."""

    id: BuiltInId
    query: str
    filter: ViewFilter = ViewFilter()
    search: Query | None = None
    sort: SortField = "updated_at"
    descending: bool = True


_UNFINISHED: Final = [status for status in Status if status not in DONE]
_IN_QUERY: Final = "status:" + ",".join(status.value for status in _UNFINISHED)
BUILT_IN: Final = (
    BuiltInView(
        id="mine", query=f"{_IN_QUERY} assignee:me", filter=ViewFilter(status=_UNFINISHED, assignee="me"),
    ),
    BuiltInView(
        id="unassigned", query=f"{_IN_QUERY} assignee:none", filter=ViewFilter(status=_UNFINISHED, assignee="none"),
    ),
    BuiltInView(id="open", query=_IN_QUERY, filter=ViewFilter(status=_UNFINISHED)),
    BuiltInView(id="solved", query="status:solved", filter=ViewFilter(status=[Status.SOLVED])),
    BuiltInView(id="all", query=""),
    BuiltInView(id="drafts", query="has:draft", search=Query(filters=(Filter("has", ("draft",)),))),
)  # fmt: skip


class ViewCount(Struct, frozen=True):
    """The number of tickets in a view; a lower bound unless `exact`."""

    count: int
    exact: bool


class AllCounts(Struct, frozen=True):
    """The counts of the built-in views and of those that the actor sees; None for a query that cannot be parsed.

    `order` is the actor's own order, as far as they have chosen one.
    """

    built_in: list[tuple[BuiltInView, ViewCount | None]]
    saved: list[tuple[SavedView, ViewCount | None]]
    order: list[str]


class LiveCounts(Struct, frozen=True):
    """The counts of the built-in views that change with tickets; `mine` by member."""

    unassigned: int
    open: int
    solved: int
    all: int
    mine: dict[UUID, int]
