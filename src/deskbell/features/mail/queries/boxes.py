"""Mailboxes with their addresses, as admins set them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.boxes import MailboxSettings
from deskbell.runtime.pages import Order
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

BOXES: Final = Table(
    "mailboxes",
    MailboxSettings,
    "b",
    columns={
        "addresses": (
            "(select coalesce(array_agg(a.address order by a.kind = 'primary' desc, a.address), '{}') "
            "from mailbox_addresses a where a.organization_id = b.organization_id and a.mailbox_id = b.id)"
        )
    },
)
BY_NAME: Final = Order[MailboxSettings](
    "b.name_key",
    "b.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda each: (each.name, each.id),
)


async def is_foreign(db: Db, domain: str) -> bool:
    """Whether a domain is another organization's."""
    return bool(await db.fetch_value(sql("select deskbell_is_foreign_domain({})", domain)))


async def group_exists(db: Db, group_id: UUID) -> bool:
    """Whether there is a group."""
    return bool(
        await db.fetch_value(
            sql("select exists (select from groups g where g.id = {} and g.deleted_at is null)", group_id)
        )
    )


async def set_addresses(
    db: Db, organization_id: UUID, mailbox_id: UUID, addresses: Sequence[str], now: datetime
) -> int:
    """Gives a mailbox exactly these addresses, the first of them its own; returns how many it has got."""
    await db.execute(sql("delete from mailbox_addresses a where a.mailbox_id = {}", mailbox_id))
    return await db.execute(
        sql(
            "insert into mailbox_addresses (organization_id, address, mailbox_id, kind, created_at) "
            "select {}, n.address, {}, case when left(n.address, 1) = '@' then 'domain' when n.place = 1 then 'primary' "
            "else 'alias' end, {} from unnest({}::text[]) with ordinality n (address, place) on conflict do nothing",
            organization_id, mailbox_id, now, list(addresses),
        )
    )  # fmt: skip
