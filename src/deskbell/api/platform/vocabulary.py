"""What platform calls the core's words."""

from typing import Final, Literal

from deskbell.api.shared.vocabulary import Words

StatusWord = Literal["open", "in_progress", "resolved"]
PriorityWord = Literal["low", "medium", "high", "urgent"]

STATUS: Final = Words(
    "status",
    shown={
        "new": "open", "open": "in_progress", "pending": "in_progress", "hold": "in_progress", "solved": "resolved",
        "closed": "resolved",
    },
    written={"open": "new", "in_progress": "open", "resolved": "solved"},
)  # fmt: skip
# `urgent` is no word of the document: it is accepted, and reads as `high`.
PRIORITY: Final = Words(
    "priority",
    shown={"low": "low", "normal": "medium", "high": "high", "urgent": "high"},
    written={"low": "low", "medium": "normal", "high": "high", "urgent": "urgent"},
)

FIELDS: Final = {"subject": "title", "requester_id": "customer_id", "body": "content"}
"""The core's field names that platform calls otherwise."""
