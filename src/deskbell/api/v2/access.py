"""What v2's document tells apart: a ticket that is another customer's, and one that is not there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from deskbell.features.tickets import service
from deskbell.kernel.errors import Forbidden, NotFound
from deskbell.runtime.database import UnitOfWork


@asynccontextmanager
async def forbidden_instead_of_not_found(uow: UnitOfWork, ticket_id: UUID) -> AsyncIterator[None]:
    """Answers "access denied" to a customer who asks for another's ticket; another organization's is not found."""
    try:
        yield
    except NotFound as missing:
        if missing.noun == "ticket" and await service.is_anothers(uow, ticket_id):
            raise Forbidden("access_denied") from missing
        raise
