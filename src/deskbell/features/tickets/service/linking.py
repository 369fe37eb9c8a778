"""Links between tickets that belong together; for staff."""

from typing import Final
from uuid import UUID

from deskbell.features.tickets import policy
from deskbell.features.tickets.events import TicketLinked, TicketUnlinked
from deskbell.features.tickets.queries import links as queries
from deskbell.features.tickets.records import Ticket, TicketLink
from deskbell.features.tickets.service.changing import write
from deskbell.features.tickets.service.reading import find, locked
from deskbell.kernel.access import step
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import Status
from deskbell.runtime.database import UnitOfWork

__all__ = ["add_link", "links_of", "list_links", "merge", "remove_link"]

MOST_LINKS: Final = 100
"""The number of links that staff may give a ticket."""


async def list_links(uow: UnitOfWork, ticket_id: UUID) -> list[TicketLink]:
    """The tickets that a ticket is linked with, in both directions; for staff. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
    await find(uow, ticket_id)
    return await queries.of_ticket(uow.db, uow.actor, ticket_id)


async def links_of(uow: UnitOfWork, ticket: Ticket) -> list[TicketLink]:
    """The links of a ticket that the actor has read already."""
    uow.actor.require(Permission.TICKET_READ, Permission.COMMENT_INTERNAL)
    return await queries.of_ticket(uow.db, uow.actor, ticket.id)


async def add_link(uow: UnitOfWork, ticket_id: UUID, other_id: UUID) -> list[TicketLink]:
    """Links two tickets as related and returns the links of the first. Tickets that are linked already stay as they are.

    Raises `NotFound`, `Invalid` for a ticket with itself, and `Conflict` if either has `MOST_LINKS`.
    """
    uow.actor.require(Permission.TICKET_READ, Permission.TICKET_UPDATE, Permission.COMMENT_INTERNAL)
    if other_id == ticket_id:
        raise Invalid.field("ticket_id", "link.same_ticket")
    ticket, other = await _both(uow, ticket_id, other_id)
    if not await queries.are_linked(uow.db, ticket_id, other_id):
        if await queries.most_of(uow.db, [ticket_id, other_id]) >= MOST_LINKS:
            raise Conflict("link.too_many", limit=MOST_LINKS)
        await queries.add(uow.db, ticket.organization_id, ticket_id, other_id, uow.actor.user_id, uow.now)
        uow.record(TicketLinked(ticket_id=ticket_id, other_id=other_id, number=other.number))
        uow.record(TicketLinked(ticket_id=other_id, other_id=ticket_id, number=ticket.number))
    return await queries.of_ticket(uow.db, uow.actor, ticket_id)


async def merge(uow: UnitOfWork, ticket_id: UUID, into_id: UUID) -> list[TicketLink]:
    """Closes a ticket in favour of another one of the same requester, and returns its links. A repeat changes nothing.

    Its conversation stays where it is. Answers to its mails join the other one from now on; followers of both get them.
    Raises `NotFound`, `Invalid` for a ticket with itself, and `Conflict` for tickets of two requesters, for one that is
    merged already, and for too many links.
    """
    uow.actor.require(
        Permission.TICKET_READ, Permission.TICKET_UPDATE, Permission.TICKET_CLOSE, Permission.COMMENT_INTERNAL
    )
    if into_id == ticket_id:
        raise Invalid.field("ticket_id", "link.same_ticket")
    ticket, into = await _both(uow, ticket_id, into_id)
    known = await queries.merged_into(uow.db, ticket_id)
    if known == into_id:
        return await queries.of_ticket(uow.db, uow.actor, ticket_id)
    if known is not None or await queries.merged_into(uow.db, into_id) is not None:
        raise Conflict("link.merged_already")
    if ticket.requester.id != into.requester.id:
        raise Conflict("link.other_requester")
    await queries.remove(uow.db, ticket_id, into_id)
    if await queries.most_of(uow.db, [ticket_id, into_id]) >= MOST_LINKS:
        raise Conflict("link.too_many", limit=MOST_LINKS)
    await queries.add(uow.db, ticket.organization_id, ticket_id, into_id, uow.actor.user_id, uow.now, "merged")
    uow.record(TicketLinked(ticket_id=ticket_id, other_id=into_id, number=into.number, merged=True))
    uow.record(TicketLinked(ticket_id=into_id, other_id=ticket_id, number=ticket.number, merged=True))
    if ticket.status is not Status.CLOSED:  # a merge asks for no fields, and takes a step that staff may not
        await write(uow, ticket, policy.after_status(ticket, Status.CLOSED, uow.now))
    return await queries.of_ticket(uow.db, uow.actor, ticket_id)


async def remove_link(uow: UnitOfWork, ticket_id: UUID, other_id: UUID) -> None:
    """Removes the link between two tickets, whichever refers to the other. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ, Permission.TICKET_UPDATE, Permission.COMMENT_INTERNAL)
    if other_id == ticket_id:
        raise NotFound("link")
    ticket, other = await _both(uow, ticket_id, other_id)
    if not await queries.remove(uow.db, ticket_id, other_id):
        raise NotFound("link")
    uow.record(TicketUnlinked(ticket_id=ticket_id, other_id=other_id, number=other.number))
    uow.record(TicketUnlinked(ticket_id=other_id, other_id=ticket_id, number=ticket.number))


@step("`add_link` and `remove_link`")
async def _both(uow: UnitOfWork, ticket_id: UUID, other_id: UUID) -> tuple[Ticket, Ticket]:
    """Both tickets, locked in the order of their ids, so that two people who link them cannot wait for one another."""
    found = {each: await locked(uow, each) for each in sorted((ticket_id, other_id))}
    return found[ticket_id], found[other_id]
