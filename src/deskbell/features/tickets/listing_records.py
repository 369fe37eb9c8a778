"""Filters and orders of lists of tickets, and what a row shows besides the ticket."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.records import Person
from deskbell.kernel.search.language import Query
from deskbell.kernel.words import Channel, Priority, Status, TicketType

SortField = Literal["created_at", "updated_at", "priority", "status", "number", "waiting_since", "next_due_at"]

EXCERPT: Final = 1_000
"""The number of characters of a text that a row of a list is made from."""


class LastComment(Struct, frozen=True, kw_only=True):
    """The latest comment of a ticket that its reader may see."""

    id: UUID
    author: Person
    public: bool
    created_at: datetime


class RowExtras(Struct, frozen=True, kw_only=True):
    """The part of a ticket's conversation that a row of a list shows. `words` is the beginning of the last public words."""

    id: UUID
    words: str | None
    last_comment: LastComment | None
    comments_count: int
    attachments_count: int
    unread: bool


class TicketFilter(Struct, frozen=True, kw_only=True):
    """Which tickets to list. Empty tuples and None do not filters.

    `followed` selects the tickets that the actor follows, which no other list of a customer contains.
    `unassigned`, `ungrouped` and `uncategorized` select tickets without assignee, group and category.
    """

    statuses: tuple[Status, ...] = ()
    priorities: tuple[Priority, ...] = ()
    types: tuple[TicketType, ...] = ()
    channels: tuple[Channel, ...] = ()
    assignee_id: UUID | None = None
    unassigned: bool = False
    group_id: UUID | None = None
    ungrouped: bool = False
    requester_id: UUID | None = None
    category_id: UUID | None = None
    uncategorized: bool = False
    brand_id: UUID | None = None
    tags: tuple[str, ...] = ()
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    search: Query | None = None
    followed: bool = False
    ids: tuple[UUID, ...] | None = None
    deleted: bool = False


class TicketSort(Struct, frozen=True):
    """The order of a list; ties are broken by id."""

    field: SortField = "created_at"
    descending: bool = True
