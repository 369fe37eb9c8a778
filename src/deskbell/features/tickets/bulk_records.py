"""Results of commands on many tickets."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.records import Ticket
from deskbell.kernel.errors import Problem


class Moments(Struct, frozen=True):
    """The fields of a ticket that follow from others, which the journal does not record."""

    reopen_count: int
    solved_at: datetime | None
    closed_at: datetime | None
    waiting_since: datetime | None

    @classmethod
    def of(cls, ticket: Ticket) -> "Moments":
        """Those of a ticket."""
        return cls(ticket.reopen_count, ticket.solved_at, ticket.closed_at, ticket.waiting_since)


class MovedMoments(Struct, frozen=True):
    """The moments of a ticket before and after a command."""

    was: Moments
    now: Moments


class BulkOutcome(Struct, frozen=True):
    """The result for one ticket of a bulk command: `code` is None on success.

    `found` says whether the actor may see the ticket. `moments` is None where they did not move. `kept` are the fields that
    an undo left as they are.
    """

    id: UUID
    ok: bool
    code: str | None = None
    problem: Problem | None = None
    found: bool = True
    moments: MovedMoments | None = None
    kept: tuple[str, ...] = ()
