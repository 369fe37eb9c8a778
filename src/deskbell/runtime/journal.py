"""The journal: typed events, appended in the transaction of the change they tell of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from deskbell.kernel.actor import Actor
from deskbell.kernel.events import DomainEvent, Recorded, decode_event
from deskbell.runtime.sql import Db, sql

CHANNEL: Final = "deskbell_journal"
"""Where each appended event is announced at commit, as `<organization id>:<event id>`."""

# Most units record one event, and its plain form is the cheapest.
_APPEND_ONE: Final = """
with added as (
  insert into events (organization_id, type, subject_type, subject_id, ticket_id, actor_id, internal, at, request_id,
                      payload)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id)
select pg_notify('deskbell_journal', $1::uuid::text || ':' || id) from added
"""
_APPEND_MANY: Final = """
with added as (
  insert into events (organization_id, type, subject_type, subject_id, ticket_id, actor_id, internal, at, request_id,
                      payload)
  select $1, e.type, e.subject_type, e.subject_id, e.ticket_id, $7, e.internal, $8, $9, e.payload
    from unnest($2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::boolean[], $10::jsonb[])
         with ordinality as e (type, subject_type, subject_id, ticket_id, internal, payload, position)
   order by e.position
  returning id)
select pg_notify('deskbell_journal', $1::uuid::text || ':' || id) from added
"""


async def append(
    db: Db, actor: Actor | None, events: Sequence[DomainEvent], *, at: datetime, request_id: str | None
) -> None:
    """Writes events in order, under the actor's organization."""
    if actor is None:
        raise LookupError("an event needs an organization to belong to")
    payloads = [msgspec.json.encode(event).decode() for event in events]
    if len(events) == 1:
        event = events[0]
        await db.execute(
            _APPEND_ONE, actor.organization_id, event.type, event.subject_type, event.subject_id, event.about_ticket,
            actor.user_id, event.internal, at, request_id, payloads[0],
        )  # fmt: skip
        return
    await db.execute(
        _APPEND_MANY, actor.organization_id, [e.type for e in events], [e.subject_type for e in events],
        [e.subject_id for e in events], [e.about_ticket for e in events], [e.internal for e in events],
        actor.user_id, at, request_id, payloads,
    )  # fmt: skip


async def read(db: Db, event_id: int) -> Recorded | None:
    """One event of the entered organization."""
    row = await db.fetch_one(
        sql(
            "select {} from events e where e.organization_id = (select deskbell_organization()) and e.id = {}",
            COLUMNS,
            event_id,
        )
    )
    return None if row is None else recorded(row)


COLUMNS: Final = sql("e.id, e.organization_id, e.at, e.actor_id, e.type, e.payload")
"""The columns of `events e` that `recorded` reads."""


def recorded(row: Any) -> Recorded:
    """An event from its row. Raises `KeyError` for an unknown type and `MsgspecError` for a payload that does not fit."""
    return Recorded(
        id=row["id"], organization_id=row["organization_id"], at=row["at"], actor_id=row["actor_id"],
        event=decode_event(row["type"], row["payload"]),
    )  # fmt: skip
