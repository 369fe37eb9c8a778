"""Changes to a person's credentials and to a member's place in the organization."""

from datetime import datetime
from typing import Any
from uuid import UUID

from deskbell.features.access.queries.users import MEMBER, member_of
from deskbell.features.access.records import ApiKey, Membership
from deskbell.kernel.permissions import Role
from deskbell.runtime.sql import Db, Fragment, sql

__all__ = [
    "add_to_groups",
    "change_member",
    "confirm_address",
    "end_membership",
    "has_platform_admin",
    "lock_member",
    "lock_owners",
    "make_platform_admin",
    "move_member_address",
    "replace_address",
    "revoke_api_keys_of",
    "set_first_password",
    "set_password",
]

_KEY = sql("k.id, k.name, k.hint, k.scopes, k.user_id, k.created_at, k.expires_at, k.last_used_at, k.revoked_at")


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


async def move_member_address(db: Db, user_id: UUID, was: str, email: str, now: datetime) -> bool:
    """Lets the entered organization know a person by another address; False if it knew them by yet another one."""
    return bool(
        await db.execute(
            sql(
                "update memberships set email = {}, updated_at = {} "
                "where user_id = {} and email = {} and ended_at is null",
                email,
                now,
                user_id,
                was,
            )
        )
    )


async def has_platform_admin(db: Db) -> bool:
    """Whether anybody runs this server yet."""
    found: bool = await db.fetch_value(sql("select exists (select from users where platform_admin)"))
    return found


async def make_platform_admin(db: Db, user_id: UUID) -> None:
    """Lets a person run the server."""
    await db.execute(sql("update users set platform_admin = true where id = {}", user_id))


async def lock_member(db: Db, user_id: UUID) -> Membership | None:
    """A member of the entered organization, kept from changing until this transaction ends."""
    row = await db.fetch_one(
        sql(
            "select {} from memberships m join users u on u.id = m.user_id "
            "where m.user_id = {} and m.ended_at is null for update of m",
            MEMBER,
            user_id,
        )
    )
    return None if row is None else member_of(row)


async def lock_owners(db: Db) -> list[UUID]:
    """The organization's owners, kept from changing: two owners must not demote one another at once."""
    rows = await db.fetch_all(
        sql(
            "select user_id from memberships where role = {} and ended_at is null order by user_id for update",
            Role.OWNER.value,
        )
    )
    return [row[0] for row in rows]


# The columns are named here and nowhere else, so that no name from outside can become SQL.
_COLUMNS: dict[str, Fragment] = {
    "role": sql("role"),
    "name": sql("name"),
    "phone": sql("phone"),
    "avatar_url": sql("avatar_url"),
    "company": sql("company"),
    "title": sql("title"),
    "department": sql("department"),
}


async def change_member(db: Db, user_id: UUID, fields: dict[str, Any], now: datetime) -> None:
    """Sets fields of a member."""
    assignments = sql("updated_at = {}", now)
    for name, value in fields.items():
        assignments = sql("{}, {} = {}", assignments, _COLUMNS[name], value)
    await db.execute(sql("update memberships set {} where user_id = {} and ended_at is null", assignments, user_id))


async def end_membership(db: Db, user_id: UUID, now: datetime) -> None:
    """Takes a member's access away; what they wrote stays."""
    await db.execute(
        sql(
            "update memberships set ended_at = {}, updated_at = {}, availability = 'offline' "
            "where user_id = {} and ended_at is null",
            now,
            now,
            user_id,
        )
    )


async def revoke_api_keys_of(db: Db, user_id: UUID, now: datetime) -> list[ApiKey]:
    """Makes a person's keys invalid at once; returns those that were in force."""
    rows = await db.fetch_all(
        sql(
            "update api_keys k set revoked_at = {} where k.user_id = {} and k.revoked_at is null returning {}",
            now,
            user_id,
            _KEY,
        )
    )
    return [ApiKey(*row) for row in rows]


async def add_to_groups(
    db: Db, organization_id: UUID, user_id: UUID, group_ids: list[UUID], now: datetime
) -> list[UUID]:
    """Puts a member into groups; returns those groups that exist."""
    rows = await db.fetch_all(
        sql(
            "select id from groups where organization_id = {} and id = any ({}::uuid[]) and deleted_at is null",
            organization_id,
            group_ids,
        )
    )
    found = [row[0] for row in rows]
    await db.execute(
        sql(
            "insert into group_members (organization_id, group_id, user_id, created_at) "
            "select {}::uuid, g, {}::uuid, {}::timestamptz from unnest({}::uuid[]) as g on conflict do nothing",
            organization_id,
            user_id,
            now,
            found,
        )
    )
    return found
