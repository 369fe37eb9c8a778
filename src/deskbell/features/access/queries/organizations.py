"""Organizations, read before one is entered."""

from datetime import datetime
from uuid import UUID

from deskbell.features.access.records import UserOrganization
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql


async def only_organization(db: Db) -> UUID | None:
    """The organization of a server that has exactly one."""
    rows = await db.fetch_all(sql("select id from organizations where deleted_at is null limit 2"))
    return rows[0]["id"] if len(rows) == 1 else None


async def has_owner(db: Db) -> bool:
    """Whether any organization has an owner, or the server an operator."""
    found: bool = await db.fetch_value("select deskbell_has_owner()")
    return found


async def lock_setup(db: Db) -> None:
    """Makes other set-ups of the server wait until this transaction ends."""
    await db.execute("select pg_advisory_xact_lock(hashtextextended('deskbell.setup', 0))")


async def is_sign_up_allowed(db: Db, organization_id: UUID) -> bool | None:
    """Whether sign-up is open (`signup_allowed`, true unless set); None if there is no such organization."""
    allowed: bool | None = await db.fetch_value(
        sql(
            "select coalesce(settings->'signup_allowed', 'true') <> 'false'::jsonb from organizations "
            "where id = {} and deleted_at is null",
            organization_id,
        )
    )
    return allowed


async def organization_exists(db: Db, organization_id: UUID) -> bool:
    """Whether the organization exists and is not deleted."""
    return bool(
        await db.fetch_value(
            sql("select exists (select from organizations where id = {} and deleted_at is null)", organization_id)
        )
    )


async def organization_name(db: Db, organization_id: UUID) -> str:
    """Returns the organization's name."""
    return str(await db.fetch_value(sql("select name from organizations where id = {}", organization_id)))


async def find_by_domain(db: Db, domain: str) -> UUID | None:
    """The organization with this domain."""
    found: UUID | None = await db.fetch_value(
        sql("select id from organizations where domain = {} and deleted_at is null", domain)
    )
    return found


async def add_organization(db: Db, organization_id: UUID, name: str, domain: str | None, now: datetime) -> None:
    """Adds an organization."""
    await db.execute(
        sql(
            "insert into organizations (id, name, domain, created_at, updated_at) values ({}, {}, {}, {}, {})",
            organization_id,
            name,
            domain,
            now,
            now,
        )
    )


async def user_organizations(db: Db, user_id: UUID) -> list[UserOrganization]:
    """The organizations that a user can sign in to, last used first.

    Before the address is confirmed, only the one in which the account was created: see `sign_in`.
    """
    rows = await db.fetch_all(
        sql(
            "select o.id, o.name, m.role from deskbell_memberships_of({}) m join organizations o on o.id = m.organization_id "
            "join users u on u.id = {} where u.email_verified_at is not null or o.id = u.made_in "
            "order by m.last_login_at desc nulls last, o.name_key",
            user_id,
            user_id,
        )
    )
    return read(UserOrganization, rows)
