"""v1: shapes of matches between tickets and lists."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from deskbell.api.v1.saved_views.shapes import FilterBody, QueryText


class ListSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The tickets that a list selects: they must match both `query` (search syntax) and `filter`."""

    query: QueryText = ""
    filter: FilterBody = field(default_factory=FilterBody)


class MatchTickets(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tickets, and lists to look for them in."""

    ids: Annotated[list[UUID], Meta(min_length=1, max_length=100)]
    specs: Annotated[list[ListSpec], Meta(min_length=1, max_length=10)]


class Matches(Struct, frozen=True):
    """For each list, in the order of the request: those of the tickets that belong to it."""

    matches: list[list[UUID]]
