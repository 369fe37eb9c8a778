"""Events with what it takes to show them."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.notifications.records import Notification
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.events import Recorded

__all__ = ["EventWithObjects", "ExportPage", "ExportedEvent", "Moment"]


class Moment(Struct, frozen=True):
    """The transactions committed at a moment, as in PostgreSQL's snapshots: by transaction numbers."""

    oldest_under_way: int
    next_to_come: int
    under_way: frozenset[int]

    @classmethod
    def read(cls, text: str) -> "Moment":
        """From the text form of a `pg_snapshot`: `xmin:xmax:xip,xip`."""
        oldest, coming, running = text.split(":")
        return cls(int(oldest), int(coming), frozenset(int(each) for each in running.split(",") if each))

    def has(self, xact_id: int) -> bool:
        """Whether that transaction was over by then."""
        return xact_id < self.next_to_come and xact_id not in self.under_way


class EventWithObjects(Struct, frozen=True, kw_only=True):
    """An event with its objects in their present state, which may include later changes.

    `followers` are those of its ticket. `notified_of` is the ticket that its notification is about.
    """

    recorded: Recorded
    xact_id: int
    ticket: Ticket | None = None
    comment: Comment | None = None
    notification: Notification | None = None
    followers: frozenset[UUID] = frozenset()
    notified_of: Ticket | None = None


class ExportedEvent(Struct, frozen=True, kw_only=True):
    """An event as it was written. `data` has the fields of its type."""

    id: int
    type: str
    timestamp: datetime
    actor_id: UUID | None
    subject_type: str
    subject_id: UUID
    ticket_id: UUID | None
    internal: bool
    imported: bool
    correlation_id: str | None
    operation_id: UUID | None
    rule_id: UUID | None
    data: msgspec.Raw


class ExportPage(Struct, frozen=True):
    """A part of the journal. `next` continues after it; `caught_up` says that nothing more can be read just now."""

    events: list[ExportedEvent]
    next: str
    caught_up: bool
