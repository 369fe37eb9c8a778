"""SQL of operations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.operations.records import Moved, Operation, OperationEvent, OperationTicket, Outside
from deskbell.features.tickets.bulk_records import BulkOutcome
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.journal.entries import OWN
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.pages import Order, page
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

NOTABLE: Final = 100
"""The number of refused or kept tickets that an operation lists."""
reader("operations", "shows a change with what rules did, and the effects of an operation outside of Deskbell")
_OPERATIONS: Final = Table("operations", Operation, "o")
_NEWEST: Final = Order[Operation](
    "o.created_at", "o.id", shape=tuple[datetime, UUID], key=lambda each: (each.created_at, each.id), descending=True
)


async def add(db: Db, organization_id: UUID, operation: Operation) -> None:
    """Writes a new operation."""
    await db.execute(_OPERATIONS.insert(operation, organization_id=organization_id))


async def add_once(db: Db, organization_id: UUID, operation: Operation) -> bool:
    """Writes an operation unless there is one with its id; returns whether it did. Waits for another unit that writes it."""
    insert = _OPERATIONS.insert(operation, organization_id=organization_id)
    return bool(await db.execute(sql("{} on conflict do nothing", insert)))


async def events_of(db: Db, operation_id: UUID, limit: int) -> list[OperationEvent]:
    """The events of an operation about tickets, by id, or no more than `limit` of them.

    `actor_id` is the writer of a ticket or comment that came without a signed-in person, by mail for instance.
    """
    return read(
        OperationEvent,
        await db.fetch_all(
            sql(
                "select e.id, e.at, e.type, e.ticket_id, e.rule_id, coalesce(e.actor_id, "
                "case when e.type = 'ticket.created' then (e.payload ->> 'requester_id')::uuid "
                "when e.type = 'comment.added' then (select c.author_id from comments c "
                "where c.id = (e.payload ->> 'comment_id')::uuid) end) as actor_id "
                "from (select * from events e where {} and e.operation_id = {} and not e.imported "
                "and e.ticket_id is not null limit {}) e order by e.id",
                OWN, operation_id, limit,
            ),
            by_name=True,
        ),
    )  # fmt: skip


async def is_member(db: Db, user_id: UUID) -> bool:
    """Whether an operation can name a person as its author: a member of the organization, or a former one."""
    return bool(await db.fetch_value(sql("select exists (select from memberships m where m.user_id = {})", user_id)))


async def add_waiting(db: Db, organization_id: UUID, operation_id: UUID, ticket_ids: Sequence[UUID]) -> None:
    """Writes the tickets that a job has to do."""
    await db.execute(
        sql(
            "insert into operation_tickets (organization_id, operation_id, ticket_id, state) "
            "select {}, {}, n.id, 'waiting' from unnest({}::uuid[]) as n (id)",
            organization_id,
            operation_id,
            list(ticket_ids),
        )
    )


async def add_waiting_of(db: Db, operation_id: UUID, undone_id: UUID) -> None:
    """Writes the tickets of another operation, those that it did, for the job that undoes it."""
    await db.execute(
        sql(
            "insert into operation_tickets (organization_id, operation_id, ticket_id, state) "
            "select t.organization_id, {}, t.ticket_id, 'waiting' from operation_tickets t "
            "where t.operation_id = {} and t.state = 'done'",
            operation_id,
            undone_id,
        )
    )


async def add_outcomes(db: Db, organization_id: UUID, operation_id: UUID, outcomes: Sequence[BulkOutcome]) -> None:
    """Writes the results for tickets. One that is unknown has none."""
    found = [each for each in outcomes if each.found]
    rows = [
        {
            "id": each.id, "state": "done" if each.ok else "refused", "kept": each.kept, "moments": each.moments,
            "code": each.problem.code if each.problem else None,
        }
        for each in found
    ]  # fmt: skip
    if rows:
        await db.execute(
            sql(
                "insert into operation_tickets (organization_id, operation_id, ticket_id, state, code, kept, moments) "
                "select {}, {}, n.id, n.state, n.code, n.kept, n.moments from jsonb_to_recordset({}::jsonb) "
                "as n (id uuid, state text, code text, kept text[], moments jsonb) "
                "on conflict (organization_id, operation_id, ticket_id) do update "
                "set state = excluded.state, code = excluded.code, kept = excluded.kept, moments = excluded.moments",
                organization_id, operation_id, msgspec.json.encode(rows).decode(),
            )
        )  # fmt: skip


async def leave_out(db: Db, operation_id: UUID, ticket_ids: Sequence[UUID]) -> None:
    """Removes tickets that a job did not find."""
    await db.execute(
        sql(
            "delete from operation_tickets where operation_id = {} and ticket_id = any({})",
            operation_id,
            list(ticket_ids),
        )
    )


async def find(db: Db, operation_id: UUID, where: Fragment, *, lock: bool = False) -> Operation | None:
    """An operation of those where a condition holds."""
    last = sql("for update of o") if lock else sql("")
    return await _OPERATIONS.find(db, sql("o.id = {} and {} {}", operation_id, where, last))


async def page_of(db: Db, where: Fragment, request: PageRequest) -> Page[Operation]:
    """A page of operations, latest first."""
    return await page(db, _OPERATIONS, _NEWEST, request, where=where)


async def update(db: Db, operation: Operation) -> None:
    """Writes the progress of a locked operation."""
    await db.execute(_OPERATIONS.update(operation, "state", "done", "refused", "finished_at", "undone_by"))


async def waiting(db: Db, operation_id: UUID, limit: int) -> list[UUID]:
    """The next tickets that a job has to do."""
    rows = await db.fetch_all(
        sql(
            "select t.ticket_id from operation_tickets t where t.operation_id = {} and t.state = 'waiting' "
            "order by t.ticket_id limit {}",
            operation_id,
            limit,
        )
    )
    return [row["ticket_id"] for row in rows]


async def count_done(db: Db, operation_id: UUID) -> int:
    """The number of tickets that an operation changed."""
    return int(
        await db.fetch_value(
            sql("select count(*) from operation_tickets t where t.operation_id = {} and t.state = 'done'", operation_id)
        )
    )


async def moved_by(db: Db, operation_id: UUID, ticket_ids: Sequence[UUID] | None = None) -> list[Moved]:
    """The tickets that an operation changed, all or those of some, with the moments that it moved."""
    among = sql("true") if ticket_ids is None else sql("t.ticket_id = any({})", list(ticket_ids))
    return read(
        Moved,
        await db.fetch_all(
            sql(
                "select t.ticket_id, t.moments from operation_tickets t where t.operation_id = {} and t.state = 'done' "
                "and {} order by t.ticket_id",
                operation_id,
                among,
            ),
            by_name=True,
        ),
    )


async def notable(db: Db, operation_id: UUID) -> list[OperationTicket]:
    """The first tickets that were refused, or of which an undo kept something, by number."""
    return read(
        OperationTicket,
        await db.fetch_all(
            sql(
                "select o.ticket_id, t.number, o.code, o.kept from operation_tickets o join tickets t "
                "on t.organization_id = o.organization_id and t.id = o.ticket_id "
                "where o.operation_id = {} and (o.state = 'refused' or cardinality(o.kept) > 0) order by t.number limit {}",
                operation_id,
                NOTABLE,
            ),
            by_name=True,
        ),
    )


async def outside(db: Db, operation_id: UUID) -> Outside:
    """The effects of an operation outside of Deskbell so far."""
    of_it = sql("{} and e.operation_id = {} and not e.imported", OWN, operation_id)
    found = read_one(
        Outside,
        await db.fetch_one(
            sql(
                "select (select count(*) from events e join notifications n on n.organization_id = e.organization_id "
                "and n.event_id = e.id where {}) as notifications, "
                "(select count(*) from events e join notifications n on n.organization_id = e.organization_id "
                "and n.event_id = e.id where {} and n.mailed_at is not null) "
                "+ (select count(*) from events e join rule_effects x on x.organization_id = e.organization_id "
                "and x.event_id = e.id where {} and x.kind = 'mail' and x.outcome = 'done') "
                "+ (select count(*) from events e join outgoing_mails o on o.organization_id = e.organization_id "
                "and o.comment_id = (e.payload ->> 'comment_id')::uuid and o.kind = 'reply' "
                "where {} and e.type = 'comment.added') as mails, "
                "(select count(*) from events e join webhooks w on w.organization_id = e.organization_id "
                "join webhook_deliveries d on d.organization_id = e.organization_id and d.webhook_id = w.id "
                "and d.event_id = e.id where {} and d.state = 'delivered') as webhook_calls",
                of_it, of_it, of_it, of_it, of_it,
            ),
            by_name=True,
        ),
    )  # fmt: skip
    assert found is not None  # one row of three sums
    return found


async def delete_before(db: Db, moment: datetime) -> None:
    """Deletes operations of all organizations that began before a moment. The journal keeps what they did."""
    await db.execute("select deskbell_forget_operations($1)", moment)
