"""SQL of chats."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.chats.records import Chat
from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_CHATS: Final = Table("chats", Chat, "c", key="ticket_id")
_STAFF: Final = sorted(role.value for role in STAFF_ROLES)


async def is_staffed(db: Db) -> bool:
    """Whether a member of the staff says to be there."""
    found = await db.fetch_value(
        sql(
            "select exists (select from memberships m where m.role = any({}) and m.ended_at is null "
            "and m.availability = 'online')",
            _STAFF,
        )
    )
    return bool(found)


async def add(db: Db, organization_id: UUID, chat: Chat) -> None:
    """Adds a chat."""
    await db.execute(_CHATS.insert(chat, organization_id=organization_id))


async def find(db: Db, ticket_id: UUID) -> Chat | None:
    """The chat of a ticket."""
    return await _CHATS.find(db, sql("c.ticket_id = {}", ticket_id))


async def lock(db: Db, ticket_id: UUID) -> Chat | None:
    """The chat of a ticket, locked until the unit ends."""
    return await _CHATS.find(db, sql("c.ticket_id = {} for update", ticket_id))


async def mark_seen(db: Db, ticket_id: UUID, at: datetime) -> None:
    """Notes that the guest's page is still open."""
    await db.execute(sql("update chats set seen_at = {} where ticket_id = {} and ended_at is null", at, ticket_id))


async def end(db: Db, ticket_id: UUID, at: datetime) -> None:
    """Ends a chat."""
    await db.execute(sql("update chats set ended_at = {} where ticket_id = {}", at, ticket_id))


async def to_end(db: Db, now: datetime, gone_before: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Organization and ticket of chats that are over, of all organizations."""
    rows = await db.fetch_all(
        sql("select organization_id, ticket_id from deskbell_chats_to_end({}, {}, {})", now, gone_before, limit)
    )
    return [(UUID(bytes=row["organization_id"].bytes), UUID(bytes=row["ticket_id"].bytes)) for row in rows]
