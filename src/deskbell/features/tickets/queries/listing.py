"""Lists of tickets: a page in an order, and how many there are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.tickets.listing_records import SortField, TicketFilter, TicketSort
from deskbell.features.tickets.queries.conditions import TagIds, matching, resolve_tags, tsquery_of
from deskbell.features.tickets.queries.counting import count_matching, count_wanted, maintained_count, maintained_counts
from deskbell.features.tickets.queries.tickets import TICKETS, TICKETS_IN_ROWS, configured
from deskbell.features.tickets.queries.visibility import listed_to
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.words import PRIORITIES, STATUSES
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, Fragment, all_of, at_most, sql

_BY_MOMENT: Final = tuple[datetime, UUID]
_BY_RANK: Final = tuple[int, datetime, UUID]
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""The place of no moment in an order, as in the indexes: such tickets come after all others."""
_ORDERS: Final[dict[SortField, Order[Ticket]]] = {
    "created_at": Order(
        "t.created_at", "t.id", shape=_BY_MOMENT, key=lambda each: (each.created_at, each.id), mark="created_at"
    ),
    "updated_at": Order(
        "t.updated_at", "t.id", shape=_BY_MOMENT, key=lambda each: (each.updated_at, each.id), mark="updated_at"
    ),
    "priority": Order(
        "t.priority_rank", "t.created_at", "t.id", shape=_BY_RANK, mark="priority",
        key=lambda each: (PRIORITIES.index(each.priority) + 1, each.created_at, each.id),
    ),
    "status": Order(
        "t.status_rank", "t.created_at", "t.id", shape=_BY_RANK, mark="status",
        key=lambda each: (STATUSES.index(each.status) + 1, each.created_at, each.id),
    ),
    "number": Order("t.number", shape=tuple[int], key=lambda each: (each.number,), mark="number"),
    "waiting_since": Order(
        "case when t.waiting_since is null then timestamptz '9999-01-01 00:00:00+00' else t.waiting_since end", "t.id",
        shape=_BY_MOMENT,
        mark="waiting_since", key=lambda each: (each.waiting_since or _NEVER, each.id),
    ),
    "next_due_at": Order(
        "case when t.next_due_at is null then timestamptz '9999-01-01 00:00:00+00' else t.next_due_at end", "t.id",
        shape=_BY_MOMENT,
        mark="next_due_at", key=lambda each: (each.next_due_at or _NEVER, each.id),
    ),
}  # fmt: skip


async def list_visible(
    db: Db,
    actor: Actor,
    filters: TicketFilter,
    sort: TicketSort,
    page: PageRequest,
    *,
    in_rows: bool = False,
    bounded: bool = False,
) -> Page[Ticket]:
    """One page of the tickets that the actor may see, with the exact total of the whole list.

    With `in_rows` the descriptions are cut to what a row shows. With `bounded`, tickets are counted up to `MOST_COUNTED` where
    the maintained counts do not suffice.
    """
    table = TICKETS_IN_ROWS if in_rows else TICKETS
    common = await _has_common_words(db, actor, filters)
    tag_ids = await resolve_tags(db, filters)
    wanted = all_of(
        [
            listed_to(actor, deleted=filters.deleted, followed=filters.followed),
            *matching(actor, filters, tag_ids, common_words=common),
        ]
    )
    order = _ORDERS[sort.field]
    after = order.after(page.cursor, descending=sort.descending)
    known = None if _is_plain(filters) else await maintained_count(db, actor, filters, tag_ids)
    if known == 0:
        return Page([], 0, page)  # or a whole desk might be walked through for what there is none of
    by = order.by(descending=sort.descending)
    first, offset = page.limit + 1, 0 if page.cursor is not None else page.offset
    counts = maintained_counts(actor, filters, tag_ids) if not offset and _is_plain(filters) else None
    if not offset and _is_plain(filters):
        statement = sql(
            "{} order by {} {}",
            table.select(all_of([wanted, after]), also=counts and sql("({}) as listed", counts)), by,
            at_most(first) if _has_one_plan(filters, sort) else sql("limit {}", first),
        )  # fmt: skip
    else:
        # How many tickets such conditions leave is beyond the planner's guess, and those before the page are none of its:
        # the page is found first, and only its tickets are joined with people and places.
        statement = sql(
            "with page as materialized (select t.organization_id, t.id from tickets t where {} order by {} limit {} offset {}) "
            "select {} from page p join tickets t on t.organization_id = p.organization_id and t.id = p.id {} order by {}",
            all_of([wanted, after]), by, first, offset, table.columns, table.joins, by,
        )  # fmt: skip
    rows = await db.fetch_all(statement, by_name=True)
    tickets = await configured(db, table.read(rows[: page.limit]))
    if known is None and counts is not None and rows:
        known = int(rows[0]["listed"])
    total, exact = known, True
    if total is None:
        part = len(rows) > page.limit or page.offset or page.cursor is not None
        if part and bounded:
            total, exact = await _bounded(db, actor, filters, wanted, tag_ids)
        else:
            total = await count_matching(db, actor, filters) if part else len(tickets)
    found = order.page(tickets, len(rows), total, page, descending=sort.descending)
    return replace(found, exact=exact)


async def _bounded(db: Db, actor: Actor, filters: TicketFilter, wanted: Fragment, tag_ids: TagIds) -> tuple[int, bool]:
    known = await maintained_count(db, actor, filters, tag_ids) if _is_plain(filters) else None
    return (known, True) if known is not None else await count_wanted(db, actor, filters, wanted, MOST_COUNTED)


async def matching_among(db: Db, actor: Actor, ids: Sequence[UUID], filters: TicketFilter) -> set[UUID]:
    """Those of these tickets that a filter selects and the actor may see."""
    tag_ids = await resolve_tags(db, filters)
    wanted = all_of(
        [
            sql("t.id = any({})", list(ids)), listed_to(actor, deleted=filters.deleted, followed=filters.followed),
            *matching(actor, filters, tag_ids, common_words=True),
        ]
    )  # fmt: skip
    return {row["id"] for row in await db.fetch_all(sql("select t.id from tickets t where {}", wanted))}


async def ids_matching(db: Db, actor: Actor, filters: TicketFilter, most: int) -> list[UUID]:
    """The ids of the tickets that a filter selects and the actor may see, at most one more than `most`."""
    tag_ids = await resolve_tags(db, filters)
    wanted = all_of(
        [listed_to(actor, deleted=filters.deleted, followed=filters.followed), *matching(actor, filters, tag_ids)]
    )
    return [
        row["id"] for row in await db.fetch_all(sql("select t.id from tickets t where {} limit {}", wanted, most + 1))
    ]


MOST_COUNTED: Final = 1_000
"""The highest total of a list that is not counted to its end."""
COMMON: Final = 2_000
"""Words that more tickets hold than this are common: of 100,000 tickets, the newest 1,300 then have 25 on average."""


def _is_plain(filters: TicketFilter) -> bool:
    """Whether an index or two answer a filter, so that the planner may be trusted with it."""
    unusual = (
        filters.tags
        or filters.types
        or filters.channels
        or filters.category_id
        or filters.brand_id
        or filters.followed
        or filters.ids
    )
    none = filters.unassigned or filters.ungrouped or filters.uncategorized
    return filters.search is None and not unusual and not none


def _has_one_plan(filters: TicketFilter, sort: TicketSort) -> bool:
    """Whether the same index answers a filter best whatever its values are, so that it need not be planned each time."""
    indexed = TicketFilter(
        statuses=filters.statuses[:1], assignee_id=filters.assignee_id, group_id=filters.group_id,
        requester_id=filters.requester_id,
    )  # fmt: skip
    places = [filters.group_id, filters.requester_id, filters.assignee_id or filters.statuses or None]
    return filters == indexed and sort.field == "created_at" and sum(place is not None for place in places) <= 1


async def _has_common_words(db: Db, actor: Actor, filters: TicketFilter) -> bool:
    if not actor.is_staff or filters.search is None or not filters.search.terms or filters.search.number is not None:
        return False
    return bool(
        await db.fetch_value(sql("select deskbell_more_tickets_with({}, {})", tsquery_of(filters.search), COMMON))
    )
