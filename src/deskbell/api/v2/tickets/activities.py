"""v2: a ticket's events as activities, one per changed field that v2 shows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from deskbell.api.v2.vocabulary import MESSAGE_TYPES, shown_priority, shown_status
from deskbell.features.tickets.events import (
    AboutComment,
    AboutLink,
    AboutTarget,
    MacroApplied,
    RuleFailed,
    RuleFired,
    RuleHalted,
    TicketAssigned,
    TicketEscalated,
    TicketSnoozed,
    TicketUpdated,
    TicketWoke,
)
from deskbell.features.tickets.service.whole import TicketWithConversation
from deskbell.kernel.events import Change
from deskbell.kernel.words import DONE
from deskbell.runtime.journal.description import Description

Activity = tuple[str, dict[str, Any]]


class ActivityUser(Struct, frozen=True):
    """The user who made the change."""

    id: UUID
    name: str


class ActivityView(Struct, frozen=True, kw_only=True, rename="camel"):
    """An event on a ticket. `user` is null if Deskbell itself acted."""

    id: str
    ticket_id: UUID
    user_id: UUID | None
    action: str
    metadata: dict[str, Any]
    created_at: datetime
    user: ActivityUser | None


def activities_of(whole: TicketWithConversation) -> list[ActivityView]:
    """The activities that the reader may see, newest first."""
    return [
        ActivityView(
            # One event may become several activities: the first has the event's id, the others a counter appended.
            id=str(entry.id) if place == 0 else f"{entry.id}.{place}",
            ticket_id=entry.ticket_id,
            user_id=entry.actor_id,
            action=action,
            metadata=metadata,
            created_at=entry.at,
            user=ActivityUser(entry.actor_id, entry.actor_name or "") if entry.actor_id else None,
        )
        for entry in whole.history
        for place, (action, metadata) in enumerate(_describe(entry.step, whole.names))
    ]


def _describe(step: Description, names: dict[UUID, str]) -> Iterator[Activity]:
    match step.event:
        case TicketAssigned():
            yield from _assigned(step.changes, names)
        case TicketUpdated():
            yield from _updated(step.changes)
        case AboutComment() as event:
            verb = event.type.partition(".")[2]
            yield f"message_{verb}", {"messageId": str(event.comment_id), "type": MESSAGE_TYPES[event.public]}
        case AboutTarget() as event:
            yield step.action, {"target": event.target, "dueAt": event.due_at}
        case RuleFired() | RuleHalted() | RuleFailed() | MacroApplied() | TicketEscalated():
            return  # v2 knows no rules; changes of fields follow as activities
        case TicketSnoozed() | TicketWoke() | AboutLink():
            return  # nor snoozing and links; changes of fields follow as activities
        case event:
            yield event.type.partition(".")[2], {}


def _assigned(changes: dict[str, Change], names: dict[UUID, str]) -> Iterator[Activity]:
    if (change := changes.get("assignee_id")) is not None:
        if change.now is None:
            yield "unassigned", {}
        else:
            yield "assigned", {"assigneeId": str(change.now), "assigneeName": names.get(UUID(str(change.now)))}
    if (change := changes.get("group_id")) is not None:
        yield "group_changed", {"fromGroupId": change.was, "toGroupId": change.now}


_SHOWN_UNCHANGED: Final = {
    "subject": "title",
    "description": "description",
    "tags": "tags",
    "category_id": "categoryId",
}
"""The services' fields whose values are shown unchanged, and v2's names."""


def _updated(changes: dict[str, Change]) -> Iterator[Activity]:
    if (change := changes.get("status")) is not None:
        yield from _moved(change, changes.get("reason"))
    if (change := changes.get("priority")) is not None:
        was, now = shown_priority(change.was), shown_priority(change.now)
        yield "priority_changed", {"fromPriority": was, "toPriority": now}
    for field, word in _SHOWN_UNCHANGED.items():
        if (change := changes.get(field)) is not None:
            name = word[:1].upper() + word[1:]
            yield (
                f"{field.removesuffix('_id').replace('subject', 'title')}_changed",
                {
                    f"from{name}": change.was,
                    f"to{name}": change.now,
                },
            )


def _moved(change: Change, reason: Change | None) -> Iterator[Activity]:
    was, now = shown_status(change.was), shown_status(change.now)
    if was == now:
        return  # v2 shows both statuses under one name
    statuses = {"fromStatus": was, "toStatus": now}
    if change.now == "closed":
        yield "closed", {**statuses, "reason": reason.now} if reason else statuses
    elif change.was in DONE and change.now not in DONE:
        yield "reopened", statuses
    else:
        yield "status_changed", statuses
