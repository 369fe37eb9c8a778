"""v1: links between tickets."""

from typing import Final
from uuid import UUID

from litestar.params import FromPath, JSONBody

from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.api.v1.envelope import Done, Success
from deskbell.api.v1.links.shapes import AddLink
from deskbell.features.tickets import service
from deskbell.features.tickets.records import TicketLink
from deskbell.kernel.permissions import Permission

TAG: Final = ["Tickets"]
_READ: Final = (Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
_CHANGE: Final = (*_READ, Permission.TICKET_UPDATE)


@get("/tickets/{ticket_id:str}/links", permission=_READ, tags=TAG, summary="List a ticket's links")
async def list_links(uow: Uow, ticket_id: FromPath[UUID]) -> Success[list[TicketLink]]:
    """Lists the tickets that a ticket follows up or relates to, and those that do so to it, the newest first."""
    return Success(await service.list_links(uow, ticket_id))


@post(
    "/tickets/{ticket_id:str}/links", permission=_CHANGE, more=(Permission.TICKET_CLOSE,), tags=TAG,
    summary="Link two tickets",
)  # fmt: skip
async def add_link(uow: Uow, ticket_id: FromPath[UUID], data: JSONBody[AddLink]) -> Success[list[TicketLink]]:
    """Links a ticket with another one as related and lists its links. Repeating it changes nothing.

    As `merged`, which needs the permission to close tickets, the ticket is closed in favour of the other one of the same
    requester: answers to its mails join that one from now on. Removing the link ends this.
    """
    if data.kind == "merged":
        return Success(await service.merge(uow, ticket_id, data.ticket_id))
    return Success(await service.add_link(uow, ticket_id, data.ticket_id))


@delete(
    "/tickets/{ticket_id:str}/links/{other_id:str}", permission=_CHANGE, tags=TAG, summary="Remove a link",
    status_code=200,
)  # fmt: skip
async def remove_link(uow: Uow, ticket_id: FromPath[UUID], other_id: FromPath[UUID]) -> Done:
    """Removes the link between two tickets, whichever of them refers to the other."""
    await service.remove_link(uow, ticket_id, other_id)
    return Done("Link removed")


ROUTES = [list_links, add_link, remove_link]
