"""SQL of a contact's further addresses."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.people.records.contacts import FurtherAddress
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_ADDRESSES: Final = Table("contact_addresses", FurtherAddress, "a", key="address")


async def of_contact(db: Db, contact_id: UUID) -> list[FurtherAddress]:
    """The further addresses of a contact, the oldest first."""
    return await _ADDRESSES.fetch(db, sql("a.user_id = {} order by a.created_at, a.address", contact_id))


async def add(db: Db, organization_id: UUID, contact_id: UUID, address: str, by: UUID | None, now: datetime) -> bool:
    """Adds an address that was entered; False if a contact has it."""
    return bool(
        await db.execute(
            sql(
                "insert into contact_addresses (organization_id, address, user_id, how, created_by, created_at) "
                "values ({}, {}, {}, 'entered', {}, {}) on conflict (organization_id, address) do nothing",
                organization_id, address, contact_id, by, now,
            )
        )
    )  # fmt: skip


async def remove(db: Db, contact_id: UUID, address: str) -> bool:
    """Removes a further address of a contact; False if they have no such."""
    return bool(
        await db.execute(sql("delete from contact_addresses where user_id = {} and address = {}", contact_id, address))
    )
