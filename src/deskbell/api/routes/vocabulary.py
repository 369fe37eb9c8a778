"""Maps routes' field names to those of the services. Values are the same in both."""

from typing import Final

from deskbell.api.shared.vocabulary import W, Words
from deskbell.kernel.words import CHANNELS, PRIORITIES, STATUSES


def _as_is(field: str, words: tuple[W, ...]) -> Words[W]:
    return Words(field, shown={word: word.value for word in words}, written={word.value: word for word in words})


STATUS: Final = _as_is("status", STATUSES)
PRIORITY: Final = _as_is("priority", PRIORITIES)
CHANNEL: Final = _as_is("channel", CHANNELS)

FIELDS: Final = {
    "requester_id": "customer_id",
    "assignee_id": "assigned_to",
    "group_id": "team_id",
    "comment_id": "message_id",
    "body": "content",
    "user_id": "userId",
    "tag_id": "tagId",
    "event_types": "event_type",
}
"""Field names of the services that differ in routes."""

STEPS: Final = {
    "comment_added": "message_added",
    "comment_edited": "message_edited",
    "comment_deleted": "message_deleted",
}
"""Actions of a ticket's history that differ in routes."""
