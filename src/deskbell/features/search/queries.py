"""SQL of ranked ticket search."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec
from msgspec import Struct

from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries.conditions import (
    WORDS_FOR_EVERYONE,
    matching,
    resolve_tags,
    tickets_with,
    tsquery_of,
    wanted,
)
from deskbell.features.tickets.queries.counting import count_matching
from deskbell.features.tickets.queries.tickets import TICKETS, configured
from deskbell.features.tickets.queries.visibility import listed_to
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest, encode_cursor
from deskbell.kernel.search.language import Query
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, Fragment, all_of, sql

_FIRST: Final = 1_000.0
"""The rank of a ticket found by its number, above all tickets that only contain the number."""
_RANKED: Final = 2_000
"""The number of matches that `deskbell_best_tickets` ranks."""


class Named(Struct, frozen=True):
    """The number of things that a word names, and the name of a single one."""

    word: str
    count: int
    name: str | None


async def people_named(db: Db, words: Sequence[str]) -> list[Named]:
    """The members that words name."""
    return await _named(
        db,
        words,
        sql(
            "select m.name from memberships m where m.user_id = any(array(select deskbell_people_called(array[lower(w.word)])))"
        ),
    )


async def places_named(db: Db, kind: Literal["group", "category"], words: Sequence[str]) -> list[Named]:
    """The groups or categories that words name."""
    table = sql("groups") if kind == "group" else sql("categories")
    called = sql(
        "select g.name from {} g where g.deleted_at is null and deskbell_is_called(g.name, array[lower(w.word)])", table
    )
    return await _named(db, words, called)


async def tags_named(db: Db, words: Sequence[str]) -> list[Named]:
    """The tags that words name: of the same letters, whatever their case and accents."""
    return await _named(
        db,
        words,
        sql("select l.name from tags l where l.deleted_at is null and l.name_key = deskbell_name_key(w.word)"),
    )


async def _named(db: Db, words: Sequence[str], names: Fragment) -> list[Named]:
    rows = await db.fetch_all(
        sql(
            "select w.word, p.n as count, case when p.n = 1 then p.name end as name from unnest({}::text[]) w (word) "
            "cross join lateral (select count(*) as n, min(f.name) as name from ({}) f) p",
            list(words),
            names,
        )
    )
    return read(Named, rows)


async def names_beginning(db: Db, kind: Literal["group", "category", "tag"], text: str, limit: int) -> list[str]:
    """The names of groups, categories or tags that hold a word with this beginning, those first that begin with it."""
    table = {"group": sql("groups"), "category": sql("categories"), "tag": sql("tags")}[kind]
    rows = await db.fetch_all(
        sql(
            "select n.name from (select g.name, g.name_key, position(deskbell_name_key({}) in g.name_key) as place "
            "from {} g where g.deleted_at is null) n where n.place = 1 or substr(n.name_key, n.place - 1, 1) = ' ' "
            "order by n.place <> 1, n.name_key, n.name limit {}",
            text,
            table,
            limit,
        )
    )
    return [row["name"] for row in rows]


async def best_tickets(db: Db, actor: Actor, query: Query, page: PageRequest) -> Page[Ticket]:
    """A page of the tickets that contain the query's words, best first, then newest first; the total is exact.

    For a word that thousands of tickets contain, the newest 2,000 are ranked and the rest follow by age.
    """
    newest = await _best_of_newest(db, actor, query, page)
    if newest is not None:
        return newest
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


async def _best_of_newest(db: Db, actor: Actor, query: Query, page: PageRequest) -> Page[Ticket] | None:
    """The page of `best_tickets` from the ranked tickets alone, with the total of the same pass; None if they do not suffice."""
    sees_all = actor.is_staff and actor.reads_notes and actor.verified and actor.only_ticket is None
    if not sees_all or query != Query(terms=query.terms) or not query.terms or page.offset + page.limit >= _RANKED:
        return None
    rows = await db.fetch_all(
        sql(
            "with best as materialized (select t.organization_id, t.id, f.rank, f.total from deskbell_best_tickets({}) f "
            "join tickets t on t.organization_id = (select deskbell_organization()) and t.id = f.ticket_id where {} "
            "order by f.rank desc, t.id desc limit {} offset {}) "
            "select {}, b.total as found from best b join tickets t on t.organization_id = b.organization_id and t.id = b.id {} "
            "order by b.rank desc, t.id desc",
            tsquery_of(query), listed_to(actor), page.limit + 1, page.offset, TICKETS.columns, TICKETS.joins,
        )
    )  # fmt: skip
    more = len(rows) > page.limit
    if not rows or (not more and rows[0]["found"] > page.offset + len(rows)):
        return None
    tickets = await configured(db, TICKETS.read(rows[: page.limit]))
    return Page(tickets, rows[0]["found"], page, encode_cursor(page.offset + page.limit) if more else None)


def _found(actor: Actor, query: Query) -> Fragment:
    """The tickets that contain the words, or have the number, with their rank: `f (ticket_id, rank)`."""
    if actor.reads_notes:
        words = sql("select ticket_id, rank from deskbell_search_tickets({})", tsquery_of(query))
    elif actor.is_staff and not wanted(query).terms:
        words = sql("select w.ticket_id, 0::real from ({}) w", tickets_with(actor, query))
    elif actor.is_staff:
        # The index covers notes as well: it finds candidates, whose public words then match and rank (see `tickets_with`).
        words = sql(
            "select s.ticket_id, case when w.rank > 0 then ts_rank_cd({}, q.words) else 0 end "
            "from deskbell_search_tickets({}) w join ticket_search s "
            "on s.organization_id = (select deskbell_organization()) and s.ticket_id = w.ticket_id, "
            "(select {}) as q (words) where {} @@ q.words",
            WORDS_FOR_EVERYONE,
            tsquery_of(wanted(query)),
            tsquery_of(query),
            WORDS_FOR_EVERYONE,
        )
    else:
        # A customer has few tickets: no index is needed to check their words.
        words = sql(
            "select s.ticket_id, ts_rank_cd({}, q.words) from ticket_search s "
            "join tickets o on o.organization_id = s.organization_id and o.id = s.ticket_id, "
            "{} as q (words) where o.requester_id = {} and {} @@ q.words",
            WORDS_FOR_EVERYONE,
            tsquery_of(query),
            actor.user_id,
            WORDS_FOR_EVERYONE,
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
