"""Mail servers of mailboxes, and the rate of their mail."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.smtp import SmtpAccount, SmtpRate
from deskbell.runtime.rows import read_one
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_ACCOUNTS: Final = Table("smtp_accounts", SmtpAccount, "a", key="mailbox_id")


async def find(db: Db, mailbox_id: UUID) -> SmtpAccount | None:
    """The mail server of a mailbox."""
    return await _ACCOUNTS.find(db, sql("a.mailbox_id = {}", mailbox_id))


async def lock(db: Db, mailbox_id: UUID) -> SmtpAccount | None:
    """The mail server of a mailbox, locked until the unit ends."""
    return await _ACCOUNTS.find(db, sql("a.mailbox_id = {} for update", mailbox_id))


async def secret_of(db: Db, mailbox_id: UUID) -> UUID | None:
    """The id of an account's password."""
    value = await db.fetch_value(sql("select secret_id from smtp_accounts where mailbox_id = {}", mailbox_id))
    return None if value is None else UUID(bytes=value.bytes)


async def add(db: Db, organization_id: UUID, new: SmtpAccount, secret_id: UUID) -> None:
    """Adds an account."""
    await db.execute(_ACCOUNTS.insert(new, organization_id=organization_id, secret_id=secret_id))


async def change(db: Db, account: SmtpAccount, now: datetime) -> None:
    """Writes new settings; they are tried with the next mail."""
    await db.execute(
        sql(
            "update smtp_accounts set host = {}, port = {}, security = {}, username = {}, auth = {}, enabled = {}, "
            "connections = {}, per_minute = {}, updated_at = {}, slowed = 0, paused_until = '-infinity', "
            "failures = 0, failing_since = null, alerted_at = null, trouble = null, detail = null where mailbox_id = {}",
            account.host, account.port, account.security, account.username, account.auth, account.enabled,
            account.connections, account.per_minute, now, account.mailbox_id,
        )
    )  # fmt: skip


async def remove(db: Db, mailbox_id: UUID) -> bool:
    """Deletes an account with its password; False if there is none."""
    return bool(
        await db.execute(
            sql(
                "delete from sealed_secrets where id in (select secret_id from smtp_accounts where mailbox_id = {})",
                mailbox_id,
            )
        )
    )


async def lock_rate(db: Db, mailbox_id: UUID) -> SmtpRate | None:
    """The rate of a mailbox, locked until the unit ends."""
    row = await db.fetch_one(
        sql(
            "select per_minute, greatest(window_at, '0001-01-01'::timestamptz) as window_at, sent, put_back, slowed, "
            "greatest(paused_until, '0001-01-01'::timestamptz) as paused_until "
            "from smtp_accounts where mailbox_id = {} for update",
            mailbox_id,
        )
    )
    return read_one(SmtpRate, row)


async def set_rate(db: Db, mailbox_id: UUID, rate: SmtpRate) -> None:
    """Writes a rate."""
    await db.execute(
        sql(
            "update smtp_accounts set window_at = {}, sent = {}, put_back = {}, slowed = {}, paused_until = {} "
            "where mailbox_id = {}",
            rate.window_at, rate.sent, rate.put_back, rate.slowed, rate.paused_until, mailbox_id,
        )
    )  # fmt: skip


async def works(db: Db, mailbox_id: UUID, now: datetime) -> bool:
    """Notes that the server took or answered a mail; True if the admins were notified that it does not."""
    row = await db.fetch_one(
        sql("select alerted_at is not null as alerted from smtp_accounts where mailbox_id = {} for update", mailbox_id)
    )
    await db.execute(
        sql(
            "update smtp_accounts set last_sent_at = {}, failures = 0, failing_since = null, alerted_at = null, trouble = null, "
            "detail = null where mailbox_id = {}",
            now,
            mailbox_id,
        )
    )
    return bool(row is not None and row["alerted"])


async def failed(
    db: Db, mailbox_id: UUID, trouble: str, detail: str, now: datetime, paused_until: datetime, alert_before: datetime
) -> bool:
    """Writes that no mail can be handed over; True if that has been so for so long that the admins are notified, once."""
    row = await db.fetch_one(
        sql(
            "update smtp_accounts set trouble = {}, detail = {}, failures = failures + 1, paused_until = {}, "
            "failing_since = coalesce(failing_since, {}), "
            "alerted_at = case when alerted_at is null and failing_since < {} then {} else alerted_at end "
            "where mailbox_id = {} returning alerted_at = {} as is_due",
            trouble, detail[:500], paused_until, now, alert_before, now, mailbox_id, now,
        )
    )  # fmt: skip
    return bool(row is not None and row["is_due"])


async def failures(db: Db, mailbox_id: UUID) -> int:
    """The number of failures in a row."""
    return int(await db.fetch_value(sql("select failures from smtp_accounts where mailbox_id = {}", mailbox_id)) or 0)


async def put_back(db: Db, delivery_id: UUID, tries: int, at: datetime) -> None:
    """Ends a claimed attempt that was not made: it counts as none, and comes due again at a moment."""
    await db.execute(
        sql(
            "update mail_deliveries set tries = greatest(tries - 1, 0), next_try_at = {}, "
            "first_tried_at = case when tries <= 1 then null else first_tried_at end "
            "where id = {} and tries = {} and next_try_at is not null",
            at,
            delivery_id,
            tries,
        )
    )
