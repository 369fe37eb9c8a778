"""A ticket with its conversation and its latest history, at a number of queries that does not grow with either."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.comment_records import Attachment, Comment
from deskbell.features.tickets.events import TicketAssigned
from deskbell.features.tickets.queries import comments as comment_queries
from deskbell.features.tickets.queries import history as history_queries
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.queries.history import HistoryEntry
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.reading import find
from deskbell.kernel.access import anyone
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

__all__ = ["TicketWithConversation", "belongs_to_another_customer", "get_with_conversation"]


class TicketWithConversation(Struct, frozen=True, kw_only=True):
    """`attachments` are those of the ticket itself; `comments` oldest first, `history` newest first; `names` of assignees."""

    ticket: Ticket
    attachments: list[Attachment]
    comments: list[Comment]
    history: list[HistoryEntry]
    names: dict[UUID, str]


async def get_with_conversation(uow: UnitOfWork, ticket_id: UUID, *, steps: int) -> TicketWithConversation:
    """A ticket that the actor may see, with its last `steps` steps. Raises `NotFound`.

    Without `comments:read` there are no comments, and no steps of comments.
    """
    uow.actor.require(Permission.TICKET_READ)
    ticket = await find(uow, ticket_id)
    history = await history_queries.recent_of_ticket(uow.db, uow.actor, ticket_id, steps)
    assigned = {
        UUID(str(change.now))
        for entry in history
        if isinstance(entry.step.event, TicketAssigned)
        and (change := entry.step.changes.get("assignee_id")) is not None
        and change.now is not None
    }
    return TicketWithConversation(
        ticket=ticket,
        attachments=await comment_queries.attachments_of_ticket(uow.db, ticket_id),
        comments=await conversation(uow, ticket_id),
        history=history,
        names=await history_queries.names_of(uow.db, sorted(assigned)) if assigned else {},
    )


async def conversation(uow: UnitOfWork, ticket_id: UUID) -> list[Comment]:
    """The comments of a ticket as embedded in it: oldest first; empty without `comments:read`."""
    uow.actor.require(Permission.TICKET_READ)
    if not uow.actor.may(Permission.COMMENT_READ):
        return []
    return await comment_queries.list_visible(uow.db, uow.actor, ticket_id)


@anyone("answers True only to customers, who are refused the ticket in either case")
async def belongs_to_another_customer(uow: UnitOfWork, ticket_id: UUID) -> bool:
    """Whether a ticket that the actor does not see exists in their organization and is another customer's.

    For the one contract whose document answers "access denied" there; all others answer as if it did not exist.
    """
    actor = uow.actor
    return actor.may(Permission.TICKET_READ) and not actor.is_staff and await queries.exists(uow.db, ticket_id)
