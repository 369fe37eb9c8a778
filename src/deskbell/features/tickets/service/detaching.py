"""Removing a deleted group, tag or category from the tickets that refer to it."""

from deskbell.features.brands import service as brands
from deskbell.features.categories import service as categories
from deskbell.features.groups import service as groups
from deskbell.features.tags import service as tags
from deskbell.features.tickets.queries import deleted_references
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.queries.deleted_references import DeletedReference
from deskbell.features.tickets.service.changing import detach_deleted
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork


@step("the job that completes an authorised deletion")
async def detach_from_tickets(uow: UnitOfWork, deleted: DeletedReference, limit: int) -> bool:
    """Removes it from up to `limit` tickets, each by a change of its own; True when no ticket refers to it any more.

    Tickets that others have locked are left for the next call. With the last reference the deleted row goes too: from the
    deletion on, no ticket can be given it, so a reference that is found to be gone stays gone.
    """
    ticket_ids = await deleted_references.lock_tickets(uow.db, deleted, limit)
    tickets = await queries.by_ids(uow.db, ticket_ids) if ticket_ids else {}
    for ticket in sorted(tickets.values(), key=lambda each: each.number):
        await detach_deleted(uow, ticket)
    if await deleted_references.has_tickets(uow.db, deleted):
        return False
    match deleted.kind:
        case "group":
            await groups.remove(uow, deleted.id)
        case "tag":
            await tags.remove(uow, deleted.id)
        case "category":
            await categories.remove(uow, deleted.id)
        case "brand":
            await brands.remove(uow, deleted.id)
    return True
