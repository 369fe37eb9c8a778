"""Memberships: people in the entered organization."""

from datetime import datetime
from typing import Any
from uuid import UUID

from deskbell.features.access.records import Membership
from deskbell.kernel.permissions import Role
from deskbell.runtime.sql import Db, Fragment, sql

MEMBER = sql(
    "m.organization_id, m.user_id, m.role, m.email, m.name, m.phone, m.avatar_url, m.company, m.title, m.department, "
    "m.availability, m.created_at, m.updated_at, m.last_login_at, u.email_verified_at is not null"
)


def member_of(row: tuple[object, ...]) -> Membership:
    """A membership from the columns `MEMBER`."""
    values = list(row)
    values[2] = Role(str(values[2]))
    return Membership(*values)  # type: ignore[arg-type]  # the columns are the struct's fields in order


async def add_membership(db: Db, member: Membership, invited_at: datetime | None = None) -> bool:
    """Adds a person to the organization, or takes them back in; False when they are a member already."""
    return bool(
        await db.execute(
            sql(
                "insert into memberships (organization_id, user_id, role, email, name, phone, avatar_url, company, title, "
                "department, availability, created_at, updated_at, invited_at) "
                "values ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}) "
                "on conflict (organization_id, user_id) do update set role = excluded.role, email = excluded.email, "
                "name = excluded.name, phone = excluded.phone, company = excluded.company, title = excluded.title, "
                "department = excluded.department, updated_at = excluded.updated_at, invited_at = excluded.invited_at, "
                "ended_at = null where memberships.ended_at is not null",
                member.organization_id, member.user_id, member.role.value, member.email.lower(), member.name,
                member.phone, member.avatar_url, member.company, member.title, member.department, member.availability,
                member.created_at, member.updated_at, invited_at,
            )
        )
    )  # fmt: skip


async def find_member(db: Db, user_id: UUID) -> Membership | None:
    """A member of the entered organization."""
    row = await db.fetch_one(
        sql(
            "select {} from memberships m join users u on u.id = m.user_id where m.user_id = {} and m.ended_at is null",
            MEMBER,
            user_id,
        )
    )
    return None if row is None else member_of(row)


async def find_member_by_email(db: Db, email: str) -> Membership | None:
    """A member of the entered organization by the address it knows them by."""
    row = await db.fetch_one(
        sql(
            "select {} from memberships m join users u on u.id = m.user_id where m.email = {} and m.ended_at is null",
            MEMBER,
            email.lower(),
        )
    )
    return None if row is None else member_of(row)


async def organizations_of(db: Db, user_id: UUID) -> list[UUID]:
    """The organizations where a person is a member, the one last signed in to first."""
    rows = await db.fetch_all(sql("select organization_id from deskbell_memberships_of({})", user_id))
    return [row[0] for row in rows]


async def note_login(db: Db, user_id: UUID, now: datetime) -> None:
    """Remembers when a member last signed in."""
    await db.execute(sql("update memberships set last_login_at = {} where user_id = {}", now, user_id))


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
