"""The journal of one operation, for its undo."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change
from deskbell.runtime.journal.entries import OWN
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql

CHANGING = ("ticket.updated", "ticket.assigned", "ticket.deleted", "ticket.restored")
reader("undo", "undoes what an operation did to its tickets", types=CHANGING)


class OperationEvent(Struct, frozen=True):
    """An event of an operation that changed a ticket."""

    ticket_id: UUID
    type: str
    changes: dict[str, Change]


async def events_of(db: Db, operation_id: UUID, ticket_ids: Sequence[UUID]) -> list[OperationEvent]:
    """The events of an operation that changed some tickets, in order."""
    rows = await db.fetch_all(
        sql(
            "select e.ticket_id, e.type, coalesce(e.payload -> 'changes', jsonb_build_object()) as changes from events e "
            "where {} and e.operation_id = {} and not e.imported and e.ticket_id = any({}) and e.type = any({}) order by e.id",
            OWN, operation_id, list(ticket_ids), list(CHANGING),
        )
    )  # fmt: skip
    return read(OperationEvent, rows)
