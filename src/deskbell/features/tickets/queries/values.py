"""The values of fields as indexes hold them: filling them for a field, and removing a deleted field's values."""

from uuid import UUID

from deskbell.runtime.sql import Db, sql


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


async def index_field(db: Db, number: int, ticket_ids: list[UUID]) -> None:
    """Indexes a field's values on some tickets."""
    await db.execute(sql("select deskbell_index_field({}::smallint, {}::uuid[])", number, ticket_ids))


async def lock_tickets_with(db: Db, number: int, limit: int) -> list[UUID]:
    """Locks tickets with a value of a field, deleted ones included, and skips those that others have locked."""
    rows = await db.fetch_all(
        sql(
            "select t.id from ticket_values v join tickets t on t.organization_id = v.organization_id "
            "and t.id = v.ticket_id where v.field = {} and v.place = 0 limit {} for update of t skip locked",
            number,
            limit,
        )
    )
    return [row["id"] for row in rows]


async def has_values(db: Db, number: int) -> bool:
    """Whether a ticket has a value of a field."""
    return bool(await db.fetch_value(sql("select exists (select from ticket_values v where v.field = {})", number)))
