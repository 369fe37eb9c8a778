"""Users by address, across organizations, and their passwords."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.access.records import User
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_USERS: Final = Table("users", User, "u")


async def find_user_by_email(db: Db, email: str) -> User | None:
    """The user with this address (compared in lower case)."""
    return await _USERS.find(db, sql("u.email = {}", email.lower()))


async def find_user(db: Db, user_id: UUID) -> User | None:
    """Returns the user."""
    return await _USERS.find(db, sql("u.id = {}", user_id))


async def add_user(db: Db, user: User, now: datetime) -> UUID:
    """Adds a user unless the address is known; returns the id of the user who has it."""
    user = replace(user, email=user.email.lower())
    if await db.execute(sql("{} on conflict (email) do nothing", _USERS.insert(user, created_at=now, updated_at=now))):
        return user.id
    # A separate statement: the insert cannot see a row that was committed while it waited for that row.
    known: UUID = await db.fetch_value(sql("select id from users where email = {}", user.email))
    return known


async def set_password(db: Db, user_id: UUID, password_hash: str, now: datetime) -> None:
    """Stores a new password."""
    await db.execute(
        sql("update users set password_hash = {}, updated_at = {} where id = {}", password_hash, now, user_id)
    )


async def remove_password(db: Db, user_id: UUID, now: datetime) -> None:
    """Leaves an account without a password."""
    await db.execute(sql("update users set password_hash = null, updated_at = {} where id = {}", now, user_id))


async def set_first_password(db: Db, user_id: UUID, password_hash: str, now: datetime) -> bool:
    """Stores the password of a user who has none; False, and unchanged, when there is one."""
    return bool(
        await db.execute(
            sql(
                "update users set password_hash = {}, updated_at = {} where id = {} and password_hash is null",
                password_hash,
                now,
                user_id,
            )
        )
    )


async def confirm_address(db: Db, user_id: UUID, email: str, now: datetime) -> bool:
    """Marks the address as confirmed; False if it was already, or is no longer the user's."""
    return bool(
        await db.execute(
            sql(
                "update users set email_verified_at = {}, updated_at = {} "
                "where id = {} and email = {} and email_verified_at is null",
                now,
                now,
                user_id,
                email,
            )
        )
    )


async def replace_address(db: Db, user_id: UUID, email: str, now: datetime) -> None:
    """Replaces a user's address by a confirmed one."""
    await db.execute(
        sql(
            "update users set email = {}, email_verified_at = {}, updated_at = {} where id = {}",
            email,
            now,
            now,
            user_id,
        )
    )


async def has_platform_admin(db: Db) -> bool:
    """Whether the server has an operator."""
    found: bool = await db.fetch_value(sql("select exists (select from users where platform_admin)"))
    return found


async def make_platform_admin(db: Db, user_id: UUID) -> None:
    """Makes a user an operator of the server."""
    await db.execute(sql("update users set platform_admin = true where id = {}", user_id))
