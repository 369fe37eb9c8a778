"""SQL of ranked ticket search."""

from typing import Final

import msgspec

from deskbell.features.tickets.queries.conditions import matching, resolve_tags, tickets_with, tsquery_of, wanted
from deskbell.features.tickets.queries.counting import count_matching
from deskbell.features.tickets.queries.tickets import TICKETS, configured
from deskbell.features.tickets.queries.visibility import listed_to
from deskbell.features.tickets.records import Ticket, TicketFilter
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest, encode_cursor
from deskbell.kernel.search.language import Query
from deskbell.runtime.sql import Db, Fragment, all_of, sql

_FIRST: Final = 1_000.0
"""The rank of a ticket found by its number, above all tickets that only contain the number."""


async def best_tickets(db: Db, actor: Actor, query: Query, page: PageRequest) -> Page[Ticket]:
    """A page of the tickets that contain the query's words, best first, then newest first; the total is exact.

    For a word that thousands of tickets contain, the newest 2,000 are ranked and the rest follow by age.
    """
    operators = msgspec.structs.replace(query, terms=(), number=None)
    rest = TicketFilter(search=None if operators == Query() else operators)
    found = sql(
        "{} join tickets t on t.organization_id = (select deskbell_organization()) and t.id = f.ticket_id where {}",
        _found(actor, query),
        all_of([listed_to(actor), *matching(actor, rest, await resolve_tags(db, rest))]),
    )
    rows = await db.fetch_all(
        sql(
            "with best as materialized (select t.organization_id, t.id, f.rank from {} "
            "order by f.rank desc, t.id desc limit {} offset {}) "
            "select {} from best b join tickets t on t.organization_id = b.organization_id and t.id = b.id {} "
            "order by b.rank desc, t.id desc",
            found, page.limit + 1, page.offset, TICKETS.columns, TICKETS.joins,
        )
    )  # fmt: skip
    more = len(rows) > page.limit
    total = page.offset + len(rows)
    if more or (page.offset and not rows):
        total = await count_matching(db, actor, TicketFilter(search=query))
    tickets = await configured(db, TICKETS.read(rows[: page.limit]))
    return Page(tickets, total, page, encode_cursor(page.offset + page.limit) if more else None)


def _found(actor: Actor, query: Query) -> Fragment:
    """The tickets that contain the words, or have the number, with their rank: `f (ticket_id, rank)`."""
    if actor.reads_notes:
        words = sql("select ticket_id, rank from deskbell_search_tickets({})", tsquery_of(query))
    elif actor.is_staff and not wanted(query).terms:
        words = sql("select w.ticket_id, 0::real from ({}) w", tickets_with(actor, query))
    elif actor.is_staff:
        # The index covers notes as well: it finds candidates, whose public words then match and rank (see `tickets_with`).
        words = sql(
            "select s.ticket_id, case when w.rank > 0 then ts_rank_cd(s.for_everyone, q.words) else 0 end "
            "from deskbell_search_tickets({}) w join ticket_search s "
            "on s.organization_id = (select deskbell_organization()) and s.ticket_id = w.ticket_id, "
            "(select {}) as q (words) where s.for_everyone @@ q.words",
            tsquery_of(wanted(query)),
            tsquery_of(query),
        )
    else:
        # A customer has few tickets: no index is needed to check their words.
        words = sql(
            "select s.ticket_id, ts_rank_cd(s.for_everyone, q.words) from ticket_search s "
            "join tickets o on o.organization_id = s.organization_id and o.id = s.ticket_id, "
            "{} as q (words) where o.requester_id = {} and s.for_everyone @@ q.words",
            tsquery_of(query),
            actor.user_id,
        )
    if query.number is None:
        return sql("({}) f (ticket_id, rank)", words)
    return sql(
        "(select w.ticket_id, max(w.rank) from ({} union all select n.id, {}::real from tickets n where n.number = {}) "
        "w (ticket_id, rank) group by w.ticket_id) f (ticket_id, rank)",
        words,
        _FIRST,
        min(query.number, 2**31 - 1),
    )
