"""Lists of tickets: a page in an order, and how many there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from deskbell.features.tickets.queries.conditions import matching, resolve_tags, tsquery_of
from deskbell.features.tickets.queries.counting import count_matching, maintained_count
from deskbell.features.tickets.queries.tickets import TICKETS
from deskbell.features.tickets.queries.visibility import visible_to
from deskbell.features.tickets.records import Ticket, TicketFilter, TicketSort
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import Page, PageRequest, decode_cursor, encode_cursor
from deskbell.kernel.words import PRIORITIES, STATUSES
from deskbell.runtime.sql import Db, Fragment, all_of, at_most, sql

_SORTS: Final[dict[str, tuple[Fragment, Any]]] = {
    "created_at": (sql("t.created_at, t.id"), tuple[str, datetime, UUID]),
    "updated_at": (sql("t.updated_at, t.id"), tuple[str, datetime, UUID]),
    "priority": (sql("t.priority_rank, t.created_at, t.id"), tuple[str, int, datetime, UUID]),
    "status": (sql("t.status_rank, t.created_at, t.id"), tuple[str, int, datetime, UUID]),
    "number": (sql("t.number"), tuple[str, int]),
}
_DESCENDING: Final[dict[str, Fragment]] = {
    "created_at": sql("t.created_at desc, t.id desc"),
    "updated_at": sql("t.updated_at desc, t.id desc"),
    "priority": sql("t.priority_rank desc, t.created_at desc, t.id desc"),
    "status": sql("t.status_rank desc, t.created_at desc, t.id desc"),
    "number": sql("t.number desc"),
}


async def list_visible(db: Db, actor: Actor, narrow: TicketFilter, sort: TicketSort, page: PageRequest) -> Page[Ticket]:
    """One page of the tickets that the actor may see, with the exact total of the whole list."""
    common = await _has_common_words(db, actor, narrow)
    tag_ids = await resolve_tags(db, narrow)
    wanted = all_of([visible_to(actor, deleted=narrow.deleted), *matching(actor, narrow, tag_ids, common_words=common)])
    key, key_types = _SORTS[sort.field]
    after = None
    if page.cursor is not None:
        mark, *values = decode_cursor(page.cursor, key_types)
        if mark != _mark(sort):
            raise Invalid.field("cursor", "cursor.other_order")
        after = _beyond(key, values, descending=sort.descending)
    known = None if _is_plain(narrow) else await maintained_count(db, actor, narrow, tag_ids)
    if known == 0:
        return Page([], 0, page)  # or a whole desk might be walked through for what there is none of
    order = _DESCENDING[sort.field] if sort.descending else key
    first, offset = page.limit + 1, 0 if page.cursor is not None else page.offset
    if not offset and _is_plain(narrow):
        statement = sql(
            "{} order by {} {}",
            TICKETS.select(all_of([wanted, after])), order,
            at_most(first) if _has_one_plan(narrow, sort) else sql("limit {}", first),
        )  # fmt: skip
    else:
        # How many tickets such conditions leave is beyond the planner's guess, and those before the page are none of its:
        # the page is found first, and only its tickets are joined with people and places.
        statement = sql(
            "with page as materialized (select t.organization_id, t.id from tickets t where {} order by {} limit {} offset {}) "
            "select {} from page p join tickets t on t.organization_id = p.organization_id and t.id = p.id {} order by {}",
            all_of([wanted, after]), order, first, offset, TICKETS.columns, TICKETS.joins, order,
        )  # fmt: skip
    rows = await db.fetch_all(statement)
    tickets = TICKETS.read(rows[: page.limit])
    more = len(rows) > page.limit
    total = known
    if total is None:
        part = more or page.offset or page.cursor is not None
        total = await count_matching(db, actor, narrow) if part else len(tickets)
    return Page(tickets, total, page, encode_cursor(_mark(sort), *_sort_key(tickets[-1], sort.field)) if more else None)


COMMON: Final = 2_000
"""Words that more tickets hold than this are common: of 100,000 tickets, the newest 1,300 then have 25 on average."""


def _is_plain(narrow: TicketFilter) -> bool:
    """Whether an index or two answer a filter, so that the planner may be trusted with it."""
    unusual = narrow.tags or narrow.types or narrow.channels or narrow.category_id
    none = narrow.unassigned or narrow.ungrouped or narrow.uncategorized
    return narrow.search is None and not unusual and not none


def _has_one_plan(narrow: TicketFilter, sort: TicketSort) -> bool:
    """Whether the same index answers a filter best whatever its values are, so that it need not be planned each time."""
    indexed = TicketFilter(
        statuses=narrow.statuses[:1], assignee_id=narrow.assignee_id, group_id=narrow.group_id,
        requester_id=narrow.requester_id,
    )  # fmt: skip
    places = [narrow.group_id, narrow.requester_id, narrow.assignee_id or narrow.statuses or None]
    return narrow == indexed and sort.field == "created_at" and sum(place is not None for place in places) <= 1


async def _has_common_words(db: Db, actor: Actor, narrow: TicketFilter) -> bool:
    if not actor.is_staff or narrow.search is None or not narrow.search.terms or narrow.search.number is not None:
        return False
    return bool(
        await db.fetch_value(sql("select deskbell_more_tickets_with({}, {})", tsquery_of(narrow.search), COMMON))
    )


def _mark(sort: TicketSort) -> str:
    """What a cursor says of its order: the same values mean another place in another one."""
    return f"-{sort.field}" if sort.descending else sort.field


def _beyond(key: Fragment, values: Sequence[Any], *, descending: bool) -> Fragment:
    places = sql("{}", values[0])
    for value in values[1:]:
        places = sql("{}, {}", places, value)
    return sql("({}) < ({})", key, places) if descending else sql("({}) > ({})", key, places)


def _sort_key(ticket: Ticket, field: str) -> tuple[Any, ...]:
    match field:
        case "updated_at":
            return (ticket.updated_at, ticket.id)
        case "priority":
            return (PRIORITIES.index(ticket.priority) + 1, ticket.created_at, ticket.id)
        case "status":
            return (STATUSES.index(ticket.status) + 1, ticket.created_at, ticket.id)
        case "number":
            return (ticket.number,)
        case _:
            return (ticket.created_at, ticket.id)
