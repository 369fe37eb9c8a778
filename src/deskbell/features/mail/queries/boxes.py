"""Mailboxes with their addresses, as admins set them."""

from collections.abc import Mapping, Sequence
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
        ),
        "address_groups": (
            "(select coalesce(jsonb_object_agg(a.address, a.group_id), '{}') from mailbox_addresses a "
            "where a.organization_id = b.organization_id and a.mailbox_id = b.id and a.group_id is not null)"
        ),
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


async def known_groups(db: Db, group_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these groups that exist."""
    rows = await db.fetch_all(
        sql("select g.id from groups g where g.id = any({}) and g.deleted_at is null", list(group_ids))
    )
    return {UUID(bytes=row["id"].bytes) for row in rows}


async def set_groups(db: Db, mailbox_id: UUID, groups: Mapping[str, UUID]) -> None:
    """Gives some addresses of a mailbox a group of their own, and the others none."""
    await db.execute(
        sql(
            "update mailbox_addresses a set group_id = (select n.group_id from unnest({}::text[], {}::uuid[]) "
            "n (address, group_id) where n.address = a.address) where a.mailbox_id = {}",
            list(groups),
            list(groups.values()),
            mailbox_id,
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
