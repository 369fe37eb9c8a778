"""v1: tickets."""

from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, patch, post, put
from deskbell.api.v1.comments.shapes import TimelineView
from deskbell.api.v1.envelope import Done, Success, tagged
from deskbell.api.v1.fields import (
    MOMENT,
    TAG_FILTER,
    CursorParam,
    LimitParam,
    PageParam,
    filter_values,
    moment_of,
    tags_of,
    to_utc,
)
from deskbell.api.v1.tickets.shapes import (
    AssignTicket,
    CreateTicket,
    ListedTickets,
    MarkRead,
    PriorityBody,
    ReadMark,
    SnoozeBody,
    StatusBody,
    TicketDetail,
    TicketList,
    TicketView,
    UpdateTicket,
)
from deskbell.features.drafts.sending import held_on
from deskbell.features.drafts.service import own_drafts
from deskbell.features.macros import applying as macros
from deskbell.features.mail.service.recipients import mails_of_conversation
from deskbell.features.tickets import service
from deskbell.features.tickets.listing_records import SortField, TicketFilter, TicketSort
from deskbell.features.tickets.records import Ticket, TicketChanges
from deskbell.features.tickets.service.linking import links_of
from deskbell.features.tickets.service.listing import list_rows, mark_read
from deskbell.features.tickets.service.opening import requester_of
from deskbell.features.tickets.service.reading import etag, id_of
from deskbell.features.tickets.service.searching import understand
from deskbell.features.tickets.service.snoozing import snooze
from deskbell.features.tickets.service.timeline import timeline
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import DEFAULT_LIMIT, MAX_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import CHANNELS, PRIORITIES, STATUSES, TYPES
from deskbell.runtime.markdown import rendered

TAG = ["Tickets"]
OPENED: Final = 50
"""The number of entries of the timeline that open with a ticket."""


TicketId = FromPath[UUID]
TotalParam = Annotated[
    Literal["exact", "bounded"],
    QueryParameter(description="`bounded`: count 1,000 tickets at most where counting is dear; see `total_exact`"),
]


def answer(uow: Uow, ticket: Ticket) -> Response[Success[TicketView]]:
    """The response for a ticket as the caller sees it, with its entity tag."""
    return tagged(TicketView.of(ticket, for_staff=uow.actor.is_staff), etag(ticket))


async def listing(
    uow: Uow, filters: TicketFilter, sort: TicketSort, page: int, limit: int, cursor: str | None
) -> Success[TicketList]:
    found = await service.list_tickets(uow, filters, sort, PageRequest.numbered(page, limit, cursor))
    return Success(TicketList.of(found, for_staff=uow.actor.is_staff))


@get(
    "/tickets",
    permission=Permission.TICKET_READ,
    more=(Permission.COMMENT_READ, Permission.COMMENT_INTERNAL, Permission.TICKET_DELETE),
    tags=TAG,
    summary="List tickets",
)
async def list_tickets(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    status: FromQuery[str | None] = None,
    priority: FromQuery[str | None] = None,
    type_: Annotated[str | None, QueryParameter(name="type")] = None,
    channel: FromQuery[str | None] = None,
    assignee_id: FromQuery[str | None] = None,
    group_id: FromQuery[str | None] = None,
    requester_id: FromQuery[UUID | None] = None,
    category_id: FromQuery[str | None] = None,
    brand_id: FromQuery[UUID | None] = None,
    tag: Annotated[str | None, QueryParameter(description=TAG_FILTER)] = None,
    created_after: Annotated[str | None, QueryParameter(max_length=50, description=MOMENT)] = None,
    created_before: Annotated[str | None, QueryParameter(max_length=50, description=MOMENT)] = None,
    search: Annotated[str | None, QueryParameter(max_length=1000)] = None,
    sort: FromQuery[SortField] = "created_at",
    order: FromQuery[Literal["asc", "desc"]] = "desc",
    deleted: FromQuery[bool] = False,
    followed: Annotated[bool, QueryParameter(description="Only the tickets that you follow")] = False,
    ids: Annotated[
        str | None, QueryParameter(max_length=4_000, description="Up to 100 ids, separated by commas")
    ] = None,
    fields: Annotated[
        Literal["row"] | None, QueryParameter(description="`row`: what a list shows, without descriptions")
    ] = None,
    total: TotalParam = "exact",
) -> Success[ListedTickets]:
    """Lists the tickets that you may see. Filters accept comma-separated values. `assignee_id` also accepts `me` and `none`,
    `group_id` and `category_id` accept `none`. In ascending order tickets that wait for nothing, or have no deadline, come last.
    """
    filters = TicketFilter(
        statuses=filter_values("status", status, STATUSES),
        priorities=filter_values("priority", priority, PRIORITIES),
        types=filter_values("type", type_, TYPES),
        channels=filter_values("channel", channel, CHANNELS),
        assignee_id=_assignee(uow, assignee_id),
        unassigned=assignee_id == "none",
        group_id=_id_or_none("group_id", group_id, "not_a_group_or_none"),
        ungrouped=group_id == "none",
        requester_id=requester_id,
        category_id=_id_or_none("category_id", category_id, "not_a_category_or_none"),
        uncategorized=category_id == "none",
        brand_id=brand_id,
        tags=tags_of("tag", tag),
        created_after=await moment_of(uow, "created_after", created_after),
        created_before=await moment_of(uow, "created_before", created_before),
        search=await understand(uow, search, "search"),
        ids=_ids(ids), deleted=deleted, followed=followed,
    )  # fmt: skip
    asked, by = PageRequest.numbered(page, limit, cursor), TicketSort(sort, order == "desc")
    if fields == "row":
        rows = await list_rows(uow, filters, by, asked, bounded=total == "bounded")
        return Success(ListedTickets.rows(rows, for_staff=uow.actor.is_staff))
    found = await service.list_tickets(uow, filters, by, asked, bounded=total == "bounded")
    return Success(ListedTickets.of(found, for_staff=uow.actor.is_staff))


def _ids(text: str | None) -> tuple[UUID, ...] | None:
    if text is None or not text.strip():
        return None
    words = text.split(",")
    try:
        found = tuple(UUID(word.strip()) for word in words)
    except ValueError as error:
        raise Invalid.field("ids", "not_ids") from error
    if len(found) > MAX_LIMIT:
        raise Invalid.field("ids", "too_many_entries", limit=MAX_LIMIT)
    return found


def _assignee(uow: Uow, text: str | None) -> UUID | None:
    return uow.actor.id if text == "me" else _id_or_none("assignee_id", text, "not_an_agent_me_or_none")


def _id_or_none(name: str, text: str | None, problem: str) -> UUID | None:
    if text in (None, "", "none"):
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid.field(name, problem) from error


@get(
    "/tickets/{ticket_id:str}",
    permission=Permission.TICKET_READ,
    more=(
        Permission.COMMENT_READ,
        Permission.COMMENT_INTERNAL,
        Permission.CONTACT_READ,
        Permission.COMMENT_CREATE,
        Permission.MAIL_READ,
    ),
    tags=TAG,
    summary="Get a ticket",
)
async def get_ticket(
    uow: Uow,
    ticket_id: Annotated[str, PathParameter(max_length=36, description="The ticket's id or number")],
    include: Annotated[
        str | None,
        QueryParameter(
            max_length=100,
            description="Separated by commas: `timeline` (its latest 50 entries), `requester`, `draft`, `links`",
        ),
    ] = None,
) -> Response[Success[TicketDetail]]:
    """Returns a ticket with its people, group, category and the files of its description, and what else you ask for."""
    parts = filter_values("include", include, ("timeline", "requester", "draft", "links"))
    ticket, attachments, html = await service.get_with_attachments(uow, await id_of(uow, ticket_id))
    found = await timeline(uow, ticket.id, OPENED) if "timeline" in parts else None
    held = await held_on(uow, ticket.id) if found else []
    mails = await mails_of_conversation(uow, found.comments if found else [], ticket)
    requester = None
    if "requester" in parts and uow.actor.may(Permission.CONTACT_READ):
        requester = await requester_of(uow, ticket)
    drafts = await own_drafts(uow, ticket.id) if "draft" in parts else None
    links = None
    if "links" in parts and uow.actor.may(Permission.COMMENT_INTERNAL):
        links = await links_of(uow, ticket)

    def view() -> TicketDetail:
        return TicketDetail.with_parts(
            ticket,
            attachments,
            found,
            held,
            requester,
            for_staff=uow.actor.is_staff,
            drafts=drafts,
            links=links,
            mails=mails,
            html=html,
        )

    length = (
        len(ticket.description) + sum(len(each.comment.body) for each in found.entries if each.comment) if found else 0
    )
    return tagged(await rendered(view, length), etag(ticket))


@get(
    "/tickets/{ticket_id:str}/timeline",
    permission=Permission.TICKET_READ,
    more=(Permission.COMMENT_READ, Permission.COMMENT_INTERNAL, Permission.MAIL_READ),
    tags=TAG,
    summary="Get the conversation and history",
)
async def get_timeline(
    uow: Uow, ticket_id: TicketId, limit: LimitParam = DEFAULT_LIMIT, cursor: CursorParam = None
) -> Success[TimelineView]:
    """Returns comments and steps in one list, newest first. Customers see what is public."""
    found = await timeline(uow, ticket_id, limit, cursor)
    held = await held_on(uow, ticket_id) if cursor is None else []
    mails = await mails_of_conversation(uow, found.comments)
    length = sum(len(each.comment.body) for each in found.entries if each.comment)
    return Success(await rendered(lambda: TimelineView.of(found, held, mails), length))


@post(
    "/tickets",
    permission=Permission.TICKET_CREATE,
    more=(
        Permission.TICKET_ASSIGN, Permission.CONTACT_WRITE, Permission.MACRO_USE, Permission.MACRO_MANAGE,
        Permission.TICKET_READ, Permission.COMMENT_CREATE, Permission.COMMENT_INTERNAL, Permission.FILE_UPLOAD,
    ),
    tags=TAG,
    summary="Create a ticket",
)  # fmt: skip
async def create_ticket(
    uow: Uow, request: DeskbellRequest, data: JSONBody[CreateTicket]
) -> Response[Success[TicketDetail]]:
    """Creates a ticket for yourself; staff may create one for a customer, and apply a macro to it."""
    if data.macro_id is None:
        ticket = await service.create(uow, data.command())
    else:
        ticket = await macros.create_ticket(uow, request.app.state.storage, data.macro_id, data.command())
    detail = TicketDetail.with_attachments(ticket, [], for_staff=uow.actor.is_staff)
    return tagged(detail, etag(ticket), new_at=f"/tickets/{ticket.id}")


@put("/tickets/{ticket_id:str}", permission=Permission.TICKET_UPDATE, tags=TAG, summary="Update a ticket")
async def update_ticket(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[UpdateTicket]
) -> Response[Success[TicketView]]:
    """Updates the given fields. With `If-Match`, only if the ticket has not changed since."""
    return answer(uow, await service.update(uow, ticket_id, data.command(), expected_version(request)))


@delete(
    "/tickets/{ticket_id:str}",
    permission=Permission.TICKET_DELETE,
    tags=TAG,
    summary="Delete a ticket",
    status_code=200,
)
async def delete_ticket(uow: Uow, request: DeskbellRequest, ticket_id: TicketId) -> Done:
    """Hides the ticket everywhere. `restore` undoes this until the ticket is purged."""
    await service.delete(uow, ticket_id, expected_version(request))
    return Done("Ticket deleted")


@post(
    "/tickets/{ticket_id:str}/restore", permission=Permission.TICKET_DELETE, tags=TAG, summary="Restore a ticket",
    status_code=200,
)  # fmt: skip
async def restore_ticket(uow: Uow, ticket_id: TicketId) -> Response[Success[TicketView]]:
    """Restores a deleted ticket."""
    return answer(uow, await service.restore(uow, ticket_id))


@patch("/tickets/{ticket_id:str}/status", permission=Permission.TICKET_CLOSE, tags=TAG, summary="Set the status")
async def set_ticket_status(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[StatusBody]
) -> Response[Success[TicketView]]:
    """Changes the status. Customers may close or reopen their own tickets."""
    return answer(uow, await service.set_status(uow, ticket_id, data.status, expected_version(request)))


@patch("/tickets/{ticket_id:str}/priority", permission=Permission.TICKET_UPDATE, tags=TAG, summary="Set the priority")
async def set_ticket_priority(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[PriorityBody]
) -> Response[Success[TicketView]]:
    """Changes the priority."""
    changes = TicketChanges(priority=data.priority)
    return answer(uow, await service.update(uow, ticket_id, changes, expected_version(request)))


@patch("/tickets/{ticket_id:str}/snooze", permission=Permission.TICKET_UPDATE, tags=TAG, summary="Snooze a ticket")
async def snooze_ticket(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[SnoozeBody]
) -> Response[Success[TicketView]]:
    """Makes the ticket pending until a moment, at which it opens automatically. A customer's words open it before."""
    return answer(uow, await snooze(uow, ticket_id, to_utc(data.until), expected_version(request)))


@patch("/tickets/{ticket_id:str}/assign", permission=Permission.TICKET_ASSIGN, tags=TAG, summary="Assign a ticket")
async def assign_ticket(
    uow: Uow, request: DeskbellRequest, ticket_id: TicketId, data: JSONBody[AssignTicket]
) -> Response[Success[TicketView]]:
    """Assigns the ticket to an agent, a group or both; null unassigns it."""
    ticket = await service.assign(
        uow,
        ticket_id,
        assignee_id=data.assignee_id,
        group_id=data.group_id,
        expected_version=expected_version(request),
    )
    return answer(uow, ticket)


@put(
    "/tickets/{ticket_id:str}/read", permission=Permission.TICKET_READ,
    more=(Permission.COMMENT_READ, Permission.COMMENT_INTERNAL), tags=TAG, summary="Mark a ticket as read",
)  # fmt: skip
async def mark_ticket_read(uow: Uow, ticket_id: TicketId, data: JSONBody[MarkRead]) -> Success[ReadMark]:
    """Notes up to which event you have read a ticket. An earlier event makes what others wrote after it unread again."""
    return Success(ReadMark(await mark_read(uow, ticket_id, data.event_id)))


ROUTES = [
    get_timeline,
    mark_ticket_read,
    list_tickets,
    get_ticket,
    create_ticket,
    update_ticket,
    delete_ticket,
    restore_ticket,
    set_ticket_status,
    set_ticket_priority,
    assign_ticket,
    snooze_ticket,
]
