"""Converts a saved view to a ticket filter. No I/O."""

from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.saved_views.records import ViewFilter
from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.kernel.actor import Actor
from deskbell.kernel.search.language import Filter, Query
from deskbell.kernel.words import STATUSES

_LISTS: Final = {"status": "statuses", "priority": "priorities"}


def ticket_filter(actor: Actor, filters: ViewFilter, query: Query | None) -> TicketFilter:
    """The tickets of a view for an actor: both its filter and its query must match.

    Operators that a ticket filter can express become part of it: precomputed counts then answer `status:open
    assignee:me` as they answer the equal filter.
    """
    base = TicketFilter(
        statuses=tuple(filters.status),
        priorities=tuple(filters.priority),
        types=tuple(filters.type),
        channels=tuple(filters.channel),
        assignee_id=_assignee(actor, filters.assignee),
        unassigned=filters.assignee == "none",
        group_id=filters.group_id,
        requester_id=filters.requester_id,
        category_id=filters.category_id,
        tags=tuple(filters.tags),
    )
    if query is None or query == Query():
        return msgspec.structs.replace(base, search=query)
    return _with_query(actor, base, query)


def _assignee(actor: Actor, whose: str | None) -> UUID | None:
    if whose in (None, "none"):
        return None
    return actor.user_id if whose == "me" else UUID(whose)


def _with_query(actor: Actor, base: TicketFilter, query: Query) -> TicketFilter:
    rest: list[Filter] = []
    for part in query.filters:
        moved = _moved(actor, base, part)
        if moved is None:
            rest.append(part)
        else:
            base = moved
    left = msgspec.structs.replace(query, filters=tuple(rest))
    return base if left == Query() else msgspec.structs.replace(base, search=left)


def _moved(actor: Actor, base: TicketFilter, part: Filter) -> TicketFilter | None:
    """The filter with an operator added to it; None if it cannot express the operator."""
    if part.negated:
        return None
    own_status = part.field == "status" and any(value not in STATUSES for value in part.values)
    if part.field in _LISTS and not own_status and not getattr(base, _LISTS[part.field]):
        return msgspec.structs.replace(base, **{_LISTS[part.field]: part.values})
    if part.field == "assignee" and not part.values and base.assignee_id is None and not base.unassigned:
        if part.me and not part.none:
            return msgspec.structs.replace(base, assignee_id=actor.user_id)
        if part.none and not part.me:
            return msgspec.structs.replace(base, unassigned=True)
    return None
