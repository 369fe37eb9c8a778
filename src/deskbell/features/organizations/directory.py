"""The public list of organizations: a user who signs up must be able to choose one."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.organizations import queries
from deskbell.kernel.access import anyone
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.database import UnitOfWork


class PublicOrganization(Struct, frozen=True):
    """The public fields of an organization."""

    id: UUID
    name: str


@anyone("ids and names of organizations are public by contract")
async def list_public(uow: UnitOfWork, page: PageRequest) -> Page[PublicOrganization]:
    """A page of the ids and names of all organizations of the server."""
    found = await queries.list_page(uow.db, page)
    return Page([PublicOrganization(each.id, each.name) for each in found.items], found.total, page, found.next_cursor)
