"""From the journal to deliveries: which events are to be told to whom, and how far this has come."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.kernel.events import Recorded
from deskbell.runtime.journal import COLUMNS, recorded
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql

_READER: Final = "webhooks"


class Told(Struct, frozen=True):
    """An event in the journal's order of commits, and the webhooks that are to be told of it, if any."""

    organization_id: UUID
    id: int
    xact_id: str
    webhook_ids: list[UUID]


class NewDelivery(Struct, frozen=True, kw_only=True):
    """A delivery to be made, for the webhook's first attempt."""

    id: UUID
    webhook_id: UUID
    event_id: int | None
    ticket_id: UUID | None
    type: str
    body: str
    manual: bool = False


async def lock_place(db: Db) -> tuple[str, int] | None:
    """How far the journal has been read, locked; None while another worker reads."""
    row = await db.fetch_one(
        "select xact_id::text as xact_id, id from journal_readers where name = $1 for update skip locked", _READER
    )
    return None if row is None else (row["xact_id"], row["id"])


async def move_place(db: Db, xact_id: str, event_id: int) -> None:
    """Remembers how far the journal has been read."""
    await db.execute(
        "update journal_readers set xact_id = $2::text::xid8, id = $3 where name = $1", _READER, xact_id, event_id
    )


async def next_events(db: Db, xact_id: str, event_id: int, types: Sequence[str], how_many: int) -> list[Told]:
    """The next events of all organizations, whether anybody is to be told of them or not."""
    rows = await db.fetch_all(
        "select organization_id, id, xact_id::text as xact_id, webhooks as webhook_ids "
        "from deskbell_webhook_events($1::text::xid8, $2, $3, $4)",
        xact_id, event_id, list(types), how_many,
    )  # fmt: skip
    return read(Told, rows)


async def recorded_events(db: Db, event_ids: Sequence[int]) -> list[Recorded]:
    """Events of the entered organization in the order asked for, without those that this version cannot read."""
    rows = await db.fetch_all(
        sql(
            "select {} from events e where e.organization_id = (select deskbell_organization()) and e.id = any({})",
            COLUMNS,
            list(event_ids),
        )
    )
    found: dict[int, Recorded] = {}
    for row in rows:
        with contextlib.suppress(msgspec.MsgspecError, KeyError):
            found[row["id"]] = recorded(row)
    return [found[event_id] for event_id in event_ids if event_id in found]


async def add_deliveries(db: Db, organization_id: UUID, new: Sequence[NewDelivery], now: datetime) -> None:
    """Makes deliveries that are due at once; one that there is for the same webhook and event stays as it is."""
    await db.execute(
        "insert into webhook_deliveries (organization_id, id, webhook_id, event_id, ticket_id, type, body, manual, "
        "created_at, next_attempt_at) "
        "select $1, n.id, n.webhook_id, n.event_id, n.ticket_id, n.type, n.body, n.manual, $2, $2 "
        "from unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::uuid[], $7::text[], $8::text[], $9::boolean[]) "
        "as n (id, webhook_id, event_id, ticket_id, type, body, manual) "
        "where exists (select from webhooks w where w.id = n.webhook_id) on conflict do nothing",
        organization_id, now, [n.id for n in new], [n.webhook_id for n in new], [n.event_id for n in new],
        [n.ticket_id for n in new], [n.type for n in new], [n.body for n in new], [n.manual for n in new],
    )  # fmt: skip
