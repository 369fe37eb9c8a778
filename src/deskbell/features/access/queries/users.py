"""Users: people by address, across organizations, and their passwords."""

from datetime import datetime
from uuid import UUID

from deskbell.features.access.records import User
from deskbell.runtime.sql import Db, sql

_USER = sql("u.id, u.email, u.name, u.password_hash, u.platform_admin, u.email_verified_at, u.made_in")


async def find_user_by_email(db: Db, email: str) -> User | None:
    """The person with this address (compared in lower case)."""
    row = await db.fetch_one(sql("select {} from users u where u.email = {}", _USER, email.lower()))
    return None if row is None else User(*row)


async def find_user(db: Db, user_id: UUID) -> User | None:
    """A person by id."""
    row = await db.fetch_one(sql("select {} from users u where u.id = {}", _USER, user_id))
    return None if row is None else User(*row)


async def add_user(db: Db, user: User, now: datetime) -> UUID:
    """Adds a person, unless the address is known: returns the id of whoever has it."""
    row = await db.fetch_one(
        sql(
            "with added as (insert into users (id, email, name, password_hash, platform_admin, email_verified_at, made_in, "
            "created_at, updated_at) values ({}, {}, {}, {}, {}, {}, {}, {}, {}) on conflict (email) do nothing returning id) "
            "select id from added union all select id from users where email = {} limit 1",
            user.id, user.email.lower(), user.name, user.password_hash, user.platform_admin, user.email_verified_at,
            user.made_in, now, now, user.email.lower(),
        )
    )  # fmt: skip
    return user.id if row is None else UUID(bytes=row[0].bytes)


async def set_password(db: Db, user_id: UUID, password_hash: str, now: datetime) -> None:
    """The new password of a person."""
    await db.execute(
        sql("update users set password_hash = {}, updated_at = {} where id = {}", password_hash, now, user_id)
    )


async def set_first_password(db: Db, user_id: UUID, password_hash: str, now: datetime) -> bool:
    """The password of a person who has none yet; False when there is one, which stays."""
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
    """Notes that a person reads mail at this address; False if it was known, or is no longer their address."""
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
    """Gives a person another address, which they have shown to be theirs."""
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
    """Whether anybody runs this server yet."""
    found: bool = await db.fetch_value(sql("select exists (select from users where platform_admin)"))
    return found


async def make_platform_admin(db: Db, user_id: UUID) -> None:
    """Lets a person run the server."""
    await db.execute(sql("update users set platform_admin = true where id = {}", user_id))
