"""v1: shapes of similar tickets."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.queries.similar import SimilarTicket
from deskbell.kernel.words import Status


class SimilarTicketView(Struct, frozen=True):
    """A ticket that is like another."""

    id: UUID
    number: int
    subject: str
    status: Status
    created_at: datetime

    @classmethod
    def of(cls, found: SimilarTicket) -> "SimilarTicketView":
        """A found ticket."""
        return cls(found.id, found.number, found.subject, found.status, found.created_at)
