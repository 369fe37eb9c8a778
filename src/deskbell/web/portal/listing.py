"""The list of a customer's own requests."""

from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.service.listing import list_rows
from deskbell.features.tickets.service.searching import understand
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.words import Status
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.session import portal, problems_of

_SHOWN: Final = 20
_FILTERS: Final = {
    "": (),
    "open": (Status.NEW, Status.OPEN, Status.PENDING, Status.HOLD),
    "waiting": (Status.PENDING,),
    "solved": (Status.SOLVED, Status.CLOSED),
}  # fmt: skip
_LONGEST_SEARCH: Final = 500


@get(["/portal", "/portal/{organization:str}", "/portal/tickets", "/portal/{organization:str}/tickets"])
async def tickets_page(
    request: HelpRequest,
    organization: FromPath[str | None] = None,
    status: FromQuery[str] = "",
    q: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
) -> Response[Any]:
    """A page of the customer's requests, the one that changed last first."""
    async with portal(request, organization) as at:
        words = q.replace("\0", " ").strip()[:_LONGEST_SEARCH]
        chosen = status if status in _FILTERS else ""
        wrong: dict[str, str] = {}
        found: Page[Any] | None = None
        try:
            filters = TicketFilter(statuses=_FILTERS[chosen], search=await understand(at.uow, words or None, "q"))
            asked = PageRequest(_SHOWN, 0, cursor)
            found = await list_rows(at.uow, filters, TicketSort("updated_at"), asked, bounded=True)
        except Invalid as error:
            wrong = problems_of(error, at.language)
        return at.page(
            "portal/tickets.html", rows=found.items if found else [], words=words, chosen=chosen, filters=list(_FILTERS),
            wrong=wrong, next=found.next_cursor if found else None, first=cursor is None,
        )  # fmt: skip


HANDLERS: Final[list[Any]] = [tickets_page]
