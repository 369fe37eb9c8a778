"""Deliveries: claimed for an attempt, noted afterwards, shown on their message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.log import UnsentMail, UnsentState
from deskbell.features.mail.outgoing import Delivery, DeliveryState, DueDelivery, NewDelivery
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, all_of, sql
from deskbell.runtime.table import Table

_NEW: Final = Table("mail_deliveries", NewDelivery, "d")
_DELIVERIES: Final = Table("mail_deliveries", Delivery, "d")
_UNSENT: Final = Table(
    "mail_deliveries", UnsentMail, "d",
    columns={
        "kind": "o.kind", "subject": "o.subject", "ticket_id": "o.ticket_id", "ticket_number": "t.number",
        "comment_id": "o.comment_id",
    },
    joins="join outgoing_mails o on o.organization_id = d.organization_id and o.id = d.mail_id "
    "left join tickets t on t.organization_id = o.organization_id and t.id = o.ticket_id",
)  # fmt: skip
_TICKET_IS_THERE: Final = sql(
    "not exists (select from outgoing_mails m join tickets g on g.organization_id = m.organization_id "
    "and g.id = m.ticket_id and g.deleted_at is not null where m.organization_id = d.organization_id and m.id = d.mail_id)"
)
_LATEST: Final = Order[UnsentMail](
    "d.created_at", "d.id", shape=tuple[datetime, UUID], key=lambda each: (each.created_at, each.id), descending=True
)


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


async def list_unsent(db: Db, state: UnsentState | None, request: PageRequest) -> Page[UnsentMail]:
    """A page of the deliveries that wait or have failed, the latest first; those of deleted tickets are left out."""
    conditions = [
        sql("d.state in ('queued', 'delayed', 'failed', 'bounced') and {}", _TICKET_IS_THERE),
        sql("d.state = {}", state) if state is not None else None,
    ]
    return await page(db, _UNSENT, _LATEST, request, where=all_of(conditions))


async def find_unsent(db: Db, delivery_id: UUID) -> UnsentMail | None:
    """A delivery with its mail, whatever became of it."""
    return await _UNSENT.find(db, sql("d.id = {} and {}", delivery_id, _TICKET_IS_THERE))


async def lock(db: Db, delivery_id: UUID) -> Delivery | None:
    """A delivery, locked until the unit ends."""
    return await _DELIVERIES.find(db, sql("d.id = {} for update", delivery_id))


async def suppressed(db: Db, addresses: Sequence[str], *, is_reply: bool) -> set[str]:
    """Those of these addresses, in lower case, that no mail is sent to. A complaint ends notices alone."""
    rows = await db.fetch_all(
        sql(
            "select s.address from suppressed_addresses s where s.address = any({}) and not ({} and s.reason = 'complaint')",
            list(addresses),
            is_reply,
        )
    )
    return {row["address"] for row in rows}


async def lock_reported(
    db: Db, mail_id: UUID | None, ticket_id: UUID, addresses: Sequence[str], since: datetime
) -> Delivery | None:
    """The delivery that a report is about: of the returned mail, else the newest of its ticket to this address."""
    return await _DELIVERIES.find(
        db,
        sql(
            "lower(d.address) = any({}) and d.created_at > {} and (d.mail_id = {} or ({}::uuid is null and d.mail_id in "
            "(select o.id from outgoing_mails o where o.ticket_id = {}))) order by d.created_at desc limit 1 for update",
            list(addresses), since, mail_id, mail_id, ticket_id,
        ),
    )  # fmt: skip


async def report(db: Db, delivery_id: UUID, state: DeliveryState, words: str, now: datetime) -> None:
    """Writes down what a report says of a delivery; no attempt follows."""
    await db.execute(
        sql(
            "update mail_deliveries set state = {}, answer_code = null, answer = {}, next_try_at = null, finished_at = {} "
            "where id = {}",
            state, words[:500], now, delivery_id,
        )
    )  # fmt: skip


async def count_failures(db: Db, address: str, since: datetime) -> int:
    """The deliveries to an address that failed for good since a moment."""
    return int(
        await db.fetch_value(
            sql(
                "select count(*) from mail_deliveries d where d.address = {} and d.state in ('bounced', 'failed') "
                "and d.finished_at > {} and (d.answer like '5.%' or d.answer_code between 500 and 599)",
                address,
                since,
            )
        )
    )


async def suppress(db: Db, organization_id: UUID, address: str, reason: str, evidence: str, now: datetime) -> None:
    """Ends mail to an address; one that is suppressed already stays as it is."""
    await db.execute(
        sql(
            "insert into suppressed_addresses (organization_id, address, reason, evidence, created_at) "
            "values ({}, {}, {}, {}, {}) on conflict do nothing",
            organization_id, address, reason, evidence, now,
        )
    )  # fmt: skip


async def lift_suppression(db: Db, address: str) -> None:
    """Sends mail to an address again, unless a person has ended it."""
    await db.execute(sql("delete from suppressed_addresses where address = {} and reason <> 'manual'", address))


async def notices_since(db: Db, address: str, since: datetime, *, of_notifications: bool) -> int:
    """The notices to an address since a moment, also those that were held back: those of notifications, or the others.

    They are counted apart: a visitor's form in another person's name is acknowledged, and must not use up their notices.
    """
    return int(
        await db.fetch_value(
            sql(
                "select count(*) from mail_deliveries d join outgoing_mails o on o.organization_id = d.organization_id "
                "and o.id = d.mail_id and o.kind = 'notice' and (o.notification_id is not null) = {} "
                "where d.address = {} and d.created_at > {}",
                of_notifications,
                address,
                since,
            )
        )
    )


async def ask_again(db: Db, delivery_id: UUID, now: datetime, lease_until: datetime) -> None:
    """Offers a mail to a recipient from now on.

    A finished delivery has all attempts again. One that is due by `lease_until` may be under way and stays as it is.
    """
    await db.execute(
        sql(
            "update mail_deliveries set tries = case when next_try_at is null then 0 else tries end, "
            "first_tried_at = case when next_try_at is null then null else first_tried_at end, "
            "next_try_at = case when next_try_at <= {} then next_try_at else {} end, state = 'queued', finished_at = null "
            "where id = {}",
            lease_until,
            now,
            delivery_id,
        )
    )
