"""v1: links that open a ticket without a sign-in."""

from typing import Final
from uuid import UUID

from litestar.params import FromPath

from deskbell.api.shared.routing import Uow, delete
from deskbell.api.v1.envelope import Done
from deskbell.features.guests import service
from deskbell.kernel.permissions import Permission

TAG: Final = ["Tickets"]


@delete(
    "/tickets/{ticket_id:str}/guest-links", permission=(Permission.TICKET_READ, Permission.TICKET_UPDATE), tags=TAG,
    summary="Revoke a ticket's guest links", status_code=200,
)  # fmt: skip
async def revoke_guest_links(uow: Uow, ticket_id: FromPath[UUID]) -> Done:
    """Ends every link to the ticket that customers have got by mail so far. Later mails bring new ones."""
    await service.revoke(uow, ticket_id)
    return Done("Guest links revoked")


ROUTES = [revoke_guest_links]
