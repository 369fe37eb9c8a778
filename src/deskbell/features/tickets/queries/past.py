"""The journal of one ticket, read for its states in the past."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.kernel.events import DomainEvent, decode_event
from deskbell.runtime.journal.readers import about_tickets, reader
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql

reader("past", "The state of a ticket at a moment, and what rules were asked then.", types=about_tickets)


class PastEvent(Struct, frozen=True, kw_only=True):
    """An event of a ticket; `unit` is what the events of one transaction have in common."""

    id: int
    at: datetime
    actor_id: UUID | None
    rule_id: UUID | None
    operation_id: UUID | None
    unit: str
    imported: bool
    event: DomainEvent


class _Stored(Struct, frozen=True, kw_only=True):
    id: int
    at: datetime
    actor_id: UUID | None
    rule_id: UUID | None
    operation_id: UUID | None
    unit: str
    imported: bool
    type: str
    payload: str


async def events_of(db: Db, ticket_id: UUID) -> list[PastEvent]:
    """All events of a ticket that this version can read, in the order of their times."""
    rows = await db.fetch_all(
        sql(
            "select e.id, e.at, e.actor_id, e.rule_id, e.operation_id, e.xact_id::text as unit, e.imported, e.type, "
            "e.payload from events e where e.organization_id = (select deskbell_organization()) and e.ticket_id = {} "
            "order by e.at, e.id",
            ticket_id,
        )
    )
    return [event for each in read(_Stored, rows) if (event := _decoded(each)) is not None]


def _decoded(row: _Stored) -> PastEvent | None:
    try:
        event: Any = decode_event(row.type, row.payload)
    except (msgspec.MsgspecError, KeyError):
        return None
    return PastEvent(
        id=row.id, at=row.at, actor_id=row.actor_id, rule_id=row.rule_id, operation_id=row.operation_id, unit=row.unit,
        imported=row.imported, event=event,
    )  # fmt: skip
