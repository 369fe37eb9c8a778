"""The values of fields as indexes hold them: filling them for a field, and removing a deleted field's values."""

from uuid import UUID

from deskbell.features.fields.values import compared
from deskbell.kernel.search.values import ValueTest
from deskbell.runtime.sql import Db, Fragment, sql


def has_value(test: ValueTest) -> Fragment:
    """The rows of `tickets t` for which a condition on a field's value holds."""
    none = sql(
        "not exists (select from ticket_values v where v.organization_id = t.organization_id and v.ticket_id = t.id "
        "and v.field = {}::smallint)",
        test.field,
    )
    if not test.compares:
        return sql("not ({})", none) if test.negated else none
    # As a set it is found by the index of values. A negated condition leaves nearly all tickets: each is tested.
    found = sql(
        "exists (select from ticket_values v where v.organization_id = t.organization_id and v.ticket_id = t.id "
        "and v.field = {}::smallint and {})"
        if test.negated
        else "t.id in (select v.ticket_id from ticket_values v where v.field = {}::smallint and {})",
        test.field,
        compared(test),
    )
    condition = sql("({} or {})", found, none) if test.none else found
    return sql("not ({})", condition) if test.negated else condition


def count_of(test: ValueTest, most: int | None = None) -> Fragment | None:
    """The number of tickets for which a condition alone holds, for the staff; None where values have to be compared with others.

    Counting ends at `most`.

    A value has one row of a word, and one with a number or a moment: the index of values alone counts them. Few tickets are
    deleted, and these are subtracted.
    """
    if test.negated or test.none or not test.compares or len(test.words) > 1:
        return None
    found = sql("ticket_values v where v.field = {}::smallint and {}", test.field, compared(test))
    if most is not None:
        return sql(
            "select least({}, (select count(*) from (select from {} limit {} + d.n) w) - d.n) "
            "from (select count(*) as n from tickets t where t.deleted_at is not null "
            "and t.id in (select v.ticket_id from {})) d",
            most, found, most, found,
        )  # fmt: skip
    return sql(
        "select (select count(*) from {}) - (select count(*) from tickets t where t.deleted_at is not null "
        "and t.id in (select v.ticket_id from {}))",
        found, found,
    )  # fmt: skip


async def ids_after(db: Db, ticket_id: UUID | None, limit: int) -> list[UUID]:
    """The ids of the next tickets, deleted ones included, in the order of their ids."""
    rows = await db.fetch_all(
        sql(
            "select t.id from tickets t where {} order by t.id limit {}",
            sql("true") if ticket_id is None else sql("t.id > {}", ticket_id),
            limit,
        )
    )
    return [row["id"] for row in rows]


async def reword(db: Db, ticket_ids: list[UUID]) -> None:
    """Rebuilds the search documents of those tickets that have values of fields."""
    await db.execute(
        sql(
            "select deskbell_search_refresh(t.organization_id, t.id) from tickets t "
            "where t.id = any({}) and t.custom_fields <> '[]'",
            ticket_ids,
        )
    )


async def index_field(db: Db, number: int, ticket_ids: list[UUID]) -> None:
    """Indexes a field's values on some tickets."""
    await db.execute(sql("select deskbell_index_field({}::smallint, {}::uuid[])", number, ticket_ids))


async def lock_tickets_with(db: Db, number: int, limit: int) -> list[UUID]:
    """Locks tickets with a value of a field, deleted ones included, and skips those that others have locked."""
    rows = await db.fetch_all(
        sql(
            "select t.id from ticket_values v join tickets t on t.organization_id = v.organization_id "
            "and t.id = v.ticket_id where v.field = {} and v.place = 0 limit {} for no key update of t skip locked",
            number,
            limit,
        )
    )
    return [row["id"] for row in rows]


async def has_values(db: Db, number: int) -> bool:
    """Whether a ticket has a value of a field."""
    return bool(await db.fetch_value(sql("select exists (select from ticket_values v where v.field = {})", number)))
