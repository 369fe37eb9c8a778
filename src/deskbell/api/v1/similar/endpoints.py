"""v1: tickets that are like another."""

from typing import Final
from uuid import UUID

from litestar.params import FromPath

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.similar.shapes import SimilarTicketView
from deskbell.features.tickets.service.similar import similar_to
from deskbell.kernel.permissions import Permission

TAG: Final = ["Tickets"]


@get("/tickets/{ticket_id:str}/similar", permission=Permission.TICKET_READ, tags=TAG, summary="List similar tickets")
async def list_similar_tickets(uow: Uow, ticket_id: FromPath[UUID]) -> Success[list[SimilarTicketView]]:
    """Lists up to ten tickets that are like the ticket's subject, the most similar first; for customers those of their own."""
    return Success([SimilarTicketView.of(each) for each in await similar_to(uow, ticket_id)])


ROUTES = [list_similar_tickets]
