"""Maps portals' values to those of the services."""

from typing import Annotated, Final, TypeAlias

from msgspec import Meta

from deskbell.api.shared.vocabulary import Words
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.words import Priority, Status

STATUS: Final = Words(
    "status",
    shown={
        Status.NEW: "Open",
        Status.OPEN: "In Progress",
        Status.PENDING: "In Progress",
        Status.HOLD: "In Progress",
        Status.SOLVED: "Resolved",
        Status.CLOSED: "Closed",
    },
    written={"Open": Status.NEW, "In Progress": Status.OPEN, "Resolved": Status.SOLVED, "Closed": Status.CLOSED},
    any_case=True,
)
_CLOSING: Final = Words("status", shown={Status.CLOSED: "Closed"}, written={"Closed": Status.CLOSED}, any_case=True)
PRIORITY: Final = Words(
    "priority",
    shown={Priority.LOW: "Low", Priority.NORMAL: "Medium", Priority.HIGH: "High", Priority.URGENT: "Urgent"},
    written={"Low": Priority.LOW, "Medium": Priority.NORMAL, "High": Priority.HIGH, "Urgent": Priority.URGENT},
    any_case=True,
)

FIELDS: Final[dict[str, str]] = {}
"""Field names of the services that differ in portals: none."""

StatusWord: TypeAlias = Annotated[str, Meta(pattern=STATUS.pattern, extra=STATUS.refusal)]
ClosedWord: TypeAlias = Annotated[str, Meta(pattern=_CLOSING.pattern, extra=_CLOSING.refusal)]
PriorityWord: TypeAlias = Annotated[str, Meta(pattern=PRIORITY.pattern, extra=PRIORITY.refusal)]


def status_to_set(ticket: Ticket, word: str) -> Status:
    """The status to store for a value. `Open` keeps a new ticket new and opens any other."""
    status = STATUS.write(word)
    return Status.OPEN if status == Status.NEW and ticket.status != Status.NEW else status
