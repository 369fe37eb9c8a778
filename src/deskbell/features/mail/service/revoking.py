"""Ending the reply addresses of a ticket."""

from uuid import UUID

from deskbell.features.mail.events import ReplyTokensRevoked
from deskbell.features.mail.queries import revisions
from deskbell.features.tickets import service as tickets
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


async def revoke_reply_tokens(uow: UnitOfWork, ticket_id: UUID) -> None:
    """Ends the tokens in the reply addresses of all mails of a ticket so far. Later mails bring new ones. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ, Permission.TICKET_UPDATE)
    ticket = await tickets.get_locked(uow, ticket_id)
    await revisions.raise_revision(uow.db, uow.actor.organization_id, ticket.id)
    uow.record(ReplyTokensRevoked(ticket_id=ticket.id))
