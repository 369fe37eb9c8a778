"""Mailboxes and their addresses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.records import Mailbox
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_MAILBOXES: Final = Table(
    "mailboxes",
    Mailbox,
    "b",
    columns={
        "organization_language": (
            "(select coalesce(o.settings->>'language', 'en') from organizations o where o.id = b.organization_id)"
        ),
        "imap_host": (
            "(select i.host from imap_accounts i where i.organization_id = b.organization_id and i.mailbox_id = b.id)"
        ),
        "own_addresses": (
            "(select coalesce(jsonb_agg(jsonb_build_object('address', a.address, 'group_id', g.id, 'group_name', g.name)), '[]') "
            "from mailbox_addresses a left join groups g on g.organization_id = a.organization_id and g.id = a.group_id "
            "and g.deleted_at is null where a.organization_id = b.organization_id and a.mailbox_id = b.id)"
        ),
    },
)


async def routes(db: Db, addresses: Sequence[str]) -> list[tuple[str, UUID, UUID]]:
    """Address, organization and mailbox of each address that the server receives mail for."""
    rows = await db.fetch_all(
        sql("select address, organization_id, mailbox_id from deskbell_mail_routes({})", list(addresses))
    )
    return [
        (row["address"], UUID(bytes=row["organization_id"].bytes), UUID(bytes=row["mailbox_id"].bytes)) for row in rows
    ]


async def find(db: Db, mailbox_id: UUID | None) -> Mailbox | None:
    """A mailbox; without an id, or for an unknown one, the default one."""
    return await _MAILBOXES.find(
        db, sql("b.id = {} or b.is_default order by b.id = {} desc limit 1", mailbox_id, mailbox_id)
    )


async def named(db: Db, addresses: Sequence[str]) -> list[UUID]:
    """The enabled mailboxes of the organization that have these addresses, in the order of these."""
    rows = await db.fetch_all(
        sql(
            "select a.mailbox_id from mailbox_addresses a join mailboxes b on b.organization_id = a.organization_id "
            "and b.id = a.mailbox_id and b.enabled where a.address = any({}) "
            "group by a.mailbox_id order by min(array_position({}, a.address))",
            list(addresses),
            list(addresses),
        )
    )
    return [UUID(bytes=row["mailbox_id"].bytes) for row in rows]


async def own_tickets(db: Db, mailbox_ids: Sequence[UUID]) -> bool:
    """Whether one of these mailboxes gets a ticket of its own of each mail that was sent to it and to another."""
    return bool(
        await db.fetch_value(
            sql("select exists (select from mailboxes where id = any({}) and each_mailbox)", list(mailbox_ids))
        )
    )


async def own_addresses(db: Db, addresses: Sequence[str]) -> set[str]:
    """Those of these addresses that belong to a mailbox of the organization."""
    rows = await db.fetch_all(
        sql(
            "select x as address from unnest({}::text[]) x where exists (select from mailbox_addresses a "
            "where a.address in (x, '@' || split_part(x, '@', 2)))",
            list(addresses),
        )
    )
    return {row["address"] for row in rows}


async def own_address(db: Db, mailbox_id: UUID) -> str | None:
    """The address that a mailbox's mail goes out under."""
    value = await db.fetch_value(
        sql("select address from mailbox_addresses where mailbox_id = {} and kind = 'primary'", mailbox_id)
    )
    return None if value is None else str(value)


async def mark_taken(db: Db, mailbox_id: UUID, now: datetime) -> None:
    """Notes that a mailbox has taken a mail: to the minute, so that busy mailboxes are not written for each."""
    await db.execute(
        sql(
            "update mailboxes set last_taken_at = {} where id = {} "
            "and (last_taken_at is null or last_taken_at < {}::timestamptz - interval '1 minute')",
            now,
            mailbox_id,
            now,
        )
    )
