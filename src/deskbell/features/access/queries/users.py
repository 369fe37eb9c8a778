"""Users (global, by address) and memberships (a person in an organization)."""

from datetime import datetime
from uuid import UUID

from deskbell.features.access.records import Membership, User
from deskbell.kernel.permissions import Role
from deskbell.runtime.sql import Db, sql

__all__ = [
    "MEMBER",
    "add_membership",
    "add_user",
    "find_member",
    "find_member_by_email",
    "find_user",
    "find_user_by_email",
    "member_of",
    "note_login",
    "organizations_of",
]

_USER = sql("u.id, u.email, u.name, u.password_hash, u.platform_admin, u.email_verified_at, u.made_in")
MEMBER = sql(
    "m.organization_id, m.user_id, m.role, m.email, m.name, m.phone, m.avatar_url, m.company, m.title, m.department, "
    "m.availability, m.created_at, m.updated_at, m.last_login_at, u.email_verified_at is not null"
)


def member_of(row: tuple[object, ...]) -> Membership:
    """A membership from the columns `MEMBER`."""
    values = list(row)
    values[2] = Role(str(values[2]))
    return Membership(*values)  # type: ignore[arg-type]  # the columns are the struct's fields in order


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
