"""The mail log, the quarantine, and addresses that take no mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from deskbell.features.mail.log import (
    LoggedMail,
    MailFigures,
    MailFilter,
    Suppressed,
    WaitingDelivery,
    WaitingMail,
)
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.pages import Order, page
from deskbell.runtime.rows import read_one
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

_MAILS: Final = Table("received_mails", LoggedMail, "r", columns={"kind": "r.class"})
_NEWEST: Final = Order[LoggedMail](
    "r.arrived_at", "r.id", shape=tuple[datetime, UUID], key=lambda each: (each.arrived_at, each.id), descending=True
)
_WAITING: Final = Table("received_mails", WaitingMail, "r")
_WAITING_DELIVERIES: Final = Table("mail_deliveries", WaitingDelivery, "d")
_SUPPRESSED: Final = Table("suppressed_addresses", Suppressed, "s", key="address")
_LATEST: Final = Order[Suppressed](
    "s.created_at", "s.address", shape=tuple[datetime, str], key=lambda each: (each.created_at, each.address),
    descending=True,
)  # fmt: skip
_TICKET_EXISTS: Final = sql(
    "exists (select from tickets t where t.organization_id = r.organization_id and t.id = r.ticket_id "
    "and t.deleted_at is null)"
)


def _visible(actor: Actor) -> Fragment:
    """Mails of tickets that exist; those that belong to no ticket are for reviewers and for the staff whose address they name."""
    if actor.may(Permission.MAIL_REVIEW):
        return sql("(r.ticket_id is null or {})", _TICKET_EXISTS)
    return sql("({} or (r.ticket_id is null and r.sender_id = {}))", _TICKET_EXISTS, actor.user_id)


async def list_mails(db: Db, actor: Actor, wanted: MailFilter, request: PageRequest) -> Page[LoggedMail]:
    """A page of the received mails, the newest first."""
    conditions = [
        _visible(actor),
        sql("r.state = {}", wanted.state) if wanted.state is not None else None,
        sql("r.reason = {}", wanted.reason) if wanted.reason is not None else None,
        sql("r.mailbox_id = {}", wanted.mailbox_id) if wanted.mailbox_id is not None else None,
    ]
    return await page(db, _MAILS, _NEWEST, request, where=all_of(conditions))


async def find(db: Db, actor: Actor, mail_id: UUID) -> LoggedMail | None:
    """A mail that the actor may see."""
    return await _MAILS.find(db, sql("r.id = {} and {}", mail_id, _visible(actor)))


async def text_of(db: Db, mail_id: UUID) -> str | None:
    """The words of a mail that became a comment, with what was cut from it, or a ticket's description."""
    value = await db.fetch_value(
        sql(
            "select case when r.comment_id is null then t.description else concat_ws(E'\\n\\n', c.body, c.quoted) end "
            "from received_mails r join tickets t on t.organization_id = r.organization_id and t.id = r.ticket_id "
            "left join comments c on c.organization_id = r.organization_id and c.id = r.comment_id "
            "where r.id = {} and r.state in ('created', 'appended')",
            mail_id,
        )
    )
    return None if value is None else str(value)


async def of_comment(db: Db, comment_id: UUID) -> LoggedMail | None:
    """The mail that became a comment."""
    return await _MAILS.find(db, sql("r.comment_id = {} and r.state = 'appended' limit 1", comment_id))


async def of_description(db: Db, ticket_id: UUID) -> LoggedMail | None:
    """The mail that opened a ticket."""
    return await _MAILS.find(
        db, sql("r.ticket_id = {} and r.state = 'created' order by r.arrived_at limit 1", ticket_id)
    )


async def lock_quarantined(db: Db, mail_ids: Sequence[UUID]) -> list[LoggedMail]:
    """Mails in quarantine, locked until the unit ends, in the order of their ids."""
    return await _MAILS.fetch(
        db, sql("r.id = any({}) and r.state = 'quarantined' order by r.id for update", list(mail_ids))
    )


async def release(db: Db, mail_id: UUID, by: UUID, now: datetime, *, as_ticket: bool) -> bool:
    """Lets a worker file a mail now, or make a ticket of it; False if its bytes are gone."""
    return bool(
        await db.execute(
            sql(
                "update received_mails set state = 'received', released_by = {}, next_try_at = {}, tries = 0, done_at = null, "
                "content_digest = null, as_ticket = {} where id = {} and (raw is not null or raw_key is not null)",
                by,
                now,
                as_ticket,
                mail_id,
            )
        )
    )


async def reject(db: Db, mail_id: UUID, by: UUID, now: datetime) -> None:
    """Ends a mail in quarantine without a ticket."""
    await db.execute(
        sql(
            "update received_mails set state = 'rejected', released_by = {}, done_at = {} where id = {}",
            by,
            now,
            mail_id,
        )
    )


async def expire(db: Db, mail_id: UUID, now: datetime) -> None:
    """Ends a mail that stayed in quarantine for too long."""
    await db.execute(
        sql(
            "update received_mails set state = 'rejected', reason = 'expired', done_at = {} where id = {}", now, mail_id
        )
    )


async def html_of(db: Db, mail_id: UUID) -> str | None:
    """A whole mail as safe HTML."""
    value = await db.fetch_value(sql("select html from received_mails where id = {}", mail_id))
    return None if value is None else str(value)


async def list_suppressed(db: Db, request: PageRequest) -> Page[Suppressed]:
    """A page of the addresses that no mail is sent to, the latest first."""
    return await page(db, _SUPPRESSED, _LATEST, request, where=sql("true"))


async def find_suppressed(db: Db, address: str) -> Suppressed | None:
    """An address that no mail is sent to."""
    return await _SUPPRESSED.find(db, sql("s.address = {}", address))


async def add_suppressed(db: Db, organization_id: UUID, new: Suppressed) -> bool:
    """Ends mail to an address; False if it was ended before."""
    return bool(
        await db.execute(sql("{} on conflict do nothing", _SUPPRESSED.insert(new, organization_id=organization_id)))
    )


async def remove_suppressed(db: Db, address: str) -> bool:
    """Sends mail to an address again; False if it was not suppressed."""
    return bool(await db.execute(sql("delete from suppressed_addresses where address = {}", address)))


async def figures(db: Db, now: datetime) -> MailFigures:
    """The state of the organization's mail."""
    row = await db.fetch_one(
        sql(
            "select (select count(*) from received_mails r where r.next_try_at is not null) as waiting, "
            "(select min(r.arrived_at) from received_mails r where r.next_try_at is not null) as oldest_waiting, "
            "(select count(*) from received_mails r where r.state = 'quarantined') as quarantined, "
            "(select count(*) from mail_deliveries d where d.next_try_at is not null and d.state = 'queued') as queued, "
            "(select count(*) from mail_deliveries d where d.next_try_at is not null and d.state = 'delayed') as delayed, "
            "(select count(*) from mail_deliveries d where d.state in ('failed', 'bounced') and d.finished_at > {}) as failed, "
            "(select count(*) from suppressed_addresses) as suppressed",
            now - timedelta(days=1),
        )
    )
    found = read_one(MailFigures, row)
    assert found is not None
    return found


async def waiting(db: Db, limit: int) -> list[WaitingMail]:
    """Mails that are not filed yet, the oldest first."""
    return await _WAITING.fetch(db, sql("r.next_try_at is not null order by r.arrived_at, r.id limit {}", limit))


async def waiting_deliveries(db: Db, limit: int) -> list[WaitingDelivery]:
    """Deliveries that wait for an attempt, the next first."""
    return await _WAITING_DELIVERIES.fetch(
        db, sql("d.next_try_at is not null order by d.next_try_at, d.id limit {}", limit)
    )


async def file_again(db: Db, mail_id: UUID, now: datetime) -> bool:
    """Lets a worker file a mail that became no ticket, with every check; False if it did, or if its bytes are gone."""
    return bool(
        await db.execute(
            sql(
                "update received_mails set state = 'received', next_try_at = {}, tries = 0, done_at = null, reason = null, "
                "content_digest = null where id = {} and state in ('quarantined', 'ignored', 'rejected') "
                "and (raw is not null or raw_key is not null)",
                now,
                mail_id,
            )
        )
    )


async def hasten(db: Db, now: datetime) -> int:
    """Makes every delayed delivery due; returns their number."""
    return await db.execute(
        sql("update mail_deliveries set next_try_at = {} where state = 'delayed' and next_try_at > {}", now, now)
    )


async def late(db: Db, received_before: datetime, made_before: datetime) -> list[tuple[UUID, str, int]]:
    """Organization, kind and number of mails that wait for too long without an alert; 0 where an alert is over."""
    rows = await db.fetch_all(
        sql("select organization_id, kind, mails from deskbell_late_mail({}, {})", received_before, made_before)
    )
    return [(UUID(bytes=row["organization_id"].bytes), row["kind"], row["mails"]) for row in rows]


async def begin_alert(db: Db, organization_id: UUID, kind: str, now: datetime) -> bool:
    """Notes an alert; False if there is one."""
    return bool(
        await db.execute(
            sql(
                "insert into mail_alerts (organization_id, kind, since) values ({}, {}, {}) on conflict do nothing",
                organization_id,
                kind,
                now,
            )
        )
    )


async def end_alert(db: Db, kind: str) -> None:
    """Ends an alert."""
    await db.execute(sql("delete from mail_alerts where kind = {}", kind))
