"""The condition of a schedule as SQL on `tickets t`: names are the objects that they meant when it was saved."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries.conditions import DELETED_IDS, TagIds, matching, resolve_tags
from deskbell.features.tickets.queries.related import followed_by
from deskbell.kernel.actor import Actor
from deskbell.kernel.fields import Definition
from deskbell.kernel.forms import RequiredFields
from deskbell.kernel.rules.operators import Ids
from deskbell.kernel.rules.vocabulary import FIELD
from deskbell.kernel.search.groups import Text, Tree
from deskbell.kernel.search.language import Filter, Query
from deskbell.kernel.search.problems import QueryProblem
from deskbell.kernel.search.values import Written, value_test
from deskbell.runtime.sql import Db, Fragment, all_of, any_of, sql

_REFERENCES: Final = {
    "assignee": ("person", sql("t.assignee_id")), "requester": ("person", sql("t.requester_id")),
    "group": ("group", sql("t.group_id")), "category": ("category", sql("t.category_id")),
}  # fmt: skip
_UNFINISHED: Final = sql("t.deleted_at is null and t.status <> 'closed'")


class Selection(Struct, frozen=True):
    """A parsed condition, what its names mean, and the definitions that it may need; no tree means every ticket."""

    tree: Tree | None
    ids: Ids
    fields: Mapping[str, Definition]
    required: RequiredFields
    now: datetime


async def next_holding(db: Db, actor: Actor, selection: Selection, after: UUID, limit: int) -> list[UUID]:
    """The next tickets by id that are not closed and for which the condition holds, locked."""
    condition = await _condition(db, actor, selection)
    rows = await db.fetch_all(
        sql(
            "select t.id from tickets t where t.id > {} and {} and {} order by t.id limit {} for no key update of t",
            after, _UNFINISHED, condition, limit,
        )
    )  # fmt: skip
    return [row["id"] for row in rows]


async def count_holding(db: Db, actor: Actor, selection: Selection) -> int:
    """The number of tickets that are not closed and for which the condition holds."""
    condition = await _condition(db, actor, selection)
    return int(await db.fetch_value(sql("select count(*) from tickets t where {} and {}", _UNFINISHED, condition)))


async def _condition(db: Db, actor: Actor, selection: Selection) -> Fragment:
    if selection.tree is None:
        return sql("true")
    tags = tuple(part for text in selection.tree.texts() for part in text.query.filters if part.field == "tag")
    tag_ids = await resolve_tags(db, TicketFilter(search=Query(filters=tags))) if tags else {}
    return _holding(actor, selection.tree, selection, tag_ids)


def _holding(actor: Actor, tree: Tree, selection: Selection, tag_ids: TagIds) -> Fragment:
    if isinstance(tree, Text):
        return all_of(list(_text(actor, tree, selection, tag_ids)))
    parts = [_holding(actor, part, selection, tag_ids) for part in tree.parts]
    if tree.kind == "all":
        return all_of(parts)
    return any_of(parts) if tree.kind == "any" else sql("({}) is not true", any_of(parts))


def _text(actor: Actor, text: Text, selection: Selection, tag_ids: TagIds) -> Iterator[Fragment]:
    plain = Query(spans=text.query.spans, required=selection.required)
    for part, places in zip(text.query.filters, text.places, strict=True):
        if part.field in _REFERENCES:
            yield _referring(part, selection.ids)
        elif part.field == "follower":
            ids = [selection.ids["person", value] for value in part.values]
            followed = followed_by(sql("w.user_id = any({}::uuid[])", ids), none=part.none)
            yield sql("({}) is not true", followed) if part.negated else followed
        elif not part.field.startswith(FIELD):
            plain = replace(plain, filters=(*plain.filters, part))
        else:
            yield _valued(actor, part, selection, places[0] if places else 0, tag_ids)
    if plain.filters or plain.spans:
        yield from matching(actor, TicketFilter(search=plain), tag_ids)


def _referring(part: Filter, ids: Ids) -> Fragment:
    kind, column = _REFERENCES[part.field]
    conditions = [sql("{} = any({}::uuid[])", column, [ids[kind, value] for value in part.values])]
    if part.none:
        deleted = DELETED_IDS.get(part.field)
        conditions.append(
            sql("{} is null", column)
            if deleted is None
            else sql("({} is null or {} = any(array({})))", column, column, deleted)
        )
    found = any_of(conditions)
    return sql("({}) is not true", found) if part.negated else found


def _valued(actor: Actor, part: Filter, selection: Selection, position: int, tag_ids: TagIds) -> Fragment:
    """Whether a field has one of these values. Where the field, or the option, is gone, it has not."""
    field = selection.fields.get(part.field.removeprefix(FIELD))
    written = Written(part.field, part.comparison, part.values, part.none, part.negated, position)
    try:
        test = None if field is None else value_test(field, written, selection.now, UTC)
    except QueryProblem:
        test = None
    if test is None:
        return sql("true") if part.negated else sql("false")
    return all_of(list(matching(actor, TicketFilter(search=Query(values=(test,))), tag_ids)))
