"""Deliveries: claimed for an attempt, noted afterwards, shown on their message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.outgoing import Delivery, DueDelivery, NewDelivery
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_NEW: Final = Table("mail_deliveries", NewDelivery, "d")
_DELIVERIES: Final = Table("mail_deliveries", Delivery, "d")


async def add(db: Db, organization_id: UUID, mail_id: UUID, new: Sequence[NewDelivery], now: datetime) -> None:
    """Adds the deliveries of a new mail."""
    await db.execute(
        sql(
            "{} on conflict do nothing",
            _NEW.insert_many(new, organization_id=organization_id, mail_id=mail_id, created_at=now),
        )
    )


async def claim(db: Db, at: datetime, lease_until: datetime, limit: int, per_organization: int) -> list[DueDelivery]:
    """Takes due deliveries of all organizations, for one attempt each."""
    rows = await db.fetch_all(
        sql(
            "select c.* from deskbell_claim_mail_deliveries({}, {}, {}, {}) c", at, lease_until, limit, per_organization
        )
    )
    return read(DueDelivery, rows)


async def note(
    db: Db, due: DueDelivery, *, state: str, next_try_at: datetime | None, code: int | None, answer: str,
    now: datetime,
) -> bool:  # fmt: skip
    """Writes down an attempt's end; False if it was taken for lost meanwhile, or the delivery was cancelled."""
    return bool(
        await db.execute(
            sql(
                "update mail_deliveries set state = {}, next_try_at = {}, answer_code = {}, answer = {}, "
                "sent_at = case when {} then {} else sent_at end, finished_at = {} "
                "where id = {} and tries = {} and next_try_at is not null",
                state, next_try_at, code, answer, state == "sent", now, None if next_try_at is not None else now, due.id,
                due.tries,
            )
        )
    )  # fmt: skip


async def cancel(db: Db, mail_id: UUID, now: datetime) -> None:
    """Ends the deliveries of a mail that is not sent any more."""
    await db.execute(
        sql(
            "update mail_deliveries set state = 'cancelled', next_try_at = null, finished_at = {} "
            "where mail_id = {} and next_try_at is not null",
            now,
            mail_id,
        )
    )


async def of_mails(db: Db, mail_ids: Sequence[UUID]) -> list[Delivery]:
    """The deliveries of some mails, the requester's first."""
    return await _DELIVERIES.fetch(
        db, sql("d.mail_id = any({}) order by d.mail_id, d.field desc, d.address", list(mail_ids))
    )


async def lock(db: Db, delivery_id: UUID) -> Delivery | None:
    """A delivery, locked until the unit ends."""
    return await _DELIVERIES.find(db, sql("d.id = {} for update", delivery_id))


async def suppressed(db: Db, addresses: Sequence[str]) -> set[str]:
    """Those of these addresses, in lower case, that no mail is sent to."""
    rows = await db.fetch_all(
        sql("select s.address from suppressed_addresses s where s.address = any({})", list(addresses))
    )
    return {row["address"] for row in rows}
