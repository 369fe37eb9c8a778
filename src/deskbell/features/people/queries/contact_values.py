"""The values of contacts' fields: writing them, and the index that finds contacts by them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from deskbell.features.fields.values import compared
from deskbell.kernel.fields import CustomField
from deskbell.kernel.search.values import ValueTest
from deskbell.runtime.sql import Db, Fragment, sql


def has_value(test: ValueTest) -> Fragment:
    """The rows of `memberships m` for which a condition on a field's value holds."""
    present = sql(
        "exists (select from contact_values v where v.organization_id = m.organization_id and v.user_id = m.user_id "
        "and v.field = {}::smallint)",
        test.field,
    )
    if not test.compares:
        return present if test.negated else sql("not ({})", present)
    found = sql(
        "m.user_id in (select v.user_id from contact_values v where v.field = {}::smallint and {})",
        test.field,
        compared(test),
    )
    condition = sql("({} or not {})", found, present) if test.none else found
    return sql("not ({})", condition) if test.negated else condition


async def set_values(db: Db, user_id: UUID, values: Sequence[CustomField], now: datetime) -> None:
    """Sets the values of a contact's fields."""
    await db.execute(
        sql(
            "update memberships set custom_fields = {}, updated_at = {} where user_id = {}",
            msgspec.json.encode(values).decode(), now, user_id,
        )
    )  # fmt: skip


async def values_of(db: Db, user_id: UUID) -> list[CustomField]:
    """The values of a contact's fields, those of deleted fields too."""
    stored = await db.fetch_value(sql("select custom_fields from memberships where user_id = {}", user_id))
    return [] if stored is None else msgspec.json.decode(stored, type=list[CustomField])


async def ids_after(db: Db, user_id: UUID | None, limit: int) -> list[UUID]:
    """The ids of the next contacts with values, removed ones included, in the order of their ids."""
    rows = await db.fetch_all(
        sql(
            "select m.user_id from memberships m where {} and m.custom_fields <> '[]' order by m.user_id limit {}",
            sql("true") if user_id is None else sql("m.user_id > {}", user_id),
            limit,
        )
    )
    return [row["user_id"] for row in rows]


async def index_field(db: Db, number: int, user_ids: list[UUID]) -> None:
    """Indexes a field's values on some contacts."""
    await db.execute(sql("select deskbell_index_contact_field({}::smallint, {}::uuid[])", number, user_ids))


async def lock_contacts_with(db: Db, number: int, limit: int) -> list[UUID]:
    """Locks contacts with a value of a field, removed ones included, and skips those that others have locked."""
    rows = await db.fetch_all(
        sql(
            "select m.user_id from contact_values v join memberships m on m.organization_id = v.organization_id "
            "and m.user_id = v.user_id where v.field = {} and v.place = 0 limit {} for update of m skip locked",
            number,
            limit,
        )
    )
    return [row["user_id"] for row in rows]


async def has_values(db: Db, number: int) -> bool:
    """Whether a contact has a value of a field."""
    return bool(await db.fetch_value(sql("select exists (select from contact_values v where v.field = {})", number)))
