"""Senders that staff decided about: blocked, or trusted."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.mail.log import KnownSender, Standing
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_SENDERS: Final = Table("mail_senders", KnownSender, "s", key="address")
_LATEST: Final = Order[KnownSender](
    "s.created_at", "s.address", shape=tuple[datetime, str], key=lambda each: (each.created_at, each.address),
    descending=True,
)  # fmt: skip


async def list_senders(db: Db, request: PageRequest) -> Page[KnownSender]:
    """A page of the senders, the latest first."""
    return await page(db, _SENDERS, _LATEST, request, where=sql("true"))


async def find(db: Db, address: str) -> KnownSender | None:
    """A sender that staff decided about."""
    return await _SENDERS.find(db, sql("s.address = {}", address))


async def save(db: Db, organization_id: UUID, new: KnownSender) -> bool:
    """Blocks or trusts a sender; False if that is so already."""
    return bool(
        await db.execute(
            sql(
                "{} on conflict (organization_id, address) do update set standing = excluded.standing, "
                "created_by = excluded.created_by, created_at = excluded.created_at "
                "where mail_senders.standing <> excluded.standing",
                _SENDERS.insert(new, organization_id=organization_id),
            )
        )
    )


async def remove(db: Db, address: str) -> bool:
    """Treats a sender as any other; False if they are."""
    return bool(await db.execute(sql("delete from mail_senders where address = {}", address)))


async def standing_of(db: Db, address: str) -> Standing | None:
    """Whether mail of an address or of its domain is refused, or filed whatever holds others back."""
    domain = "@" + address.rpartition("@")[2]
    value: Standing | None = await db.fetch_value(
        sql("select min(s.standing) from mail_senders s where s.address = any({})", [address, domain])
    )
    return value


async def is_blocked(db: Db, address: str) -> bool:
    """Whether mail of an address, or of its domain, is refused."""
    return await standing_of(db, address) == "blocked"
