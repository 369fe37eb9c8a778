"""Organizations of imports and exports: found by domain or id, or created from a file's header."""

from uuid import UUID

from deskbell.features.transfer.format.records import Organization
from deskbell.features.transfer.queries import organizations
from deskbell.features.transfer.records import OrganizationRow
from deskbell.kernel.errors import Conflict
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import Database


async def find_organization(database: Database, name: str) -> OrganizationRow | None:
    """The organization with this domain or id."""
    async with database.unit(None) as uow:
        found = await organizations.by_domain(uow.db, name.strip().lower())
        if found is None and (organization_id := _id(name)) is not None:
            found = await organizations.by_id(uow.db, organization_id)
        return found


async def list_organizations(database: Database) -> list[OrganizationRow]:
    """Every organization of the server."""
    async with database.unit(None) as uow:
        return await organizations.all_of_server(uow.db)


async def create_organization(database: Database, header: Organization, domain: str) -> OrganizationRow:
    """Creates an organization from an export's header, under a domain. Raises `Conflict` when the domain is taken."""
    made = OrganizationRow(new_id(), header.name, domain.strip().lower(), header.time_zone)
    async with database.unit(None) as uow:
        if not await organizations.add(uow.db, made, uow.now):
            raise Conflict("organization.domain_taken", domain=made.domain or "")
    return made


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
