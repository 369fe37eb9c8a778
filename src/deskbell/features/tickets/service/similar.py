"""Tickets that are like another."""

from typing import Final

from deskbell.features.tickets.queries.similar import SimilarTicket, like_subject
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

_AMONG: Final = 200
_SHOWN: Final = 3


async def own_like(uow: UnitOfWork, subject: str) -> list[SimilarTicket]:
    """The customer's own tickets that a subject is like: perhaps it is asked already."""
    uow.actor.require(Permission.TICKET_READ, Permission.TICKET_OWN)
    if not subject.strip():
        return []
    return await like_subject(uow.db, uow.actor, subject, _AMONG, _SHOWN)
