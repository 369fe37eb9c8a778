"""What routes calls the core's words: its values are the core's own, some of its names are not."""

from typing import Final

from deskbell.api.shared.vocabulary import Words
from deskbell.features.tickets.records import CHANNELS, PRIORITIES, STATUSES, Channel, Priority, Status

__all__ = ["FIELDS", "PRIORITY", "STATUS", "Channel", "Priority", "Status"]


def _as_is(field: str, words: tuple[str, ...]) -> Words:
    same = {word: word for word in words}
    return Words(field, shown=same, written=same)


STATUS: Final = _as_is("status", STATUSES)
PRIORITY: Final = _as_is("priority", PRIORITIES)
CHANNEL: Final = _as_is("channel", CHANNELS)

FIELDS: Final = {
    "requester_id": "customer_id",
    "assignee_id": "assigned_to",
    "group_id": "team_id",
    "body": "content",
    "user_id": "userId",
    "tag_id": "tagId",
    "event_types": "event_type",
}
"""The core's field names that routes calls otherwise."""
