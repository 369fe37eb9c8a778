"""Removing tickets for good: their rows, their words in the journal, their files."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from deskbell.runtime.journal.readers import reader
from deskbell.runtime.sql import Db, sql

reader(
    "purge",
    "Blanks the texts in a purged ticket's events.",
    types=("ticket.created", "ticket.updated", "feedback.received"),
)

__all__ = ["lock_deleted_before", "organizations_to_purge", "purge"]


async def organizations_to_purge(db: Db, deleted_before: datetime, limit: int) -> list[UUID]:
    """Organizations of some of the tickets, of all organizations, that were deleted before a moment."""
    rows = await db.fetch_all("select organization_id from deskbell_purgeable($1, $2)", deleted_before, limit)
    return [row["organization_id"] for row in rows]


async def lock_deleted_before(db: Db, moment: datetime, limit: int) -> list[UUID]:
    """Some tickets of the entered organization that were deleted before a moment, locked."""
    rows = await db.fetch_all(
        sql(
            "select id from tickets where deleted_at < {} order by deleted_at, id limit {} for update skip locked",
            moment,
            limit,
        )
    )
    return [row["id"] for row in rows]


async def purge(db: Db, organization_id: UUID, ticket_ids: Sequence[UUID], now: datetime) -> None:
    """Removes tickets with everything that belongs to them. A job deletes the contents of their files after the commit.

    The journal keeps type, time and actor of each event; texts are removed from it.
    """
    ids = list(ticket_ids)
    await db.execute(
        sql(
            "with unhung as (delete from attachments where ticket_id = any({}) returning file_id), "
            "gone as (select f.id, f.storage_key from files f join unhung u on u.file_id = f.id) "
            "insert into removed_files (organization_id, storage_key, removed_at) "
            "select {}, storage_key, {} from gone on conflict do nothing",
            ids,
            organization_id,
            now,
        )
    )
    await db.execute(
        sql(
            "delete from files f using removed_files r where r.storage_key = f.storage_key and not exists "
            "(select from attachments a where a.organization_id = f.organization_id and a.file_id = f.id)"
        )
    )
    await db.execute(
        sql(
            "update events e set payload = case e.type when 'ticket.created' then jsonb_set(e.payload, '{subject}', '\"\"') "
            "when 'feedback.received' then jsonb_set(e.payload, '{comment}', 'null') "
            "else jsonb_set(e.payload, '{changes}', (e.payload -> 'changes') "
            "- array['subject', 'description', 'custom_fields', 'tags', 'reason']) end "
            "where e.organization_id = {} and e.ticket_id = any({}) "
            "and e.type in ('ticket.created', 'ticket.updated', 'feedback.received')",
            organization_id,
            ids,
        )
    )
    await db.execute(sql("delete from tickets where id = any({})", ids))
