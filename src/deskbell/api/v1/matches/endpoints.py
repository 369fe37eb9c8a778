"""v1: which of some tickets belong to which lists."""

from litestar.params import JSONBody

from deskbell.api.shared.routing import Uow, post
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.matches.shapes import Matches, MatchTickets
from deskbell.features.saved_views.filters import ticket_filter
from deskbell.features.tickets.service.listing import matching_ids
from deskbell.features.tickets.service.searching import understand
from deskbell.kernel.permissions import Permission


@post(
    "/tickets/match", permission=Permission.TICKET_READ, more=(Permission.COMMENT_INTERNAL,), tags=["Tickets"],
    summary="Find the lists that tickets belong to", status_code=200,
)  # fmt: skip
async def match_tickets(uow: Uow, data: JSONBody[MatchTickets]) -> Success[Matches]:
    """Returns which of up to 100 tickets belong to each of up to 10 lists, without their rows."""
    found = []
    for place, spec in enumerate(data.specs):
        query = await understand(uow, spec.query, f"specs.{place}.query")
        filters = ticket_filter(uow.actor, spec.filter.command(), query)
        found.append(await matching_ids(uow, data.ids, filters))
    return Success(Matches(found))


ROUTES = [match_tickets]
