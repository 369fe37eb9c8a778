"""Reading the members of an organization. Changing them is the accounts' affair."""

from collections.abc import Sequence
from uuid import UUID

from deskbell.features.accounts.queries import people
from deskbell.features.accounts.records import Membership
from deskbell.features.members import queries
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission, Role
from deskbell.runtime.database import UnitOfWork

__all__ = ["get", "list_members"]


async def list_members(
    uow: UnitOfWork, roles: Sequence[Role], search: str | None, page: PageRequest
) -> Page[Membership]:
    """A part of the members with some roles (none named: any), the newest first.

    Every word of `search` must begin a word of name, address or company.
    """
    uow.actor.require(Permission.CONTACT_READ)
    text = search.strip() if search else ""
    return await queries.list_page(uow.db, roles, text or None, page)


async def get(uow: UnitOfWork, user_id: UUID) -> Membership:
    """A member. Raises `NotFound`."""
    uow.actor.require(Permission.CONTACT_READ)
    member = await people.find_member(uow.db, user_id)
    if member is None:
        raise NotFound("user")
    return member
