"""Memberships: users in the entered organization."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.access.records import Membership
from deskbell.kernel.permissions import Role
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

MEMBERS: Final = Table(
    "memberships",
    Membership,
    "m",
    columns={"verified": "u.email_verified_at is not null"},
    joins="join users u on u.id = m.user_id",
    key="user_id",
)


async def add_membership(db: Db, member: Membership, invited_at: datetime | None = None) -> bool:
    """Adds a user to the organization, or restores them; False when the user or the address is a member already."""
    member = replace(member, email=member.email.lower(), last_login_at=None)
    added = await db.execute(sql("{} on conflict do nothing", MEMBERS.insert(member, invited_at=invited_at)))
    return bool(added) or await _rejoin(db, member, invited_at)


async def _rejoin(db: Db, member: Membership, invited_at: datetime | None) -> bool:
    return bool(
        await db.execute(
            sql(
                "update memberships set role = {}, email = {}, name = {}, phone = {}, company = {}, title = {}, "
                "department = {}, updated_at = {}, invited_at = {}, ended_at = null, custom_fields = '[]' "
                "where user_id = {} and ended_at is not null",
                member.role.value, member.email, member.name, member.phone, member.company, member.title,
                member.department, member.updated_at, invited_at, member.user_id,
            )
        )
    )  # fmt: skip


async def find_member(db: Db, user_id: UUID) -> Membership | None:
    """A member of the entered organization."""
    return await MEMBERS.find(db, sql("m.user_id = {} and m.ended_at is null", user_id))


async def find_member_by_email(db: Db, email: str) -> Membership | None:
    """A member of the entered organization by the address stored there."""
    return await MEMBERS.find(db, sql("m.email = {} and m.ended_at is null", email.lower()))


async def organizations_of(db: Db, user_id: UUID) -> list[UUID]:
    """The organizations in which a user is a member, last signed in to first."""
    rows = await db.fetch_all(sql("select organization_id from deskbell_memberships_of({})", user_id))
    return [row["organization_id"] for row in rows]


async def set_last_login(db: Db, user_id: UUID, now: datetime) -> None:
    """Sets the time of a member's last sign-in."""
    await db.execute(sql("update memberships set last_login_at = {} where user_id = {}", now, user_id))


async def replace_member_address(db: Db, user_id: UUID, was: str, email: str, now: datetime) -> bool:
    """Changes a user's address in the entered organization; False if the stored one is not `was`."""
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


async def lock_member(db: Db, user_id: UUID) -> Membership | None:
    """A member of the entered organization, locked until this transaction ends."""
    return await MEMBERS.find(db, sql("m.user_id = {} and m.ended_at is null for update of m", user_id))


async def lock_owners(db: Db) -> list[UUID]:
    """The organization's owners, locked: two owners must not demote each other concurrently."""
    rows = await db.fetch_all(
        sql(
            "select user_id from memberships where role = {} and ended_at is null order by user_id for update",
            Role.OWNER.value,
        )
    )
    return [row["user_id"] for row in rows]


# Column names come from this mapping only, so that no name from outside can become SQL.
_COLUMNS: dict[str, Fragment] = {
    "role": sql("role"),
    "name": sql("name"),
    "phone": sql("phone"),
    "avatar_url": sql("avatar_url"),
    "company": sql("company"),
    "title": sql("title"),
    "department": sql("department"),
    "custom_fields": sql("custom_fields"),
}


async def change_member(db: Db, user_id: UUID, fields: dict[str, Any], now: datetime) -> None:
    """Sets fields of a member."""
    assignments = sql("updated_at = {}", now)
    for name, value in fields.items():
        assignments = sql("{}, {} = {}", assignments, _COLUMNS[name], value)
    await db.execute(sql("update memberships set {} where user_id = {} and ended_at is null", assignments, user_id))


async def end_membership(db: Db, user_id: UUID, now: datetime) -> None:
    """Ends a membership; the member's tickets and comments stay."""
    await db.execute(
        sql(
            "update memberships set ended_at = {}, updated_at = {}, availability = 'offline' "
            "where user_id = {} and ended_at is null",
            now,
            now,
            user_id,
        )
    )


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
    found = [row["id"] for row in rows]
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
