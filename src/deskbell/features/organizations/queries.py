"""SQL of organizations. The table has no row security: the service decides what a caller may see."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.organizations.records import Organization
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_ORGANIZATIONS: Final = Table("organizations", Organization, "o", columns={"stored": "o.settings"})
_BY_NAME: Final = Order[Organization](
    "o.name_key",
    "o.id",
    shape=tuple[str, UUID],
    places="deskbell_name_key({}), {}",
    key=lambda each: (each.name, each.id),
)


async def list_page(db: Db, request: PageRequest) -> Page[Organization]:
    """A page of all organizations of the server, by name."""
    return await page(db, _ORGANIZATIONS, _BY_NAME, request, where=sql("o.deleted_at is null"))


async def find(db: Db, organization_id: UUID) -> Organization | None:
    """An organization that is not deleted."""
    return await _ORGANIZATIONS.find(db, sql("o.id = {} and o.deleted_at is null", organization_id))


async def lock(db: Db, organization_id: UUID) -> Organization | None:
    """An organization, locked until the unit of work ends. Rows that refer to it can still be added."""
    return await _ORGANIZATIONS.find(db, sql("o.id = {} and o.deleted_at is null for no key update", organization_id))


async def domain_taken(db: Db, domains: list[str], but: UUID) -> bool:
    """Whether another organization than `but` has one of these domains."""
    return bool(
        await db.fetch_value(
            sql("select exists (select from organizations where domain = any({}::text[]) and id <> {})", domains, but)
        )
    )


async def add(db: Db, organization: Organization) -> None:
    """Adds an organization."""
    await db.execute(_ORGANIZATIONS.insert(organization))


async def write(db: Db, organization: Organization) -> None:
    """Writes an organization's fields."""
    await db.execute(_ORGANIZATIONS.update(organization, "name", "domain", "stored", "updated_at"))


async def end(db: Db, organization_id: UUID, now: datetime) -> None:
    """Marks an organization as deleted and frees its domain."""
    await db.execute(
        sql(
            "update organizations set deleted_at = {}, updated_at = {}, domain = null where id = {}",
            now,
            now,
            organization_id,
        )
    )


async def end_access(db: Db, now: datetime) -> None:
    """Ends every session and API key of the entered organization."""
    await db.execute(sql("update sessions set ended_at = {} where ended_at is null", now))
    await db.execute(sql("update api_keys set revoked_at = {} where revoked_at is null", now))


async def time_zone(db: Db) -> str | None:
    """The time zone setting of the entered organization."""
    value = await db.fetch_value(
        "select settings->>'time_zone' from organizations where id = (select deskbell_organization())"
    )
    return None if value is None else str(value)


async def knows_time_zone(db: Db, name: str) -> bool:
    """Whether this PostgreSQL knows a time zone; its zone files may be older or newer than Python's."""
    return bool(await db.fetch_value(sql("select pg_input_is_valid({}, 'timestamptz')", f"2000-01-01 00:00 {name}")))


async def find_language(db: Db) -> str:
    """The language that the entered organization has set, as a tag such as `de-AT`; English unless set."""
    value = await db.fetch_value(
        "select coalesce(settings->>'language', 'en') from organizations where id = (select deskbell_organization())"
    )
    return str(value or "en")


async def undo_days(db: Db) -> int:
    """For how many days after its end the entered organization lets an operation be undone."""
    value = await db.fetch_value(
        "select (settings->>'undo_days')::int from organizations where id = (select deskbell_organization())"
    )
    return 7 if value is None else int(value)


async def next_workflow_version(db: Db, organization_id: UUID) -> None:
    """Gives the configuration of tickets a new version: every worker reads it again."""
    await db.execute(
        sql("update organizations set workflow_version = nextval('workflow_versions') where id = {}", organization_id)
    )
