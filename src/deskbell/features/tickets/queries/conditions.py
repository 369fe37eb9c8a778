"""From a filter to SQL conditions on `tickets t`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries.circumstances import circumstance, has
from deskbell.features.tickets.queries.missing import lacks_a_value
from deskbell.features.tickets.queries.related import followed_by, linked_with
from deskbell.features.tickets.queries.spans import within
from deskbell.features.tickets.queries.values import has_value
from deskbell.kernel.actor import Actor
from deskbell.kernel.forms import RequiredFields
from deskbell.kernel.search.language import Filter, Query
from deskbell.kernel.words import STATUSES
from deskbell.runtime.sql import Db, Fragment, any_of, sql

TagIds: TypeAlias = Mapping[str, Sequence[UUID]]
"""The tags that each tag name in a filter means: those of the same letters, whatever their case and accents."""


async def resolve_tags(db: Db, filters: TicketFilter) -> TagIds:
    """The tags that a filter names; without any there is no query.

    The planner estimates by the ids how many tickets have them. Joined with their names it could not.
    """
    names = set(filters.tags)
    if filters.search is not None:
        names.update(value for part in filters.search.filters if part.field == "tag" for value in part.values)
    if not names:
        return {}
    rows = await db.fetch_all(
        sql(
            "select written.name, l.id from unnest({}::text[]) written (name) "
            "join tags l on l.name_key = deskbell_name_key(written.name) where l.deleted_at is null",
            sorted(names),
        )
    )
    found: dict[str, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["name"], []).append(row["id"])
    return found


def matching(actor: Actor, filters: TicketFilter, tag_ids: TagIds, *, common_words: bool = False) -> Iterator[Fragment]:
    """Every condition that a filter sets. `tag_ids` come from `resolve_tags`.

    `common_words` says that so many tickets hold the words that a list in some order finds its page sooner by looking at
    one ticket after the other than by gathering all that match.
    """
    yield from _by_words(filters)
    if filters.ids is not None:
        yield sql("t.id = any({})", list(filters.ids))
    if filters.unassigned:
        yield sql("t.assignee_id is null")
    if filters.assignee_id is not None:
        yield sql("t.assignee_id = {}", filters.assignee_id)
    if filters.group_id is not None:
        # The second condition is evaluated once a statement, not once a ticket.
        yield sql("t.group_id = {} and {}", filters.group_id, _exists("group", filters.group_id))
    if filters.ungrouped:
        yield _of_none(sql("t.group_id"), "group")
    if filters.requester_id is not None:
        yield sql("t.requester_id = {}", filters.requester_id)
    if filters.category_id is not None:
        yield sql("t.category_id = {} and {}", filters.category_id, _exists("category", filters.category_id))
    if filters.uncategorized:
        yield _of_none(sql("t.category_id"), "category")
    if filters.brand_id is not None:
        yield sql("t.brand_id = {} and {}", filters.brand_id, _exists("brand", filters.brand_id))
    if filters.tags:
        yield _with_tag(_ids_of(tag_ids, filters.tags))
    yield from _by_time(filters)
    if filters.search is not None:
        yield from _searched(actor, filters.search, tag_ids, common_words=common_words)


def _by_words(filters: TicketFilter) -> Iterator[Fragment]:
    # A single value as equality lets the index that starts with it also give the order.
    if filters.statuses:
        yield _in_status(filters.statuses)
    if len(filters.priorities) == 1:
        yield sql("t.priority = {}", filters.priorities[0])
    elif filters.priorities:
        yield sql("t.priority = any({})", list(filters.priorities))
    if filters.types:
        yield sql("t.type = any({})", list(filters.types))
    if filters.channels:
        yield sql("t.channel = any({})", list(filters.channels))


def _in_status(statuses: Sequence[str]) -> Fragment:
    if len(statuses) == 1 and statuses[0] in STATUSES:
        return sql("t.status_rank = {}", STATUSES.index(statuses[0]) + 1)
    return sql("t.status = any({})", list(statuses))


def _in_any_status(values: Sequence[str]) -> Fragment:
    """One of the six statuses, or an own one by its id."""
    own = [value for value in values if value not in STATUSES]
    if not own:
        return _in_status(values)
    in_own = sql("(t.status_id is not null and t.status_id = any({}::text[]::uuid[]))", own)
    plain = [value for value in values if value in STATUSES]
    return sql("({} or {})", _in_status(plain), in_own) if plain else in_own


def _by_time(filters: TicketFilter) -> Iterator[Fragment]:
    if filters.created_after is not None:
        yield sql("t.created_at >= {}", filters.created_after)
    if filters.created_before is not None:
        yield sql("t.created_at <= {}", filters.created_before)
    if filters.updated_after is not None:
        yield sql("t.updated_at >= {}", filters.updated_after)
    if filters.updated_before is not None:
        yield sql("t.updated_at <= {}", filters.updated_before)


def _searched(actor: Actor, query: Query, tag_ids: TagIds, *, common_words: bool) -> Iterator[Fragment]:
    if query == Query():
        yield sql("false")  # a text of signs that nothing can be found by, such as "???"
    words = _has_words(actor, query, one_by_one=common_words) if query.terms else None
    if query.number is not None:
        this_one = sql("t.number = {}", min(query.number, 2**31 - 1))
        if words is not None and actor.is_staff:  # one set rather than "or", which would have every ticket looked at
            yield sql(
                "t.id in (select t.id from tickets t where {} union all {})", this_one, tickets_with(actor, query)
            )
        else:
            yield this_one if words is None else sql("({} or {})", this_one, words)
    elif words is not None:
        yield words
    for part in query.filters:
        condition = _tagged(part, tag_ids) if part.field == "tag" else _filtered(actor, part, query.required)
        # "is not true" rather than "not": an unassigned ticket is not Ann's either
        yield sql("({}) is not true", condition) if part.negated else condition
    for span in query.spans:
        yield within(actor, span)
    for test in query.values:
        yield has_value(test)


WORDS_FOR_EVERYONE: Final = sql("coalesce(s.for_everyone, s.for_staff)")
"""The words of `ticket_search s` without those of notes and hidden fields."""


def tsquery_of(query: Query) -> Fragment:
    """The terms of a query as a `tsquery`."""
    return sql("deskbell_query({}, {})", *query.tsquery)


def tickets_with(actor: Actor, query: Query) -> Fragment:
    """The ids of the tickets whose words fit a query; `actor` is of the staff. Notes count for those who read notes."""
    if actor.reads_notes:
        return sql("select ticket_id from deskbell_tickets_with({})", tsquery_of(query))
    # The index covers notes as well: it finds the candidates, and the public words decide. Excluded words are left to the
    # second step, or a note would take its ticket out of the answer.
    if not wanted(query).terms:
        return sql(
            "select s.ticket_id from ticket_search s where {} @@ (select {})", WORDS_FOR_EVERYONE, tsquery_of(query)
        )
    return sql(
        "select s.ticket_id from deskbell_tickets_with({}) w join ticket_search s "
        "on s.organization_id = (select deskbell_organization()) and s.ticket_id = w.ticket_id "
        "where {} @@ (select {})",
        tsquery_of(wanted(query)),
        WORDS_FOR_EVERYONE,
        tsquery_of(query),
    )


def wanted(query: Query) -> Query:
    """The query without its negated words."""
    return msgspec.structs.replace(query, terms=tuple(term for term in query.terms if not term.negated))


def _has_words(actor: Actor, query: Query, *, one_by_one: bool) -> Fragment:
    if actor.is_staff and not one_by_one:
        return sql("t.id in ({})", tickets_with(actor, query))
    # A customer has few tickets: theirs are found by requester, and each one's words are looked at.
    words = sql("s.for_staff") if actor.reads_notes else WORDS_FOR_EVERYONE
    return sql(
        "exists (select from ticket_search s where s.organization_id = t.organization_id and s.ticket_id = t.id "
        "and {} @@ (select {}))",
        words,
        tsquery_of(query),
    )


DELETED_IDS: Final = {
    "group": sql("select id from groups where deleted_at is not null"),
    "category": sql("select id from categories where deleted_at is not null"),
    "brand": sql("select id from brands where deleted_at is not null"),
}
"""The ids of deleted rows that tickets may still refer to."""
_UNTAGGED: Final = sql("t.tag_ids <@ array(select id from tags where deleted_at is not null)")


def _exists(kind: Literal["group", "category", "brand"], noun_id: UUID) -> Fragment:
    if kind == "group":
        return sql("exists (select from groups where id = {} and deleted_at is null)", noun_id)
    if kind == "brand":
        return sql("exists (select from brands where id = {} and deleted_at is null)", noun_id)
    return sql("exists (select from categories where id = {} and deleted_at is null)", noun_id)


_REFERENCES: Final = {
    "assignee": sql("t.assignee_id"), "requester": sql("t.requester_id"), "group": sql("t.group_id"),
    "category": sql("t.category_id"),
}  # fmt: skip


def _filtered(actor: Actor, part: Filter, required: RequiredFields | None) -> Fragment:
    values = list(part.values)
    match part.field:
        case "status":
            return _in_any_status(values)
        case "priority":
            return sql("t.priority = any({})", values)
        case "type":
            return sql("t.type = any({})", values)
        case "channel":
            return sql("t.channel = any({})", [value.lower() for value in values])
        case "assignee" | "requester" | "group" | "category":
            return named_in(actor, part, _REFERENCES[part.field])
        case "follower":
            someone = part.values or part.me
            person = named_in(actor, msgspec.structs.replace(part, none=False), sql("w.user_id")) if someone else None
            return followed_by(person, none=part.none)
        case "linked":
            return linked_with([int(value) for value in values], none=part.none)
        case "has":
            return any_of([_has(actor, value, required) for value in values])
        case "breached" | "first_response" | "rating" | "unread" | "mention":
            return circumstance(actor, part)
        case _:
            return sql("t.number = any({}::bigint[])", [int(value) for value in values])


def _has(actor: Actor, value: str, required: RequiredFields | None) -> Fragment:
    if value == "missing":
        return sql("false") if required is None else lacks_a_value(required)
    return has(actor, value)


def named_in(actor: Actor, part: Filter, column: Fragment) -> Fragment:
    """Whether a column holds one of the persons, groups or categories that an operator names, by words of their names.

    An unknown name finds no ticket.
    """
    conditions = []
    words = [value.lower() for value in part.values]
    if words and part.field == "group":
        conditions.append(
            sql(
                "{} in (select id from groups where deskbell_is_called(name, {}::text[]) and deleted_at is null)",
                column,
                words,
            )
        )
    elif words and part.field == "category":
        conditions.append(
            sql(
                "{} in (select id from categories where deskbell_is_called(name, {}::text[]) and deleted_at is null)",
                column,
                words,
            )
        )
    elif words:
        conditions.append(
            # As an array it is known before the tickets are looked for, so that theirs are found by index.
            sql("{} = any(array(select deskbell_people_called({}::text[])))", column, words)
        )
    if part.me:
        conditions.append(sql("{} = {}", column, actor.user_id))
    if part.none:
        conditions.append(_of_none(column, part.field))
    return any_of(conditions)


def _of_none(column: Fragment, field: str) -> Fragment:
    """Whether a column is null or refers to a deleted row."""
    if field in DELETED_IDS:
        return sql("({} is null or {} = any(array({})))", column, column, DELETED_IDS[field])
    return sql("{} is null", column)


def _ids_of(tag_ids: TagIds, names: Sequence[str]) -> list[UUID]:
    return [tag_id for name in names for tag_id in tag_ids.get(name, ())]


def _tagged(part: Filter, tag_ids: TagIds) -> Fragment:
    ids = _ids_of(tag_ids, part.values)
    # A negated condition leaves nearly all tickets: testing each is cheaper than collecting those that have the tag.
    tagged = sql("t.tag_ids && {}::uuid[]", ids) if part.negated else _with_tag(ids)
    return sql("({} or {})", _UNTAGGED, tagged) if part.none else tagged


def _with_tag(ids: Sequence[UUID]) -> Fragment:
    return sql("t.id in (select k.ticket_id from ticket_tags k where k.tag_id = any({}::uuid[]))", list(ids))
