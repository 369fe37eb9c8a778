"""Deliveries: taking them for an attempt, noting how it went, showing them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.webhooks.records import Attempt, Delivery, DueDelivery
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, all_of, sql
from deskbell.runtime.table import Table


class _NumberedAttempt(Attempt, frozen=True, kw_only=True):
    delivery_id: UUID


_DELIVERIES: Final = Table("webhook_deliveries", Delivery, "d", without=["attempts"])
_ATTEMPTS: Final = Table("webhook_attempts", _NumberedAttempt, "a")
_NEWEST: Final = Order[Delivery](
    "d.created_at", "d.id", shape=tuple[datetime, UUID], key=lambda each: (each.created_at, each.id), descending=True
)


async def claim(
    db: Db, at: datetime, lease_until: datetime, unordered_before: datetime, *, slow_lane: bool, limit: int,
    per_webhook: int, under_way: Sequence[UUID],
) -> list[DueDelivery]:  # fmt: skip
    """Takes deliveries of all organizations that are due, for one attempt each.

    The commit does not wait for the disk: a claim that a power cut takes back is made again.
    """
    rows = await db.fetch_all(
        "with quickly as materialized (select set_config('synchronous_commit', 'off', true)) "
        "select c.organization_id, c.id, c.webhook_id, c.url, c.secret, c.previous_secret, c.type, c.body, c.tries, "
        "c.attempts from quickly, deskbell_claim_deliveries($1, $2, $3, $4, $5, $6, $7) c",
        at, lease_until, unordered_before, slow_lane, limit, per_webhook, list(under_way),
    )  # fmt: skip
    return read(DueDelivery, rows)


_NOTE: Final = """
with delivery as (
  update webhook_deliveries
     set state = $4, next_attempt_at = $5, finished_at = case when $5::timestamptz is null then $6::timestamptz end
   where id = $1 and attempts = $2 returning organization_id, id, webhook_id),
noted as (
  insert into webhook_attempts (organization_id, delivery_id, number, at, milliseconds, request_headers, status,
                                response_headers, response_excerpt, error)
  select organization_id, id, $2, $7, $8, $9, $10, $11, $12, $13 from delivery),
changed as (
  update webhooks w set failing_since = case when $13::text is not null then coalesce(w.failing_since, $7) end, slow = $3
    from delivery d
   where w.organization_id = d.organization_id and w.id = d.webhook_id
     and ((w.failing_since is null) <> ($13::text is null) or w.slow <> $3)
  returning w.failing_since)
select coalesce((select failing_since from changed), case when $13::text is not null then w.failing_since end),
       set_config('synchronous_commit', 'off', true)
  from delivery d join webhooks w on w.organization_id = d.organization_id and w.id = d.webhook_id
"""


async def event_of(db: Db, delivery_id: UUID) -> int | None:
    """The event of the journal that a delivery carries; None for a test call."""
    found: int | None = await db.fetch_value(
        sql("select d.event_id from webhook_deliveries d where d.id = {}", delivery_id)
    )
    return found


async def note(
    db: Db,
    parcel: DueDelivery,
    attempt: Attempt,
    *,
    state: str,
    next_attempt_at: datetime | None,
    slow: bool,
    now: datetime,
) -> datetime | None:
    """Writes down how an attempt went and what follows; says since when none has gone well, None if this one did.

    Nothing is written, and None returned, if the attempt was taken for lost meanwhile and another began. The commit does
    not wait for the disk: what a power cut takes back is delivered again.
    """
    since: datetime | None = await db.fetch_value(
        _NOTE, parcel.id, parcel.attempts, slow, state, next_attempt_at, now, attempt.at, attempt.milliseconds,
        msgspec.json.encode(attempt.request_headers).decode(), attempt.status,
        msgspec.json.encode(attempt.response_headers).decode(), attempt.response_excerpt, attempt.error,
    )  # fmt: skip
    return since


async def first_tried_at(db: Db, delivery_id: UUID, from_number: int) -> datetime:
    """When the first of a delivery's attempts from a number on was made."""
    at: datetime = await db.fetch_value(
        sql("select min(at) from webhook_attempts where delivery_id = {} and number >= {}", delivery_id, from_number)
    )
    return at


async def ask_again(db: Db, delivery_id: UUID, now: datetime) -> None:
    """Sends a delivery once more from now on, with all its tries; what is under way now counts for nothing."""
    await db.execute(
        sql(
            "update webhook_deliveries set state = 'pending', manual = true, tries = 0, "
            "next_attempt_at = {}, finished_at = null where id = {}",
            now,
            delivery_id,
        )
    )


async def find(db: Db, webhook_id: UUID, delivery_id: UUID) -> Delivery | None:
    """One delivery of a webhook with its attempts."""
    found = await _DELIVERIES.find(db, sql("d.webhook_id = {} and d.id = {}", webhook_id, delivery_id))
    return (await _with_attempts(db, [found]))[0] if found else None


async def list_of_webhook(db: Db, webhook_id: UUID, request: PageRequest, state: str | None) -> Page[Delivery]:
    """A page of the deliveries to a webhook, newest first."""
    wanted = all_of([sql("d.webhook_id = {}", webhook_id), sql("d.state = {}", state) if state is not None else None])
    found = await page(db, _DELIVERIES, _NEWEST, request, where=wanted)
    return msgspec.structs.replace(found, items=await _with_attempts(db, found.items))


async def _with_attempts(db: Db, deliveries: Sequence[Delivery]) -> list[Delivery]:
    made: dict[UUID, list[Attempt]] = {delivery.id: [] for delivery in deliveries}
    for attempt in await _ATTEMPTS.fetch(db, sql("a.delivery_id = any({}) order by a.number", list(made))):
        made[attempt.delivery_id].append(attempt)
    return [msgspec.structs.replace(delivery, attempts=made[delivery.id]) for delivery in deliveries]


async def delete_before(db: Db, moment: datetime, limit: int) -> int:
    """Removes deliveries of all organizations that were made before a moment; says how many."""
    return int(await db.fetch_value(sql("select deskbell_forget_deliveries({}, {})", moment, limit)))


async def delete_of_ticket(db: Db, ticket_id: UUID, but_event: int) -> None:
    """Removes the deliveries about a ticket, except of one event."""
    await db.execute(
        sql("delete from webhook_deliveries where ticket_id = {} and event_id <> {}", ticket_id, but_event)
    )


async def admins(db: Db) -> list[tuple[str, str]]:
    """Name and address of those who may manage webhooks in the entered organization."""
    rows = await db.fetch_all(
        sql(
            "select m.name, m.email from memberships m where m.role in ('admin', 'owner') and m.ended_at is null "
            "order by m.email"
        )
    )
    return [(row["name"], row["email"]) for row in rows]
