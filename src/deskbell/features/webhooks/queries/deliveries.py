"""Deliveries: taking them for an attempt, noting how it went, showing them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from deskbell.features.webhooks.records import Attempt, Delivery, Parcel
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, all_of, sql

__all__ = [
    "admins",
    "ask_again",
    "claim",
    "find",
    "first_tried_at",
    "forget_before",
    "forget_ticket",
    "list_of_webhook",
    "note",
]

_COLUMNS: Final = sql(
    "d.id, d.webhook_id, d.event_id, d.ticket_id, d.type, d.body, d.state, d.created_at, d.next_attempt_at, d.finished_at"
)
_NEWEST: Final = Order("d.created_at", "d.id", shape=tuple[datetime, UUID])


async def claim(
    db: Db, at: datetime, lease_until: datetime, unordered_before: datetime, *, slow_lane: bool, how_many: int,
    per_webhook: int, under_way: Sequence[UUID],
) -> list[Parcel]:  # fmt: skip
    """Takes deliveries of all organizations that are due, for one attempt each.

    The commit does not wait for the disk: a claim that a power cut takes back is made again.
    """
    rows = await db.fetch_all(
        "with quickly as materialized (select set_config('synchronous_commit', 'off', true)) "
        "select c.organization_id, c.id, c.webhook_id, c.url, c.secret, c.previous_secret, c.type, c.body, c.tries, "
        "c.attempts from quickly, deskbell_claim_deliveries($1, $2, $3, $4, $5, $6, $7) c",
        at, lease_until, unordered_before, slow_lane, how_many, per_webhook, list(under_way),
    )  # fmt: skip
    return [
        Parcel(
            organization_id=row[0], id=row[1], webhook_id=row[2], url=row[3], secret=row[4], previous_secret=row[5],
            type=row[6], body=row[7], tries=row[8], attempts=row[9],
        )
        for row in rows
    ]  # fmt: skip


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


async def note(
    db: Db, parcel: Parcel, attempt: Attempt, *, state: str, next_attempt_at: datetime | None, slow: bool, now: datetime
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
    row = await db.fetch_one(
        sql(
            "select {} from webhook_deliveries d where d.webhook_id = {} and d.id = {}",
            _COLUMNS,
            webhook_id,
            delivery_id,
        )
    )
    if row is None:
        return None
    made = await _attempts_of(db, [delivery_id])
    return _delivery(row, made.get(delivery_id, []))


async def list_of_webhook(db: Db, webhook_id: UUID, page: PageRequest, state: str | None) -> Page[Delivery]:
    """A part of what a webhook was told, newest first."""
    wanted = all_of([sql("d.webhook_id = {}", webhook_id), sql("d.state = {}", state) if state is not None else None])
    down = page.descends(True)
    rows = await db.fetch_all(
        sql(
            "select {} from webhook_deliveries d where {} order by {} limit {} offset {}",
            _COLUMNS, all_of([wanted, _NEWEST.after(page.cursor, descending=down)]), _NEWEST.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from webhook_deliveries d where {}", wanted)))
    made = await _attempts_of(db, [row[0] for row in rows])
    return page_from(
        rows, total, page, lambda row: _delivery(row, made.get(row[0], [])), lambda each: (each.created_at, each.id)
    )


def _delivery(row: Any, attempts: list[Attempt]) -> Delivery:
    return Delivery(
        id=row[0], webhook_id=row[1], event_id=row[2], ticket_id=row[3], type=row[4], body=row[5], state=row[6],
        created_at=row[7], next_attempt_at=row[8], finished_at=row[9], attempts=attempts,
    )  # fmt: skip


async def _attempts_of(db: Db, delivery_ids: Sequence[UUID]) -> dict[UUID, list[Attempt]]:
    rows = await db.fetch_all(
        sql(
            "select a.delivery_id, a.number, a.at, a.milliseconds, a.request_headers, a.status, a.response_headers, "
            "a.response_excerpt, a.error from webhook_attempts a where a.delivery_id = any({}) order by a.number",
            list(delivery_ids),
        )
    )
    found: dict[UUID, list[Attempt]] = {}
    for row in rows:
        attempt = Attempt(
            number=row[1], at=row[2], milliseconds=row[3], request_headers=msgspec.json.decode(row[4]), status=row[5],
            response_headers=msgspec.json.decode(row[6]), response_excerpt=row[7], error=row[8],
        )  # fmt: skip
        found.setdefault(row[0], []).append(attempt)
    return found


async def forget_before(db: Db, moment: datetime, how_many: int) -> int:
    """Removes deliveries of all organizations that were made before a moment; says how many."""
    return int(await db.fetch_value(sql("select deskbell_forget_deliveries({}, {})", moment, how_many)))


async def forget_ticket(db: Db, ticket_id: UUID, but_event: int) -> None:
    """Removes what was told of a ticket, except of one event."""
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
    return [(row[0], row[1]) for row in rows]
