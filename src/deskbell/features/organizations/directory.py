"""The organizations of this server, to anybody: somebody who signs up must be able to name theirs."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.organizations import queries
from deskbell.kernel.access import anyone
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.database import UnitOfWork

__all__ = ["PublicOrganization", "list_public"]


class PublicOrganization(Struct, frozen=True):
    """What everybody may know of an organization."""

    id: UUID
    name: str


@anyone("ids and names of organizations are public by contract")
async def list_public(uow: UnitOfWork, page: PageRequest) -> Page[PublicOrganization]:
    """Every organization of the server by id and name alone."""
    found = await queries.list_page(uow.db, page)
    return Page([PublicOrganization(each.id, each.name) for each in found.items], found.total, page, found.next_cursor)
