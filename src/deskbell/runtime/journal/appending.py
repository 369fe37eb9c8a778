"""Appending events in the transaction of the change that they record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID

import msgspec

from deskbell.kernel.actor import Actor
from deskbell.kernel.events import DomainEvent
from deskbell.runtime.journal.origin import Origin
from deskbell.runtime.sql import Db, Fragment, sql

CHANNEL: Final = "deskbell_journal"
"""Where each appended event is announced at commit, as `<organization id>:<event id>`."""

# Most units record one event, and its plain form is the cheapest.
_APPEND_ONE: Final = """
with added as (
  insert into events (organization_id, type, subject_type, subject_id, ticket_id, actor_id, internal, at, correlation_id,
                      operation_id, payload, rule_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id)
select pg_notify('deskbell_journal', $1::uuid::text || ':' || id) from added
"""
_APPEND_MANY: Final = """
with added as (
  insert into events (organization_id, type, subject_type, subject_id, ticket_id, actor_id, internal, at, correlation_id,
                      operation_id, payload, rule_id)
  select $1, e.type, e.subject_type, e.subject_id, e.ticket_id, e.actor_id, e.internal, $8, $9, $10, e.payload, e.rule_id
    from unnest($2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::boolean[], $7::uuid[], $11::jsonb[], $12::uuid[])
         with ordinality as e (type, subject_type, subject_id, ticket_id, internal, actor_id, payload, rule_id, position)
   order by e.position
  returning id)
select pg_notify('deskbell_journal', $1::uuid::text || ':' || id) from added
"""


# Only the write knows the value of one field of the event about it.
_APPEND_WRITTEN: Final[LiteralString] = """
with {}, added as (
  insert into events (organization_id, type, subject_type, subject_id, ticket_id, actor_id, internal, at, correlation_id,
                      operation_id, payload, rule_id)
  select {}::uuid, {}::text, {}::text, {}::uuid, {}::uuid, {}::uuid, {}::boolean, {}::timestamptz, {}::text, {}::uuid,
         jsonb_set({}::jsonb, {}::text[], to_jsonb(w.value)), {}::uuid
    from written w returning id)
select w.value, pg_notify('deskbell_journal', {}::text || ':' || added.id) from written w, added
"""


class Recording(NamedTuple):
    """An event to append, and the rule whose action it is."""

    event: DomainEvent
    rule_id: UUID | None = None


async def append(db: Db, actor: Actor | None, recordings: Sequence[Recording], *, at: datetime, origin: Origin) -> None:
    """Writes events in order, under the actor's organization. A rule's action has no actor."""
    if actor is None:
        raise LookupError("an event needs an organization to belong to")
    events = [each.event for each in recordings]
    rules = [each.rule_id or origin.rule_id for each in recordings]
    actors = [actor.user_id if each.rule_id is None else None for each in recordings]
    payloads = [msgspec.json.encode(event).decode() for event in events]
    if len(events) == 1:
        event = events[0]
        await db.execute(
            _APPEND_ONE, actor.organization_id, event.type, event.subject_type, event.subject_id, event.about_ticket,
            actors[0], event.internal, at, origin.correlation_id, origin.operation_id, payloads[0], rules[0],
        )  # fmt: skip
        return
    await db.execute(
        _APPEND_MANY, actor.organization_id, [e.type for e in events], [e.subject_type for e in events],
        [e.subject_id for e in events], [e.about_ticket for e in events], [e.internal for e in events],
        actors, at, origin.correlation_id, origin.operation_id, payloads, rules,
    )  # fmt: skip


async def append_written(
    db: Db, actor: Actor, write: Fragment, event: DomainEvent, field: str, *, at: datetime, origin: Origin
) -> Any:
    """Writes a row and the event about it in one statement, and returns the value that the write gives.

    `write` is one or more common table expressions; the last is `written (value)`, with one row. The value becomes the
    event's `field`.
    """
    statement = sql(
        _APPEND_WRITTEN,
        write, actor.organization_id, event.type, event.subject_type, event.subject_id, event.about_ticket, actor.user_id,
        event.internal, at, origin.correlation_id, origin.operation_id, msgspec.json.encode(event).decode(), [field],
        origin.rule_id, str(actor.organization_id),
    )  # fmt: skip
    return await db.fetch_value(statement)
