"""Whoever is connected, as the hub knows them; and news, worded once for all who get it."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from deskbell.features.eventlog.records import Occurrence
from deskbell.kernel.actor import Actor
from deskbell.realtime import protocol
from deskbell.realtime.limits import Close

Present = Callable[[Occurrence, bool], tuple[str, Any] | None]
"""How a contract words an event, for staff (True) or the ticket's customer: its name and data, or None."""


class News:
    """An event on its way to many: each form of it is made at most once."""

    __slots__ = ("_texts", "occurrence")

    def __init__(self, occurrence: Occurrence) -> None:
        self.occurrence = occurrence
        self._texts: dict[tuple[Present, bool], str | None] = {}

    @property
    def id(self) -> int:
        """The journal's id."""
        return self.occurrence.recorded.id

    @property
    def ticket_id(self) -> UUID | None:
        """The ticket that it is about."""
        return self.occurrence.recorded.event.about_ticket

    def text(self, present: Present, *, for_staff: bool) -> str | None:
        """The message in one contract's words for one side."""
        key = (present, for_staff)
        if key not in self._texts:
            told = present(self.occurrence, for_staff)
            recorded = self.occurrence.recorded
            self._texts[key] = None if told is None else protocol.message(*told, recorded.at, recorded.id)
        return self._texts[key]


class Member(Protocol):
    """A connection. None of these may wait: a hub serves thousands."""

    actor: Actor

    def tell(self, news: News) -> None:
        """Passes on news that this member may know of."""

    def resync(self, position: int) -> None:
        """Says that events up to a position were missed, so that everything is to be fetched afresh."""

    def dismiss(self, why: Close) -> None:
        """Ends the connection."""

    def tick(self, now: float) -> None:
        """Called every second with the loop's time."""
