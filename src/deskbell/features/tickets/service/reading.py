"""Reading tickets: every way to one goes through the row filter."""

from uuid import UUID

from deskbell.features.tickets.comment_records import Attachment
from deskbell.features.tickets.listing_records import TicketFilter, TicketSort
from deskbell.features.tickets.queries import comments as comment_queries
from deskbell.features.tickets.queries import history as history_queries
from deskbell.features.tickets.queries import listing
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.queries.history import HistoryEntry
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.access import step
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import UnitOfWork

__all__ = [
    "demand_version",
    "etag",
    "find",
    "get",
    "get_locked",
    "get_with_attachments",
    "history",
    "id_of",
    "list_tickets",
    "locked",
    "page_history",
]


async def get(uow: UnitOfWork, ticket_id: UUID) -> Ticket:
    """A ticket that the actor may see. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ)
    return await find(uow, ticket_id)


async def get_locked(uow: UnitOfWork, ticket_id: UUID) -> Ticket:
    """A ticket that the actor is about to change; it stays as it is until the unit ends. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ, Permission.TICKET_UPDATE)
    return await locked(uow, ticket_id)


@step("reads and commands that authorise their actor")
async def find(uow: UnitOfWork, ticket_id: UUID) -> Ticket:
    """A ticket that the actor may see. Raises `NotFound`."""
    ticket = await queries.find_visible(uow.db, uow.actor, ticket_id)
    if ticket is None:
        raise NotFound("ticket")
    return ticket


async def id_of(uow: UnitOfWork, id_or_number: str) -> UUID:
    """The id of a ticket that is named by its id or number; whether the actor may see it is not checked. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ)
    if not id_or_number.isascii() or not id_or_number.isdecimal():
        try:
            return UUID(id_or_number)
        except ValueError as error:
            raise NotFound("ticket") from error
    found = await queries.id_of_number(uow.db, min(int(id_or_number[:11]), 2**31 - 1))
    if found is None:
        raise NotFound("ticket")
    return found


async def get_with_attachments(uow: UnitOfWork, ticket_id: UUID) -> tuple[Ticket, list[Attachment], str | None]:
    """A ticket that the actor may see, with the files of its description, and that of a mail as safe HTML. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ)
    found = await queries.find_visible_with_files(uow.db, uow.actor, ticket_id)
    if found is None:
        raise NotFound("ticket")
    ticket, has_files, html = found
    return ticket, await comment_queries.attachments_of_ticket(uow.db, ticket_id) if has_files else [], html


async def list_tickets(
    uow: UnitOfWork, filters: TicketFilter, sort: TicketSort, page: PageRequest, *, bounded: bool = False
) -> Page[Ticket]:
    """One page of the tickets that the actor may see. With `bounded`, a total that is dear to count is a lower bound."""
    uow.actor.require(Permission.TICKET_READ)
    if filters.deleted:
        uow.actor.require(Permission.TICKET_DELETE)
    return await listing.list_visible(uow.db, uow.actor, filters, sort, page, bounded=bounded)


async def history(uow: UnitOfWork, ticket_id: UUID) -> list[HistoryEntry]:
    """Every recorded step of a ticket that the actor may know of, oldest first. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ)
    await find(uow, ticket_id)
    return await history_queries.of_ticket(uow.db, uow.actor, ticket_id)


async def page_history(uow: UnitOfWork, ticket_id: UUID, page: PageRequest) -> Page[HistoryEntry]:
    """A part of the recorded steps of a ticket that the actor may know of. Raises `NotFound`, `Invalid`."""
    uow.actor.require(Permission.TICKET_READ)
    await find(uow, ticket_id)
    return await history_queries.page_of_ticket(uow.db, uow.actor, ticket_id, page)


@step("commands that authorise their actor")
async def locked(uow: UnitOfWork, ticket_id: UUID, expected_version: Precondition | None = None) -> Ticket:
    """A ticket, locked for a change until the unit of work ends. Raises `NotFound`, `StaleVersion`."""
    ticket = await queries.lock_visible(uow.db, uow.actor, ticket_id)
    if ticket is None:
        raise NotFound("ticket")
    demand_version(uow, ticket, expected_version)
    return ticket


@step("commands that authorise their actor")
def demand_version(uow: UnitOfWork, ticket: Ticket, expected: Precondition | None) -> None:
    """Raises `StaleVersion` when the caller knew another version than the current one."""
    if expected is not None:
        expected.demand(etag(ticket), ticket, for_staff=uow.actor.is_staff)


def etag(ticket: Ticket) -> str:
    """The entity tag of a ticket: its version in quotes."""
    return f'"{ticket.shown_version}"'
