"""Figures of the dashboard."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.words import Priority, Status
from deskbell.runtime.journal.description import Description


class TicketCount(Struct, frozen=True):
    """The number of tickets with this status and priority; `assigned` of them have an assignee."""

    status: Status
    priority: Priority
    n: int
    assigned: int


class Stats(Struct, frozen=True, kw_only=True):
    """Current figures; `overdue` tickets are open and have missed a target.

    Averages are in seconds over the last `average_days` days; None without tickets.
    """

    counts: list[TicketCount]
    overdue: int
    created_today: int
    resolved_today: int
    average_days: int
    first_response_seconds: float | None
    resolution_seconds: float | None

    def of_statuses(self, *statuses: str) -> int:
        """The number of tickets with one of these statuses."""
        return sum(count.n for count in self.counts if count.status in statuses)

    def of_priority(self, *priorities: str) -> int:
        """The number of tickets with one of these priorities."""
        return sum(count.n for count in self.counts if count.priority in priorities)

    @property
    def total(self) -> int:
        """The number of all tickets."""
        return sum(count.n for count in self.counts)

    @property
    def unassigned(self) -> int:
        """The number of open tickets without an assignee."""
        return sum(count.n - count.assigned for count in self.counts if count.status not in ("solved", "closed"))


class DayCount(Struct, frozen=True):
    """The numbers of tickets created and resolved on one day of the organization's time zone."""

    day: date
    created: int
    resolved: int


class Activity(Struct, frozen=True, kw_only=True):
    """An event of a ticket. Without `actor_id` the actor was Deskbell."""

    id: int
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    ticket_id: UUID
    number: int
    subject: str
    step: Description


class Overview(Struct, frozen=True, kw_only=True):
    """Current counts of tickets; `overdue` ones are open and have missed a target."""

    by_status: dict[str, int]
    unassigned: int
    overdue: int
    created_today: int
    resolved_today: int


class FirstSteps(Struct, frozen=True, kw_only=True):
    """The first steps of a new organization that are done."""

    named: bool
    """It has its name for customers."""
    logo: bool
    mailbox: bool
    team: bool
    """A second member of the staff is invited or here."""
    canned_response: bool
    form: bool
    tickets: bool
    """A ticket has come, by import or otherwise."""
