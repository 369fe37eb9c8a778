"""What portals calls the core's words."""

from typing import Annotated, Final, TypeAlias

from msgspec import Meta

from deskbell.api.shared.vocabulary import Words
from deskbell.features.tickets.records import Ticket

STATUS: Final = Words(
    "status",
    shown={
        "new": "Open", "open": "In Progress", "pending": "In Progress", "hold": "In Progress", "solved": "Resolved",
        "closed": "Closed",
    },
    written={"Open": "new", "In Progress": "open", "Resolved": "solved", "Closed": "closed"},
    any_case=True,
)  # fmt: skip
_CLOSING: Final = Words("status", shown={"closed": "Closed"}, written={"Closed": "closed"}, any_case=True)
PRIORITY: Final = Words(
    "priority",
    shown={"low": "Low", "normal": "Medium", "high": "High", "urgent": "Urgent"},
    written={"Low": "low", "Medium": "normal", "High": "high", "Urgent": "urgent"},
    any_case=True,
)

FIELDS: Final[dict[str, str]] = {}
"""The core's field names that portals calls otherwise: none of those that its bodies take."""

StatusWord: TypeAlias = Annotated[str, Meta(pattern=STATUS.pattern, extra=STATUS.refusal)]
ClosedWord: TypeAlias = Annotated[str, Meta(pattern=_CLOSING.pattern, extra=_CLOSING.refusal)]
PriorityWord: TypeAlias = Annotated[str, Meta(pattern=PRIORITY.pattern, extra=PRIORITY.refusal)]


def status_to_set(ticket: Ticket, word: str) -> str:
    """The core status that writing a word sets: `Open` leaves a ticket new that no staff has touched, and opens any other."""
    status = STATUS.write(word)
    return "open" if status == "new" and ticket.status != "new" else status
