"""Accounts of mailboxes that are read by IMAP."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.imap import ImapAccount, Place, WatchedAccount
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_ACCOUNTS: Final = Table("imap_accounts", ImapAccount, "a", key="mailbox_id")


async def find(db: Db, mailbox_id: UUID) -> ImapAccount | None:
    """The account of a mailbox."""
    return await _ACCOUNTS.find(db, sql("a.mailbox_id = {}", mailbox_id))


async def lock(db: Db, mailbox_id: UUID) -> ImapAccount | None:
    """The account of a mailbox, locked until the unit ends."""
    return await _ACCOUNTS.find(db, sql("a.mailbox_id = {} for update", mailbox_id))


async def secret_of(db: Db, mailbox_id: UUID) -> UUID | None:
    """The id of an account's password."""
    value = await db.fetch_value(sql("select secret_id from imap_accounts where mailbox_id = {}", mailbox_id))
    return None if value is None else UUID(bytes=value.bytes)


async def add(db: Db, organization_id: UUID, new: ImapAccount, secret_id: UUID) -> None:
    """Adds an account."""
    await db.execute(_ACCOUNTS.insert(new, organization_id=organization_id, secret_id=secret_id))


async def change(db: Db, account: ImapAccount, *, starts_over: bool, now: datetime) -> None:
    """Writes new settings; they are tried now. `starts_over`: another account, whose folders were not looked into yet."""
    await db.execute(
        sql(
            "update imap_accounts set host = {}, port = {}, security = {}, username = {}, auth = {}, folder = {}, "
            "more_folders = {}, first_days = {}, after = {}, move_to = {}, enabled = {}, updated_at = {}, lease_until = {}, "
            "failures = 0, failing_since = null, trouble = null, detail = null, alerted_at = null where mailbox_id = {}",
            account.host, account.port, account.security, account.username, account.auth, account.folder,
            account.more_folders, account.first_days, account.after, account.move_to, account.enabled, now, now,
            account.mailbox_id,
        )
    )  # fmt: skip
    await db.execute(
        sql(
            "delete from imap_folders where mailbox_id = {} and ({} or folder <> all({}))",
            account.mailbox_id, starts_over, [account.folder, *account.more_folders],
        )
    )  # fmt: skip


async def remove(db: Db, mailbox_id: UUID) -> bool:
    """Deletes an account with its password; False if there is none."""
    return bool(
        await db.execute(
            sql(
                "delete from sealed_secrets where id in (select secret_id from imap_accounts where mailbox_id = {})",
                mailbox_id,
            )
        )
    )


async def claim(db: Db, now: datetime, lease_until: datetime, limit: int) -> list[WatchedAccount]:
    """Claims accounts of all organizations that no worker looks into."""
    rows = await db.fetch_all(sql("select * from deskbell_claim_imap_accounts({}, {}, {})", now, lease_until, limit))
    return read(WatchedAccount, rows)


async def places(db: Db, mailbox_id: UUID) -> dict[str, Place]:
    """The place in each folder that was looked into."""
    rows = await db.fetch_all(
        sql("select folder, uidvalidity, last_uid from imap_folders where mailbox_id = {}", mailbox_id)
    )
    missing = await db.fetch_all(sql("select folder, uid, since from imap_missing where mailbox_id = {}", mailbox_id))
    untidied = await db.fetch_all(sql("select folder, uid from imap_untidied where mailbox_id = {}", mailbox_id))
    return {
        row["folder"]: Place(
            row["uidvalidity"], row["last_uid"],
            {each["uid"]: each["since"] for each in missing if each["folder"] == row["folder"]},
            frozenset(each["uid"] for each in untidied if each["folder"] == row["folder"]),
        )
        for row in rows
    }  # fmt: skip


async def looked(
    db: Db, account: WatchedAccount, places: Mapping[str, Place], now: datetime, lease_until: datetime
) -> tuple[bool, bool] | None:
    """Writes a successful look, and keeps the lease. None if the settings changed; else whether it had failed, and alerted."""
    row = await db.fetch_one(
        sql(
            "select failing_since is not null as failed, alerted_at is not null as alerted from imap_accounts "
            "where mailbox_id = {} and updated_at = {} and enabled for update",
            account.mailbox_id,
            account.updated_at,
        )
    )
    if row is None:
        return None
    await db.execute(
        sql(
            "update imap_accounts set last_looked_at = {}, lease_until = {}, failures = 0, failing_since = null, trouble = null, "
            "detail = null, alerted_at = null where mailbox_id = {}",
            now, lease_until, account.mailbox_id,
        )
    )  # fmt: skip
    await db.execute(
        sql(
            "insert into imap_folders (organization_id, mailbox_id, folder, uidvalidity, last_uid) "
            "select {}, {}, p.* from unnest({}::text[], {}::bigint[], {}::bigint[]) p "
            "on conflict (organization_id, mailbox_id, folder) "
            "do update set uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid",
            account.organization_id, account.mailbox_id, list(places), [each.uidvalidity for each in places.values()],
            [each.last_uid for each in places.values()],
        )
    )  # fmt: skip
    await _note_missing(db, account, places)
    await _note_untidied(db, account, places)
    return row["failed"], row["alerted"]


async def _note_missing(db: Db, account: WatchedAccount, places: Mapping[str, Place]) -> None:
    missing = [(folder, uid, since) for folder, place in places.items() for uid, since in place.missing.items()]
    folders, uids = [folder for folder, _, _ in missing], [uid for _, uid, _ in missing]
    await db.execute(
        sql(
            "delete from imap_missing where mailbox_id = {} "
            "and (folder, uid) not in (select * from unnest({}::text[], {}::bigint[]))",
            account.mailbox_id, folders, uids,
        )
    )  # fmt: skip
    if missing:
        await db.execute(
            sql(
                "insert into imap_missing (organization_id, mailbox_id, folder, uid, since) "
                "select {}, {}, m.* from unnest({}::text[], {}::bigint[], {}::timestamptz[]) m on conflict do nothing",
                account.organization_id, account.mailbox_id, folders, uids, [since for _, _, since in missing],
            )
        )  # fmt: skip


async def _note_untidied(db: Db, account: WatchedAccount, places: Mapping[str, Place]) -> None:
    untidied = [(folder, uid) for folder, place in places.items() for uid in place.untidied]
    folders, uids = [folder for folder, _ in untidied], [uid for _, uid in untidied]
    await db.execute(
        sql(
            "delete from imap_untidied where mailbox_id = {} "
            "and (folder, uid) not in (select * from unnest({}::text[], {}::bigint[]))",
            account.mailbox_id, folders, uids,
        )
    )  # fmt: skip
    if untidied:
        await db.execute(
            sql(
                "insert into imap_untidied (organization_id, mailbox_id, folder, uid) "
                "select {}, {}, u.* from unnest({}::text[], {}::bigint[]) u on conflict do nothing",
                account.organization_id, account.mailbox_id, folders, uids,
            )
        )  # fmt: skip


async def failed(
    db: Db,
    account: WatchedAccount,
    trouble: str,
    detail: str,
    now: datetime,
    again_at: datetime,
    alert_before: datetime,
) -> bool:
    """Writes a failed look; True if it has failed for so long that the admins are notified, once."""
    row = await db.fetch_one(
        sql(
            "update imap_accounts set trouble = {}, detail = {}, failures = failures + 1, lease_until = {}, "
            "failing_since = coalesce(failing_since, {}), "
            "alerted_at = case when alerted_at is null and failing_since < {} then {} else alerted_at end "
            "where mailbox_id = {} and updated_at = {} returning alerted_at = {} as is_due",
            trouble, detail[:500], again_at, now, alert_before, now, account.mailbox_id, account.updated_at, now,
        )
    )  # fmt: skip
    return bool(row is not None and row["is_due"])


async def keep(db: Db, account: WatchedAccount, lease_until: datetime) -> None:
    """Keeps the lease of an account whose settings have not changed."""
    await db.execute(
        sql(
            "update imap_accounts set lease_until = {} where mailbox_id = {} and updated_at = {} and enabled",
            lease_until,
            account.mailbox_id,
            account.updated_at,
        )
    )


async def release(db: Db, account: WatchedAccount, now: datetime) -> None:
    """Lets another worker look into an account."""
    await db.execute(sql("update imap_accounts set lease_until = {} where mailbox_id = {}", now, account.mailbox_id))
