"""Subscribers of the hub, and events that are rendered once for all of them."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from deskbell.features.eventlog.records import EventWithObjects
from deskbell.kernel.actor import Actor
from deskbell.kernel.sockets import Topic
from deskbell.realtime import protocol
from deskbell.realtime.limits import Close

Present = Callable[[EventWithObjects, bool], tuple[str, Any] | None]
"""Presents an event in a contract's form, for staff (True) or the ticket's customer: name and data, or None."""


class Broadcast:
    """An event for many subscribers; each form of it is rendered at most once."""

    __slots__ = ("_texts", "event_with_objects")

    def __init__(self, event_with_objects: EventWithObjects) -> None:
        self.event_with_objects = event_with_objects
        self._texts: dict[tuple[Present, bool], str | None] = {}

    @property
    def id(self) -> int:
        """The journal's id."""
        return self.event_with_objects.recorded.id

    @property
    def ticket_id(self) -> UUID | None:
        """The ticket that the event is about."""
        return self.event_with_objects.recorded.event.about_ticket

    def text(self, present: Present, *, for_staff: bool) -> str | None:
        """The message in one contract's form, for staff or customers."""
        key = (present, for_staff)
        if key not in self._texts:
            presented = present(self.event_with_objects, for_staff)
            recorded = self.event_with_objects.recorded
            self._texts[key] = (
                None
                if presented is None
                else protocol.message(
                    *presented,
                    recorded.at,
                    recorded.id,
                    operation_id=recorded.operation_id if for_staff else None,
                    request_id=recorded.correlation_id if for_staff else None,
                )
            )
        return self._texts[key]


class Subscriber(Protocol):
    """A connection. No method may block: a hub serves thousands."""

    actor: Actor
    topics: frozenset[Topic]
    """The further messages that it asked for."""

    def deliver(self, broadcast: Broadcast) -> None:
        """Delivers an event that the subscriber may see."""

    def resync(self, position: int) -> None:
        """Reports that events up to a position were missed, so that the client fetches again."""

    def close(self, why: Close) -> None:
        """Closes the connection."""

    def tick(self, now: float) -> None:
        """Called every second with the loop's time."""
