"""Tickets that are like another, or like a subject that is being typed."""

from typing import Final
from uuid import UUID

from deskbell.features.tickets.queries.similar import SimilarTicket, like
from deskbell.features.tickets.service.reading import get
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

_OFFERED: Final = 3
_LISTED: Final = 10
_LIKE_ENOUGH: Final = 0.5
"""The share of a subject's longer words without which a customer is not asked whether they mean a request."""


async def own_like(uow: UnitOfWork, subject: str) -> list[SimilarTicket]:
    """The customer's own tickets that a subject is like: perhaps it is asked already."""
    uow.actor.require(Permission.TICKET_READ, Permission.TICKET_OWN)
    if not subject.strip():
        return []
    found = await like(uow.db, uow.actor, subject, _LISTED, near=uow.now)
    return [each for each in found if each.share >= _LIKE_ENOUGH][:_OFFERED]


async def similar_to(uow: UnitOfWork, ticket_id: UUID) -> list[SimilarTicket]:
    """Up to ten tickets that are like a ticket's subject, the most similar first. Raises `NotFound`."""
    uow.actor.require(Permission.TICKET_READ)
    ticket = await get(uow, ticket_id)
    return await like(uow.db, uow.actor, ticket.subject, _LISTED, near=ticket.created_at, besides=ticket.id)
