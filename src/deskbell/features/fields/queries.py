"""SQL of fields."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.fields.form_records import Form
from deskbell.features.fields.records import Field
from deskbell.features.fields.status_records import OwnStatus
from deskbell.kernel.fields import FieldValue
from deskbell.kernel.statuses import Step
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

FIELDS: Final = Table("fields", Field, "f")
FORMS: Final = Table("forms", Form, "w")
FORMS_BY_NAME: Final = Order[Form](
    "w.name_key",
    "w.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda each: (each.name, each.id),
)
STATUSES: Final = Table("statuses", OwnStatus, "s")
STATUSES_IN_ORDER: Final = Order[OwnStatus](
    "s.position", "s.id", shape=tuple[int, UUID], key=lambda each: (each.position, each.id)
)
IN_ORDER: Final = Order[Field]("f.position", "f.id", shape=tuple[int, UUID], key=lambda each: (each.position, each.id))


async def version(db: Db) -> int:
    """The version of the entered organization's configuration of tickets."""
    return int(
        await db.fetch_value(
            "select coalesce((select workflow_version from organizations where id = (select deskbell_organization())), 0)"
        )
    )


async def next_version(db: Db) -> None:
    """Gives the configuration of the entered organization a new version.

    Other changes of it wait until the unit ends, so that two of them never decide on what the other is about to change.
    """
    await db.execute(
        "update organizations set workflow_version = nextval('workflow_versions') where id = (select deskbell_organization())"
    )


async def load(db: Db) -> str:
    """The configuration of the entered organization, as JSON."""
    return str(await db.fetch_value("select deskbell_workflow()"))


async def everything(db: Db) -> list[Field]:
    """All fields of the entered organization in their order, deleted ones included."""
    return await FIELDS.fetch(db, sql("true order by f.position, f.id"))


async def find(db: Db, key: str) -> Field | None:
    """A field by key."""
    return await FIELDS.find(db, sql("f.key = {} and f.deleted_at is null", key))


async def lock(db: Db, key: str, *, deleted: bool = False) -> Field | None:
    """A field by key, locked until the unit ends."""
    return await FIELDS.find(db, sql("f.key = {} and (f.deleted_at is not null) = {} for update of f", key, deleted))


async def set_deleted(db: Db, field_id: UUID, at: datetime | None) -> None:
    """Hides a field, or brings it back when `at` is None."""
    await db.execute(sql("update fields set deleted_at = {} where id = {}", at, field_id))


async def set_position(db: Db, field_id: UUID, position: int) -> None:
    """Moves a field to a place in the order."""
    await db.execute(sql("update fields set position = {} where id = {}", position, field_id))


async def values_in_use(db: Db, field: Field) -> list[tuple[FieldValue, int]]:
    """The different values of a field, each with the number of tickets or contacts that have it."""
    holders = sql(
        "(select m.custom_fields from contact_values v join memberships m "
        "on m.organization_id = v.organization_id and m.user_id = v.user_id where v.field = {} and v.place = 0) h"
        if field.target == "contact"
        else "(select t.custom_fields from ticket_values v join tickets t "
        "on t.organization_id = v.organization_id and t.id = v.ticket_id where v.field = {} and v.place = 0) h",
        field.number,
    )
    rows = await db.fetch_all(
        sql(
            "select e.value -> 'value' as value, count(*)::int as n from {} "
            "cross join lateral jsonb_array_elements(h.custom_fields) e where e.value ->> 'name' = {} group by 1",
            holders,
            field.key,
        )
    )
    return [(msgspec.json.decode(row["value"], type=FieldValue), row["n"]) for row in rows]


async def purgeable(db: Db, before: datetime) -> list[tuple[UUID, UUID]]:
    """Fields that were deleted before a moment, of any organization: its id and the field's."""
    rows = await db.fetch_all(sql("select organization_id, field_id from deskbell_purgeable_fields({})", before))
    return [(row["organization_id"], row["field_id"]) for row in rows]


async def find_deleted(db: Db, field_id: UUID, before: datetime) -> Field | None:
    """A field that was deleted before a moment, locked until the unit ends."""
    return await FIELDS.find(db, sql("f.id = {} and f.deleted_at < {} for update of f", field_id, before))


async def remove(db: Db, field_id: UUID) -> None:
    """Removes the row of a deleted field."""
    await db.execute(sql("delete from fields where id = {} and deleted_at is not null", field_id))


async def existing(db: Db, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The kind of object that each id has in the entered organization: `contact`, `agent` or `ticket`, if any."""
    rows = await db.fetch_all(
        sql(
            "select m.user_id as id, case when m.role = 'customer' then 'contact' else 'agent' end as kind "
            "from memberships m where m.user_id = any({}) and m.ended_at is null "
            "union all select t.id, 'ticket' from tickets t where t.id = any({}) and t.deleted_at is null",
            list(ids),
            list(ids),
        )
    )
    return {row["id"]: row["kind"] for row in rows}


async def all_forms(db: Db) -> list[Form]:
    """All forms of the entered organization."""
    return await FORMS.fetch(db, sql("true order by w.id"))


async def present_categories(db: Db, category_ids: Sequence[UUID]) -> set[UUID]:
    """Those categories of the entered organization that exist."""
    rows = await db.fetch_all(
        sql("select id from categories where id = any({}) and deleted_at is null", list(category_ids))
    )
    return {row["id"] for row in rows}


async def categories_called(db: Db, names: Sequence[str]) -> dict[str, UUID]:
    """The categories that names mean, in whatever case."""
    rows = await db.fetch_all(
        sql(
            "select w.name, c.id from unnest({}::text[]) w (name) join categories c "
            "on lower(c.name) = lower(w.name) and c.deleted_at is null",
            list(names),
        )
    )
    return {row["name"]: row["id"] for row in rows}


async def all_statuses(db: Db) -> list[OwnStatus]:
    """All statuses of the entered organization's own, in their order."""
    return await STATUSES.fetch(db, sql("true order by s.position, s.id"))


async def steps(db: Db) -> list[Step]:
    """The allowed steps between statuses of the entered organization."""
    stored = await db.fetch_value("select steps from status_steps")
    return [] if stored is None else msgspec.json.decode(stored, type=list[Step])


async def write_steps(db: Db, organization_id: UUID, allowed: Sequence[Step]) -> None:
    """Replaces the allowed steps between statuses."""
    await db.execute(
        sql(
            "insert into status_steps (organization_id, steps) values ({}, {}) "
            "on conflict (organization_id) do update set steps = excluded.steps",
            organization_id, msgspec.json.encode(allowed).decode(),
        )
    )  # fmt: skip
