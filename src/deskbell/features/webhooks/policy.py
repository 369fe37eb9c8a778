"""Which permissions a webhook's events ask for. Plain functions, no I/O."""

from collections.abc import Iterable
from typing import Final

import msgspec

from deskbell.features.webhooks.records import EVENT_TYPES, TEST_TYPE, Delivery, Webhook
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission

_BY_NOUN: Final[dict[str, tuple[Permission, ...]]] = {
    "ticket": (Permission.TICKET_READ,),
    "sla": (Permission.TICKET_READ,),
    "feedback": (Permission.TICKET_READ,),
    "comment": (Permission.TICKET_READ, Permission.COMMENT_READ),
    "member": (Permission.CONTACT_READ, Permission.AGENT_READ),
}


EVENT_DATA: Final = tuple(
    sorted({Permission.COMMENT_INTERNAL, *(each for needed in _BY_NOUN.values() for each in needed)})
)
"""The permissions with which a webhook may receive, and its log show, events of every type."""


def needed_for(event_types: Iterable[str], *, include_internal: bool) -> list[Permission]:
    """The permissions to read the bodies of these events; no event types mean all."""
    found: set[Permission] = set()
    for kind in list(event_types) or EVENT_TYPES:
        noun = kind.partition(".")[0]
        if kind == TEST_TYPE:
            continue
        found |= set(_BY_NOUN[noun])
        if noun == "comment" and include_internal:
            found.add(Permission.COMMENT_INTERNAL)
    return sorted(found)


def as_readable(actor: Actor, webhook: Webhook, delivery: Delivery) -> Delivery:
    """A delivery without its body, and without what the receiver answered, where the actor may not read such an event."""
    needed = needed_for([delivery.type], include_internal=webhook.include_internal)
    if all(map(actor.may, needed)):
        return delivery
    attempts = [msgspec.structs.replace(each, response_excerpt="") for each in delivery.attempts]
    return msgspec.structs.replace(delivery, body="{}", attempts=attempts)
