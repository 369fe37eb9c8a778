"""The last test of each mailbox."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.records import ReceivedMail
from deskbell.features.mail.self_test import SelfTest, servers_in
from deskbell.kernel.mail.records import ReadMail
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_TESTS: Final = Table("mailbox_tests", SelfTest, "t", key="mailbox_id")


async def find(db: Db, mailbox_id: UUID) -> SelfTest | None:
    """The last test of a mailbox."""
    return await _TESTS.find(db, sql("t.mailbox_id = {}", mailbox_id))


async def begin(db: Db, organization_id: UUID, new: SelfTest) -> None:
    """Notes a test in place of the last one."""
    await db.execute(sql("delete from mailbox_tests where mailbox_id = {}", new.mailbox_id))
    await db.execute(_TESTS.insert(new, organization_id=organization_id))


async def sent_id(db: Db, mail_id: UUID) -> str | None:
    """The Message-ID under which a test's mail went out."""
    value = await db.fetch_value(sql("select message_id from outgoing_mails where id = {}", mail_id))
    return None if value is None else str(value)


async def arrived(db: Db, code: str, stored: ReceivedMail, mail: ReadMail, now: datetime) -> bool:
    """Notes the arrival of a test's mail; False if no test has this code."""
    return bool(
        await db.execute(
            sql(
                "update mailbox_tests set arrived_at = coalesce(arrived_at, {}), source = {}, message_id = {}, "
                "from_address = {}, return_path = {}, servers = {} where code = {}",
                now, stored.source, mail.message_id, None if mail.author is None else mail.author.key, mail.return_path,
                servers_in(mail), code,
            )
        )
    )  # fmt: skip


async def plus_arrived(db: Db, code: str, now: datetime) -> bool:
    """Notes the arrival of the mail to the address with a word; False if no test has this code."""
    return bool(
        await db.execute(
            sql("update mailbox_tests set plus_arrived_at = coalesce(plus_arrived_at, {}) where code = {}", now, code)
        )
    )


async def try_accounts_now(db: Db, mailbox_id: UUID, now: datetime) -> None:
    """Ends the pauses of accounts that did not work: a test tries them now."""
    await db.execute(
        sql(
            "update smtp_accounts set paused_until = '-infinity' where mailbox_id = {} and failing_since is not null",
            mailbox_id,
        )
    )
    await db.execute(
        sql(
            "update imap_accounts set lease_until = {} where mailbox_id = {} and failing_since is not null",
            now,
            mailbox_id,
        )
    )
