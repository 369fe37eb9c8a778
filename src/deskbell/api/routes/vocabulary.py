"""What routes calls the core's words: its values are the core's own, some of its names are not."""

import re
from typing import Final

from deskbell.api.shared.vocabulary import Words
from deskbell.features.tickets.records import CHANNELS, PRIORITIES, STATUSES, Channel, Priority, Status

__all__ = ["FIELDS", "PRIORITY", "STATUS", "STEPS", "Channel", "Priority", "Status", "of_teams"]


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
    "comment_id": "message_id",
    "body": "content",
    "user_id": "userId",
    "tag_id": "tagId",
    "event_types": "event_type",
}
"""The core's field names that routes calls otherwise."""

STEPS: Final = {
    "comment_added": "message_added",
    "comment_edited": "message_edited",
    "comment_deleted": "message_deleted",
}
"""The steps of a ticket's history that routes calls otherwise."""

_GROUP: Final = re.compile(r"\b(?:group|Group)\b")


def of_teams(sentence: str) -> str:
    """A sentence of the core's, its group a team. Only the first: the name of a team may hold the word as well."""
    return _GROUP.sub(lambda found: "Team" if found[0][0] == "G" else "team", sentence, count=1)
