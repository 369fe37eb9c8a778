"""Which permissions a webhook's events ask for. Plain functions, no I/O."""

from collections.abc import Iterable
from typing import Final

import msgspec

from deskbell.features.webhooks.records import EVENT_TYPES, TEST_TYPE, Delivery, Webhook
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission
from deskbell.runtime.journal.description import needed_to_read

_ON_TICKETS: Final = ("sla", "feedback", "follower")
"""The nouns of event types whose subject is a ticket."""
_OF_RULES_ON_TICKETS: Final = ("rule.fired", "rule.halted", "rule.failed")


def _needed_for(kind: str) -> tuple[Permission, ...]:
    """The permissions that the journal's table asks for; the body of a comment's event has its ticket too."""
    noun = kind.partition(".")[0]
    of_ticket = needed_to_read("ticket")
    if noun == "comment" or kind in _OF_RULES_ON_TICKETS:
        return (*of_ticket, *needed_to_read(noun))
    return of_ticket if noun in _ON_TICKETS else needed_to_read(noun)


EVENT_DATA: Final = tuple(
    sorted({Permission.COMMENT_INTERNAL, *(each for kind in EVENT_TYPES for each in _needed_for(kind))})
)
"""The permissions with which a webhook may receive, and its log show, events of every type."""


def needed_for(event_types: Iterable[str], *, include_internal: bool) -> list[Permission]:
    """The permissions to read the bodies of these events; no event types mean all."""
    found: set[Permission] = set()
    for kind in list(event_types) or EVENT_TYPES:
        if kind == TEST_TYPE:
            continue
        found.update(_needed_for(kind))
        if kind.startswith("comment.") and include_internal:
            found.add(Permission.COMMENT_INTERNAL)
    return sorted(found)


def as_readable(actor: Actor, webhook: Webhook, delivery: Delivery) -> Delivery:
    """A delivery without its body, and without what the receiver answered, where the actor may not read such an event."""
    needed = needed_for([delivery.type], include_internal=webhook.include_internal)
    if all(map(actor.may, needed)):
        return delivery
    attempts = [msgspec.structs.replace(each, response_excerpt="") for each in delivery.attempts]
    return msgspec.structs.replace(delivery, body="{}", attempts=attempts)
