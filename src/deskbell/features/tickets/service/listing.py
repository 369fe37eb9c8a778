"""Rows of lists, and what each reader has read."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.listing_records import LastComment, TicketFilter, TicketSort
from deskbell.features.tickets.preview import preview_of
from deskbell.features.tickets.queries import listing, reads, rows
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.reading import find
from deskbell.kernel.errors import Invalid
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["Row", "ids_matching", "list_rows", "mark_read", "matching_ids"]


class Row(Struct, frozen=True, kw_only=True):
    """A ticket in a list. Its description has the first characters alone."""

    ticket: Ticket
    preview: str
    last_comment: LastComment | None
    comments_count: int
    attachments_count: int
    unread: bool


async def list_rows(
    uow: UnitOfWork, filters: TicketFilter, sort: TicketSort, page: PageRequest, *, bounded: bool = False
) -> Page[Row]:
    """One page of the tickets that the actor may see, with what a list shows of their conversations.

    With `bounded`, a total that is dear to count is a lower bound.
    """
    uow.actor.require(Permission.TICKET_READ)
    if filters.deleted:
        uow.actor.require(Permission.TICKET_DELETE)
    found = await listing.list_visible(uow.db, uow.actor, filters, sort, page, in_rows=True, bounded=bounded)
    extras = await rows.extras_of(uow.db, uow.actor, [ticket.id for ticket in found.items])
    items = [
        Row(
            ticket=ticket, preview=preview_of(extras[ticket.id].words or ticket.description),
            last_comment=extras[ticket.id].last_comment, comments_count=extras[ticket.id].comments_count,
            attachments_count=extras[ticket.id].attachments_count, unread=extras[ticket.id].unread,
        )
        for ticket in found.items
        if ticket.id in extras
    ]  # fmt: skip
    return Page(items, found.total, found.request, found.next_cursor, found.exact)


async def mark_read(uow: UnitOfWork, ticket_id: UUID, event_id: int | None) -> bool:
    """Notes up to which event of a ticket the actor has read it, and returns whether something later is unread.

    None means all that there is. An earlier event than the noted one makes what follows it unread again. Raises `NotFound`,
    `Invalid` for a later event than the ticket's last.
    """
    uow.actor.require(Permission.TICKET_READ)
    ticket = await find(uow, ticket_id)
    last = await reads.last_event(uow.db, ticket.id)
    if event_id is not None and not 0 <= event_id <= last:
        raise Invalid.field("event_id", "event.unknown")
    await reads.note(uow.db, uow.actor.organization_id, uow.actor.id, ticket.id, last if event_id is None else event_id)
    return await reads.is_unread(uow.db, uow.actor, ticket.id)


async def matching_ids(uow: UnitOfWork, ids: Sequence[UUID], filters: TicketFilter) -> list[UUID]:
    """Those of these tickets that a filter selects and the actor may see, in the order given."""
    uow.actor.require(Permission.TICKET_READ)
    if filters.deleted:
        uow.actor.require(Permission.TICKET_DELETE)
    found = await listing.matching_among(uow.db, uow.actor, ids, filters)
    return [each for each in dict.fromkeys(ids) if each in found]


async def ids_matching(uow: UnitOfWork, filters: TicketFilter, most: int) -> list[UUID]:
    """The ids of the tickets that a filter selects and the actor may see, at most one more than `most`."""
    uow.actor.require(Permission.TICKET_READ)
    if filters.deleted:
        uow.actor.require(Permission.TICKET_DELETE)
    return await listing.ids_matching(uow.db, uow.actor, filters, most)
