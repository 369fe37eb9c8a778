"""Figures of the dashboard."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.words import Priority, Status
from deskbell.runtime.journal.description import Description

__all__ = ["Activity", "DayCount", "Overview", "Stats", "TicketCount"]


class TicketCount(Struct, frozen=True):
    """How many tickets have this status and priority; `assigned` counts those that are somebody's."""

    status: Status
    priority: Priority
    n: int
    assigned: int


class Stats(Struct, frozen=True, kw_only=True):
    """The desk at this moment; `overdue` tickets are not done and have missed a target.

    Averages are in seconds over the last `average_days` days; None where nothing happened.
    """

    counts: list[TicketCount]
    overdue: int
    created_today: int
    resolved_today: int
    average_days: int
    first_response_seconds: float | None
    resolution_seconds: float | None

    def of_statuses(self, *statuses: str) -> int:
        """How many tickets have one of these statuses."""
        return sum(count.n for count in self.counts if count.status in statuses)

    def of_priority(self, *priorities: str) -> int:
        """How many tickets have one of these priorities."""
        return sum(count.n for count in self.counts if count.priority in priorities)

    @property
    def total(self) -> int:
        """All tickets."""
        return sum(count.n for count in self.counts)

    @property
    def unassigned(self) -> int:
        """Tickets that wait for somebody to take them: neither done nor anybody's."""
        return sum(count.n - count.assigned for count in self.counts if count.status not in ("solved", "closed"))


class DayCount(Struct, frozen=True):
    """What came and what was resolved on one day of the organization's calendar."""

    day: date
    created: int
    resolved: int


class Activity(Struct, frozen=True, kw_only=True):
    """Something that happened to a ticket. Without an actor it was Deskbell itself."""

    id: int
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    ticket_id: UUID
    number: int
    subject: str
    step: Description


class Overview(Struct, frozen=True, kw_only=True):
    """How many tickets are where at this moment; `overdue` are not done and have missed a target."""

    by_status: dict[str, int]
    unassigned: int
    overdue: int
    created_today: int
    resolved_today: int
