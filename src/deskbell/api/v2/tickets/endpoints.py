"""v2: tickets."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.v2.access import forbidden_instead_of_not_found
from deskbell.api.v2.envelope import Many, One, tagged
from deskbell.api.v2.fields import LimitParam, PageParam, SearchParam, TicketId, moment, numbered
from deskbell.api.v2.tickets.shapes import (
    ACTIVITIES,
    AssignTicket,
    CloseTicket,
    CreateTicket,
    TicketDetail,
    TicketView,
    UpdateTicket,
)
from deskbell.api.v2.vocabulary import SORTS, SortBy, priorities_showing, statuses_showing
from deskbell.features.tickets import service
from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.reading import etag
from deskbell.features.tickets.service.searching import beginnings
from deskbell.kernel.errors import Invalid, MalformedRequest
from deskbell.kernel.paging import DEFAULT_LIMIT
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import Status

TAG = ["Tickets"]


Words = Annotated[list[str] | None, QueryParameter(description="One value or a comma-separated list; may be repeated")]


def answer(ticket: Ticket, status_code: int = 200) -> Response[One[TicketView]]:
    """A ticket with its entity tag."""
    return tagged(TicketView.of(ticket), etag(ticket), status_code)


@get(
    "/tickets", permission=Permission.TICKET_READ, more=(Permission.COMMENT_INTERNAL,), tags=TAG, summary="List tickets"
)
async def list_tickets(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    status: Words = None,
    status_list: Annotated[list[str] | None, QueryParameter(name="status[]", description="Same as `status`")] = None,
    priority: Words = None,
    priority_list: Annotated[
        list[str] | None, QueryParameter(name="priority[]", description="Same as `priority`")
    ] = None,
    assignee_id: Annotated[UUID | None, QueryParameter(name="assigneeId")] = None,
    customer_id: Annotated[UUID | None, QueryParameter(name="customerId")] = None,
    search: SearchParam = None,
    created_after: Annotated[str | None, QueryParameter(name="createdAfter")] = None,
    created_before: Annotated[str | None, QueryParameter(name="createdBefore")] = None,
    sort_by: Annotated[SortBy, QueryParameter(name="sortBy")] = "createdAt",
    sort_order: Annotated[Literal["asc", "desc"], QueryParameter(name="sortOrder")] = "desc",
) -> Many[TicketView]:
    """Lists the tickets that you may see. For customers, `customerId` is ignored."""
    filters = TicketFilter(
        statuses=statuses_showing([*(status or ()), *(status_list or ())]),
        priorities=priorities_showing([*(priority or ()), *(priority_list or ())]),
        assignee_id=assignee_id,
        requester_id=customer_id if uow.actor.is_staff else None,
        search=beginnings(search, "search"),
        created_after=await moment(uow, "createdAfter", created_after),
        created_before=await moment(uow, "createdBefore", created_before),
    )
    sort = TicketSort(SORTS[sort_by], sort_order == "desc")
    return Many.of(await service.list_tickets(uow, filters, sort, numbered(page, limit)), TicketView.of)


@get(
    "/tickets/{ticket_id:str}",
    permission=Permission.TICKET_READ,
    more=(Permission.COMMENT_READ, Permission.COMMENT_INTERNAL),
    tags=TAG,
    summary="Get a ticket",
)
async def get_ticket(uow: Uow, ticket_id: TicketId) -> Response[One[TicketDetail]]:
    """Returns a ticket with its messages and latest activities."""
    async with forbidden_instead_of_not_found(uow, ticket_id):
        whole = await service.get_with_conversation(uow, ticket_id, steps=ACTIVITIES)
    return tagged(TicketDetail.of_whole(whole), etag(whole.ticket))


@post("/tickets", permission=Permission.TICKET_CREATE, tags=TAG, summary="Create a ticket")
async def create_ticket(uow: Uow, data: JSONBody[CreateTicket]) -> Response[One[TicketView]]:
    """Creates a ticket; you are its customer."""
    return answer(await service.create(uow, data.command()), 201)


@patch("/tickets/{ticket_id:str}", permission=Permission.TICKET_UPDATE, tags=TAG, summary="Update a ticket")
async def update_ticket(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[UpdateTicket]
) -> Response[One[TicketView]]:
    """Updates the given fields. With `If-Match`, only if the ticket has not changed since."""
    return answer(await service.update(uow, ticket_id, data.command(), expected_version(request)))


@delete("/tickets/{ticket_id:str}", permission=Permission.TICKET_DELETE, tags=TAG, summary="Delete a ticket")
async def delete_ticket(uow: Uow, request: DeskbellRequest, ticket_id: TicketId) -> None:
    """Hides the ticket everywhere. Admins can restore it until it is purged."""
    await service.delete(uow, ticket_id, expected_version(request))


@post(
    "/tickets/{ticket_id:str}/assign", permission=Permission.TICKET_ASSIGN, tags=TAG, summary="Assign a ticket",
    status_code=200,
)  # fmt: skip
async def assign_ticket(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[AssignTicket]
) -> Response[One[TicketView]]:
    """Assigns the ticket to an agent and sets its status to pending."""
    try:
        ticket = await service.assign(
            uow,
            ticket_id,
            assignee_id=data.assignee_id,
            status=Status.PENDING,
            expected_version=expected_version(request),
        )
    except Invalid as refusal:
        if any(problem.path == "assignee_id" for problem in refusal.problems):
            raise MalformedRequest("v2.assignee") from refusal
        raise
    return answer(ticket)


@post(
    "/tickets/{ticket_id:str}/close", permission=Permission.TICKET_CLOSE, tags=TAG, summary="Close a ticket",
    status_code=200,
)  # fmt: skip
async def close_ticket(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[CloseTicket | None] = None
) -> Response[One[TicketView]]:
    """Closes the ticket. Customers may close their own. `resolution` is recorded in the history."""
    resolution = data.resolution.strip() if data is not None and data.resolution else None
    async with forbidden_instead_of_not_found(uow, ticket_id):
        return answer(await service.close(uow, ticket_id, resolution, expected_version(request)))


@post(
    "/tickets/{ticket_id:str}/reopen", permission=Permission.TICKET_CLOSE, tags=TAG, summary="Reopen a ticket",
    status_code=200,
)  # fmt: skip
async def reopen_ticket(uow: Uow, request: DeskbellRequest, ticket_id: TicketId) -> Response[One[TicketView]]:
    """Reopens a resolved or closed ticket. Customers may reopen their own."""
    async with forbidden_instead_of_not_found(uow, ticket_id):
        return answer(await service.reopen(uow, ticket_id, expected_version(request)))


ROUTES = [
    list_tickets,
    get_ticket,
    create_ticket,
    update_ticket,
    delete_ticket,
    assign_ticket,
    close_ticket,
    reopen_ticket,
]
