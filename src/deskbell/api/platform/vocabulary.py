"""Maps platform's values and field names to those of the services."""

from typing import Final, Literal

from deskbell.api.shared.vocabulary import Words
from deskbell.kernel.words import Priority, Status

StatusWord = Literal["open", "in_progress", "resolved"]
PriorityWord = Literal["low", "medium", "high", "urgent"]

STATUS: Final = Words(
    "status",
    shown={
        Status.NEW: "open",
        Status.OPEN: "in_progress",
        Status.PENDING: "in_progress",
        Status.HOLD: "in_progress",
        Status.SOLVED: "resolved",
        Status.CLOSED: "resolved",
    },
    written={"open": Status.NEW, "in_progress": Status.OPEN, "resolved": Status.SOLVED},
)
# The document has no `urgent`: it is accepted on write and shown as `high`.
PRIORITY: Final = Words(
    "priority",
    shown={Priority.LOW: "low", Priority.NORMAL: "medium", Priority.HIGH: "high", Priority.URGENT: "high"},
    written={"low": Priority.LOW, "medium": Priority.NORMAL, "high": Priority.HIGH, "urgent": Priority.URGENT},
)

FIELDS: Final = {"subject": "title", "requester_id": "customer_id", "body": "content"}
"""Field names of the services that differ in platform."""
