"""Exact totals of ticket lists: from the precomputed counts where they suffice, else by counting."""

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries.conditions import (
    DELETED_IDS,
    TagIds,
    matching,
    named_in,
    resolve_tags,
    tsquery_of,
)
from deskbell.features.tickets.queries.values import count_of
from deskbell.features.tickets.queries.visibility import listed_to
from deskbell.kernel.actor import Actor
from deskbell.kernel.search.language import Filter, Query
from deskbell.kernel.words import STATUSES
from deskbell.runtime.sql import Db, Fragment, all_of, sql

__all__ = ["count_all_up_to", "count_matching", "count_up_to", "maintained_count", "maintained_counts"]


async def maintained_count(db: Db, actor: Actor, filters: TicketFilter, tag_ids: TagIds) -> int | None:
    """The total of a list from the precomputed counts, at a cost that does not grow with it; None where they do not suffice."""
    counted = maintained_counts(actor, filters, tag_ids)
    if counted is None:
        return None
    known = await db.fetch_value(counted)
    return None if known is None else int(known)


def maintained_counts(actor: Actor, filters: TicketFilter, tag_ids: TagIds) -> Fragment | None:
    """The statement of `maintained_count`; None where the counts do not suffice. Its value may be null as well."""
    return None if filters.followed else _counted(actor, filters, tag_ids)


async def count_matching(db: Db, actor: Actor, filters: TicketFilter) -> int:
    """The total of a list."""
    tag_ids = await resolve_tags(db, filters)
    known = await maintained_count(db, actor, filters, tag_ids)
    if known is not None:
        return known
    if (
        actor.reads_notes
        and filters.search is not None
        and filters.search.terms
        and filters == TicketFilter(search=Query(terms=filters.search.terms))
    ):
        # Few tickets are deleted: leaving those out is quicker than looking up each of the others.
        return int(
            await db.fetch_value(
                sql(
                    "select count(*) from deskbell_tickets_with({}) w where not exists "
                    "(select from tickets t where t.id = w.ticket_id and t.deleted_at is not null)",
                    tsquery_of(filters.search),
                )
            )
        )
    by_value = by_value_alone(actor, filters)
    if by_value is not None:
        return int(await db.fetch_value(by_value))
    wanted = all_of(
        [listed_to(actor, deleted=filters.deleted, followed=filters.followed), *matching(actor, filters, tag_ids)]
    )
    return int(await db.fetch_value(sql("select count(*) from tickets t where {}", wanted)))


def by_value_alone(actor: Actor, filters: TicketFilter, most: int | None = None) -> Fragment | None:
    """The count of a list by a field's value and nothing else, which ends at `most`."""
    values = (
        () if filters.search is None or not actor.is_staff or actor.only_ticket is not None else filters.search.values
    )
    if len(values) != 1 or filters != TicketFilter(search=Query(values=values)):
        return None
    return count_of(values[0], most)


async def count_up_to(db: Db, actor: Actor, filters: TicketFilter, most: int) -> tuple[int, bool]:
    """The total of a list, and whether it is complete: exact from the precomputed counts where they suffice, else
    counting stops at `most`.
    """
    tag_ids = await resolve_tags(db, filters)
    known = await maintained_count(db, actor, filters, tag_ids)
    if known is not None:
        return known, True
    wanted = all_of(
        [listed_to(actor, deleted=filters.deleted, followed=filters.followed), *matching(actor, filters, tag_ids)]
    )
    return await count_wanted(db, actor, filters, wanted, most)


async def count_wanted(db: Db, actor: Actor, filters: TicketFilter, wanted: Fragment, most: int) -> tuple[int, bool]:
    """The total of a filter with its condition, and whether it is complete: counting stops at `most`."""
    limited = by_value_alone(actor, filters, most + 1)
    if limited is None:
        limited = sql("select count(*) from (select from tickets t where {} limit {}) as found", wanted, most + 1)
    count = int(await db.fetch_value(limited))
    return min(count, most), count <= most


async def count_all_up_to(db: Db, actor: Actor, several: Sequence[TicketFilter], most: int) -> list[tuple[int, bool]]:
    """`count_up_to` for several lists, in one statement and one for the tags that they name."""
    if not several:
        return []
    named = {name for filters in several for name in _tags_named(filters)}
    tag_ids = await resolve_tags(db, TicketFilter(tags=tuple(sorted(named))))
    parts = [_count_part(place, actor, filters, tag_ids, most) for place, filters in enumerate(several)]
    statement = parts[0]
    for part in parts[1:]:
        statement = sql("{} union all {}", statement, part)
    found: dict[int, tuple[int, bool]] = {}
    for row in await db.fetch_all(statement):
        place, known, counted = row["place"], row["known"], row["counted"]
        if known is not None:
            found[place] = (int(known), True)
        elif counted is not None:
            found[place] = (min(int(counted), most), int(counted) <= most)
        else:  # by any tag, while tickets may still refer to a deleted one
            found[place] = await count_up_to(db, actor, several[place], most)
    return [found[place] for place in range(len(several))]


def _tags_named(filters: TicketFilter) -> set[str]:
    searched = () if filters.search is None else filters.search.filters
    return {*filters.tags, *(value for part in searched if part.field == "tag" for value in part.values)}


def _count_part(place: int, actor: Actor, filters: TicketFilter, tag_ids: TagIds, most: int) -> Fragment:
    """The row (place, known, counted) of one list: counted only where the precomputed counts do not suffice."""
    known = maintained_counts(actor, filters, tag_ids)
    if known is not None:
        return sql("select {}::int as place, ({})::bigint as known, null::bigint as counted", place, known)
    wanted = all_of(
        [listed_to(actor, deleted=filters.deleted, followed=filters.followed), *matching(actor, filters, tag_ids)]
    )
    return sql(
        "select {}::int as place, null::bigint as known, "
        "(select count(*) from (select from tickets t where {} limit {}) as found) as counted",
        place,
        wanted,
        most + 1,
    )


_NO_USER: Final = UUID(int=0)


class _Known(Struct):
    """The parts of a filter that the maintained counts can answer.

    Every one of them knows `words`: status and priority. One alone, for each organization, knows `kinds`: type, channel,
    whether a ticket is assigned, and whether it has a tag. `keys` are persons, groups, categories and tags, each counted
    apart; a negated one is subtracted.
    """

    words: list[Fragment] = []
    kinds: list[Fragment] = []
    keys: list[tuple[Fragment, bool]] = []
    by_any_tag: bool = False
    """Whether it asks for tickets with some tag or without one. Their counts include deleted tags."""

    def add_key(self, dimension: str, key: Fragment, *, negated: bool = False) -> None:
        """Narrows to what is counted for one key, or for several of which no ticket has two."""
        self.keys.append((sql("ticket_counts where dimension = {} and {}", dimension, key), negated))

    def add_none_of(self, dimension: Literal["group", "category", "brand"], *, negated: bool = False) -> None:
        """Narrows to the tickets of none: all but those that are counted for any key, of which no ticket has two."""
        self.add_key(dimension, sql("key <> all (array({}))", DELETED_IDS[dimension]), negated=not negated)

    def add_tagged(self, tagged: Fragment) -> None:
        """Narrows to the tickets with some tag, or without one."""
        self.by_any_tag = True
        self.kinds.append(tagged)

    def statement(self) -> Fragment | None:
        """The count; None when it takes more than one key, or a key and a kind.

        By any tag, it yields null while tickets may still refer to a deleted one.
        """
        count = self._count()
        if count is None or not self.by_any_tag:
            return count
        return sql("select case when not exists (select from tags where deleted_at is not null) then ({}) end", count)

    def _count(self) -> Fragment | None:
        if len(self.keys) > 1 or (self.keys and self.kinds):
            return None
        words = all_of(self.words)
        if self.kinds:
            return _sum(
                sql("ticket_counts where dimension = 'kind' and key = {} and {}", _NO_USER, all_of(self.kinds)), words
            )
        everything = _sum(sql("ticket_counts where dimension = 'all' and key = {}", _NO_USER), words)
        if not self.keys:
            return everything
        found, negated = self.keys[0]
        return sql("select ({}) - ({})", everything, _sum(found, words)) if negated else _sum(found, words)


def _sum(counts: Fragment, words: Fragment) -> Fragment:
    return sql("select coalesce(sum(n), 0) from {} and {}", counts, words)


def _counted(actor: Actor, filters: TicketFilter, tag_ids: TagIds) -> Fragment | None:
    """The sum of maintained counts that answers a filter, if there is one."""
    if filters.search == Query():
        return sql("select 0")  # nothing is sought that can be found
    if not actor.verified:  # does not see all tickets that are counted as theirs
        return None
    known, search = _Known(), filters.search or Query()
    plain = msgspec.structs.replace(
        filters, statuses=(), priorities=(), types=(), channels=(), assignee_id=None, unassigned=False, group_id=None,
        ungrouped=False, requester_id=None, category_id=None, uncategorized=False, brand_id=None, tags=(), search=None,
    )  # fmt: skip
    if (
        plain != TicketFilter()
        or search.terms
        or search.spans
        or search.values
        or search.number is not None
        or len(filters.tags) > 1
    ):
        return None
    _read_fields(known, filters)
    if filters.tags and not _read_tag(known, tag_ids, filters.tags[0]):
        return None
    if not all(_read_operator(known, actor, part, tag_ids) for part in search.filters):
        return None
    if not actor.is_staff:  # sees their own tickets alone, which are counted by status and priority
        if filters.requester_id not in (None, actor.user_id) or len(known.keys) > (filters.requester_id is not None):
            return None
        known.keys.clear()
        known.add_key("requester", sql("key = {}", actor.id))
    return known.statement()


def _read_fields(known: _Known, filters: TicketFilter) -> None:
    if filters.statuses:
        known.words.append(sql("status = any({})", list(filters.statuses)))
    if filters.priorities:
        known.words.append(sql("priority = any({})", list(filters.priorities)))
    if filters.types:
        known.kinds.append(sql("type = any({})", list(filters.types)))
    if filters.channels:
        known.kinds.append(sql("channel = any({})", list(filters.channels)))
    if filters.unassigned:
        known.kinds.append(sql("not assigned"))
    for dimension, key in (("assignee", filters.assignee_id), ("requester", filters.requester_id)):
        if key is not None:
            known.add_key(dimension, sql("key = {}", key))
    _read_place(known, "group", filters.group_id, none=filters.ungrouped)
    _read_place(known, "category", filters.category_id, none=filters.uncategorized)
    _read_place(known, "brand", filters.brand_id)


def _read_place(
    known: _Known, kind: Literal["group", "category", "brand"], place_id: UUID | None, *, none: bool = False
) -> None:
    if place_id is not None:
        known.add_key(kind, sql("key = {} and key <> all(array({}))", place_id, DELETED_IDS[kind]))
    if none:
        known.add_none_of(kind)


def _read_operator(known: _Known, actor: Actor, part: Filter, tag_ids: TagIds) -> bool:
    """Adds an operator of the search language; False for one that the counts do not know."""
    values = list(part.values)
    match part.field:
        case "status" | "priority" if not part.none and _is_plain(part):
            column = sql("status") if part.field == "status" else sql("priority")
            known.words.append(_either(sql("{} = any({})", column, values), negated=part.negated))
        case "type" | "channel" if not part.none:
            column = sql("type") if part.field == "type" else sql("channel")
            lower = [value.lower() for value in values]
            known.kinds.append(_either(sql("{} = any({})", column, lower), negated=part.negated))
        case "assignee" if part.none and not part.me and not values:
            known.kinds.append(_either(sql("not assigned"), negated=part.negated))
        case "group" | "category" if part.none and not values:
            known.add_none_of(part.field, negated=part.negated)
        case "tag" if part.none and not values:
            known.add_tagged(_either(sql("not tagged"), negated=part.negated))
        case "tag" if len(values) == 1 and not part.none:
            return _read_tag(known, tag_ids, values[0], negated=part.negated)
        case "assignee" | "requester" | "group" | "category" if not part.none:
            known.add_key(part.field, named_in(actor, part, sql("key")), negated=part.negated)
        case _:
            return False
    return True


def _is_plain(part: Filter) -> bool:
    """Whether it names none of the organization's own statuses, which are not counted apart."""
    return part.field != "status" or all(value in STATUSES for value in part.values)


def _read_tag(known: _Known, tag_ids: TagIds, name: str, *, negated: bool = False) -> bool:
    """Adds a tag; False for a name that several tags have in different spellings, since a ticket may have two of them."""
    ids = tag_ids.get(name, ())
    known.add_key("tag", sql("key = any({}::uuid[])", list(ids)), negated=negated)
    return len(ids) <= 1


def _either(condition: Fragment, *, negated: bool) -> Fragment:
    return sql("not ({})", condition) if negated else condition
