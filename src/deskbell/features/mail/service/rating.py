"""Ratings by the link of a mail. Opening the link writes nothing; the form of its page does."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.access.queries import memberships
from deskbell.features.feedback import service as feedback
from deskbell.features.feedback.records import Feedback
from deskbell.features.mail.queries import outgoing
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.access import anyone
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import NotFound
from deskbell.kernel.mail.ids import rates, read_rating_token
from deskbell.kernel.permissions import Role
from deskbell.runtime.database import UnitOfWork


class RatedTicket(Struct, frozen=True):
    """The ticket of a link, and its rating once there is one."""

    ticket: Ticket
    feedback: Feedback | None


@anyone("the token of a mail is the credential")
async def ticket_of_link(uow: UnitOfWork, token: str, organization_id: UUID) -> RatedTicket:
    """The ticket that a link of an organization rates. From here on the unit acts as the recipient of its mail.

    Raises `NotFound`, also for a link of another organization.
    """
    ticket_id = await _enter(uow, token, organization_id)
    ticket = await tickets.get(uow, ticket_id)
    try:
        return RatedTicket(ticket, await feedback.find(uow, ticket_id))
    except NotFound:
        return RatedTicket(ticket, None)


@anyone("the token of a mail is the credential")
async def rate_by_link(
    uow: UnitOfWork, token: str, organization_id: UUID, rating: int, comment: str | None
) -> Feedback:
    """Rates the ticket of a link of an organization, once. Raises `NotFound`, `Invalid`, `FeedbackGiven`."""
    return await feedback.submit(uow, await _enter(uow, token, organization_id), rating, comment)


async def _enter(uow: UnitOfWork, token: str, organization_id: UUID) -> UUID:
    """Enters as the customer of a link; returns the ticket's id. Raises `NotFound` for any other token."""
    parts = read_rating_token(token)
    if parts is None or parts[0] != organization_id:
        raise NotFound("ticket")
    _, ticket_id, user_id, digest = parts
    await uow.enter(Actor.system(organization_id))
    keys = await outgoing.keys(uow.db)
    member = await memberships.find_member(uow.db, user_id)
    if member is None or not rates(keys, organization_id, ticket_id, user_id, digest):
        raise NotFound("ticket")
    await uow.enter(Actor(organization_id, user_id, Role.CUSTOMER))
    return ticket_id
