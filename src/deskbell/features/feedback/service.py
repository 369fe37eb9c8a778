"""Commands on feedback."""

from uuid import UUID

from deskbell.features.feedback import queries
from deskbell.features.feedback.events import FeedbackReceived
from deskbell.features.feedback.records import Feedback
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.service.reading import locked
from deskbell.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

WORST, BEST = 1, 5


class FeedbackGiven(Conflict):
    """A ticket has at most one rating."""

    code = "FEEDBACK_GIVEN"
    default = "feedback.given"


async def submit(uow: UnitOfWork, ticket_id: UUID, rating: int, comment: str | None) -> Feedback:
    """Records the requester's rating of a solved or closed ticket.

    Raises `NotFound`, `Forbidden` for a customer who only follows it, `Invalid` for a rating outside 1 to 5 or a ticket
    that is not solved yet, `FeedbackGiven`.
    """
    uow.actor.require(Permission.FEEDBACK_CREATE)
    ticket = await locked(uow, ticket_id)
    if not uow.actor.is_staff and ticket.requester.id != uow.actor.id:
        raise Forbidden("feedback.requester_only")
    problems = []
    if not WORST <= rating <= BEST:
        problems.append(Problem.at("rating", "not_in_range", lowest=WORST, highest=BEST))
    if not ticket.done:
        problems.append(Problem.at("ticket", "feedback.not_solved"))
    if problems:
        raise Invalid(problems)
    words = comment.strip() if comment else None
    feedback = Feedback(ticket.id, uow.actor.id, rating, words or None, uow.now)
    if not await queries.add(uow.db, uow.actor.organization_id, feedback):
        raise FeedbackGiven
    uow.record(FeedbackReceived(ticket_id=ticket.id, rating=rating, comment=feedback.comment))
    return feedback


async def find(uow: UnitOfWork, ticket_id: UUID) -> Feedback:
    """The rating of a ticket that the actor may see. Raises `NotFound` for a missing ticket or rating."""
    uow.actor.require(Permission.TICKET_READ)
    await tickets.get(uow, ticket_id)
    feedback = await queries.find(uow.db, ticket_id)
    if feedback is None:
        raise NotFound("feedback")
    return feedback
