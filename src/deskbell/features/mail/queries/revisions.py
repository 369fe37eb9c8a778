"""SQL of the revisions of reply tokens. A token of an earlier revision of its ticket is no longer good."""

from collections.abc import Sequence
from uuid import UUID

from deskbell.runtime.sql import Db, sql


async def of_ticket(db: Db, ticket_id: UUID) -> int:
    """The revision of a ticket's tokens."""
    value = await db.fetch_value(
        sql("select r.revision from reply_token_revisions r where r.ticket_id = {}", ticket_id)
    )
    return 0 if value is None else int(value)


async def of_numbers(db: Db, numbers: Sequence[int]) -> dict[int, int]:
    """The revisions of the tokens of these tickets, by number, of those that have one."""
    rows = await db.fetch_all(
        sql(
            "select t.number, r.revision from reply_token_revisions r join tickets t "
            "on t.organization_id = r.organization_id and t.id = r.ticket_id where t.number = any({}::int[])",
            list(numbers),
        )
    )
    return {row["number"]: row["revision"] for row in rows}


async def raise_revision(db: Db, organization_id: UUID, ticket_id: UUID) -> None:
    """Ends the tokens of a ticket that were made so far."""
    await db.execute(
        sql(
            "insert into reply_token_revisions as r (organization_id, ticket_id, revision) values ({}, {}, 1) "
            "on conflict (organization_id, ticket_id) do update set revision = r.revision + 1",
            organization_id,
            ticket_id,
        )
    )
