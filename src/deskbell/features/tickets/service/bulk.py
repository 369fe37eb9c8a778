"""One command for many tickets: each succeeds or is refused separately, and each result is returned."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from deskbell.features.tickets.records import BulkOutcome, TicketChanges
from deskbell.features.tickets.service.changing import change_locked
from deskbell.features.tickets.service.deleting import delete
from deskbell.features.tickets.service.reading import locked
from deskbell.kernel.errors import DeskbellError
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["bulk_delete", "bulk_update"]


async def bulk_update(uow: UnitOfWork, ticket_ids: Sequence[UUID], changes: TicketChanges) -> list[BulkOutcome]:
    """Applies changes to many tickets. A refusal for one does not affect the others."""
    uow.actor.require(Permission.TICKET_UPDATE)
    uow.begin_operation()

    async def change(ticket_id: UUID) -> None:
        await change_locked(uow, await locked(uow, ticket_id), changes)

    return await _each(ticket_ids, change)


async def bulk_delete(uow: UnitOfWork, ticket_ids: Sequence[UUID]) -> list[BulkOutcome]:
    """Hides many tickets."""
    uow.actor.require(Permission.TICKET_DELETE)
    uow.begin_operation()
    return await _each(ticket_ids, lambda ticket_id: delete(uow, ticket_id))


async def _each(ticket_ids: Sequence[UUID], command: Callable[[UUID], Awaitable[None]]) -> list[BulkOutcome]:
    """Runs the command in order of id, so that two bulk commands cannot deadlock."""
    outcomes: dict[UUID, BulkOutcome] = {}
    for ticket_id in sorted(set(ticket_ids)):
        try:
            await command(ticket_id)
            outcomes[ticket_id] = BulkOutcome(ticket_id, ok=True)
        except DeskbellError as refusal:
            # Refused before anything of this ticket was written: commands decide first, then write.
            outcomes[ticket_id] = BulkOutcome(ticket_id, ok=False, code=refusal.code, problem=refusal.first_problem)
    return [outcomes[ticket_id] for ticket_id in dict.fromkeys(ticket_ids)]
