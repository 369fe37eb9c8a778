"""Results of commands on many tickets."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.tickets.records import Ticket
from deskbell.kernel.errors import Problem


class Moments(Struct, frozen=True):
    """The fields of a ticket that follow from its status and assignee. The journal does not record their values."""

    reopen_count: int
    solved_at: datetime | None
    closed_at: datetime | None
    waiting_since: datetime | None
    status_since: datetime | UnsetType | None = (
        UNSET  # UNSET, as those below, in operations that an earlier version stored
    )
    assigned_since: datetime | UnsetType | None = UNSET
    snoozed_until: datetime | UnsetType | None = UNSET

    @classmethod
    def of(cls, ticket: Ticket) -> "Moments":
        """Those of a ticket."""
        return cls(**{name: getattr(ticket, name) for name in cls.__struct_fields__})


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
