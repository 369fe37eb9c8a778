"""Which events go to which webhooks, and the deliveries that are made of them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db


class Recipients(Struct, frozen=True):
    """An event and the webhooks that get it."""

    organization_id: UUID
    event_id: int
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


async def recipients(db: Db, events: Sequence[tuple[UUID, int]]) -> list[Recipients]:
    """Those of these events, given by organization and id, that a webhook gets, in the order given."""
    rows = await db.fetch_all(
        "select organization_id, event_id, webhook_ids from deskbell_webhooks_of($1, $2)",
        [organization_id for organization_id, _ in events], [event_id for _, event_id in events],
    )  # fmt: skip
    position = {event_id: i for i, (_, event_id) in enumerate(events)}
    return sorted(read(Recipients, rows), key=lambda each: position[each.event_id])


async def add_deliveries(db: Db, organization_id: UUID, new: Sequence[NewDelivery], now: datetime) -> None:
    """Adds deliveries that are due immediately; an existing one for the same webhook and event is kept."""
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


async def is_enabled(db: Db, webhook_id: UUID) -> bool:
    """Whether a webhook of the entered organization gets deliveries."""
    return bool(
        await db.fetch_value(
            "select exists (select from webhooks w where w.id = $1 and w.disabled_at is null)", webhook_id
        )
    )
