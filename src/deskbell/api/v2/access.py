"""Access errors of v2, whose document distinguishes another customer's ticket from a missing one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from deskbell.features.tickets import service
from deskbell.kernel.errors import Forbidden, NotFound
from deskbell.runtime.database import UnitOfWork


@asynccontextmanager
async def forbidden_instead_of_not_found(uow: UnitOfWork, ticket_id: UUID) -> AsyncIterator[None]:
    """Turns `NotFound` into `Forbidden` if the ticket belongs to another customer of the same organization."""
    try:
        yield
    except NotFound as missing:
        if missing.noun == "ticket" and await service.belongs_to_another_customer(uow, ticket_id):
            raise Forbidden("access_denied") from missing
        raise
