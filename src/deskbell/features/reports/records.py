"""Figures of reports. Durations are in seconds."""

from datetime import date
from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.metrics.records import Durations
from deskbell.features.reports.period import Period
from deskbell.kernel.words import Priority, Status

Dimension = Literal["group", "agent", "tag", "category", "channel", "type", "priority", "status"]
"""The property of tickets that a breakdown counts by."""
NO_DURATIONS = Durations(0, None, None, None)


def percent(part: int, whole: int) -> int:
    """A share in whole percent, rounded down, so that 100 means all; 0 if `whole` is 0."""
    return part * 100 // whole if whole else 0


def average_rating(ratings: dict[int, int]) -> float:
    """The mean rating, to one decimal place; 0 without ratings. `ratings` maps a rating to its count."""
    count = sum(ratings.values())
    return round(sum(rating * n for rating, n in ratings.items()) / count, 1) if count else 0.0


class Cell(Struct, frozen=True):
    """The number of tickets created in one bucket with this current status and priority."""

    bucket: date
    status: Status
    priority: Priority
    n: int
    reopened: int
    reopenings: int


class TicketBucket(Struct, frozen=True, kw_only=True):
    """One day, week or month: tickets created in it, in their current state, and tickets resolved in it."""

    day: date
    by_status: dict[str, int]
    by_priority: dict[str, int]
    created: int
    resolved: int
    first_response: Durations
    resolution: Durations
    backlog: int = 0
    """The tickets that were not done at its end, by their present state."""


class TicketReport(Struct, frozen=True, kw_only=True):
    """The tickets of a period."""

    period: Period
    total: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    resolved: int
    reopened: int
    reopenings: int
    first_response: Durations
    resolution: Durations
    trend: list[TicketBucket]


class AgentFigures(Struct, frozen=True, kw_only=True):
    """The figures of one agent in a period; `assigned` tickets were created in it and are assigned to the agent now."""

    id: UUID
    name: str
    email: str
    role: str
    assigned: int = 0
    resolved: int = 0
    kept: int = 0
    """Resolved tickets that met all targets of their service level."""
    promised: int = 0
    """Resolved tickets with a service level."""
    first_response: Durations = NO_DURATIONS
    resolution: Durations = NO_DURATIONS
    ratings: dict[int, int] = {}

    @property
    def sla_compliance(self) -> int:
        """Whole percent of the resolved tickets with a service level that met it."""
        return percent(self.kept, self.promised)

    @property
    def rating(self) -> float:
        """The mean of the ratings of their tickets."""
        return average_rating(self.ratings)


class AgentReport(Struct, frozen=True, kw_only=True):
    """The agents in a period, ordered by resolved tickets."""

    period: Period
    agents: list[AgentFigures]


class SatisfactionBucket(Struct, frozen=True):
    """The ratings of one day, week or month: the count of each from 1 to 5."""

    day: date
    ratings: dict[int, int]


class SatisfactionReport(Struct, frozen=True, kw_only=True):
    """The ratings of a period."""

    period: Period
    ratings: dict[int, int]
    resolved: int
    trend: list[SatisfactionBucket]

    @property
    def responses(self) -> int:
        """The number of ratings."""
        return sum(self.ratings.values())

    @property
    def satisfied(self) -> int:
        """The number of ratings of 4 or 5."""
        return self.ratings.get(4, 0) + self.ratings.get(5, 0)


class TargetCounts(Struct, frozen=True):
    """The results of one target over many tickets; `pending` ones are still running."""

    met: int = 0
    breached: int = 0
    pending: int = 0

    def __add__(self, other: "TargetCounts") -> "TargetCounts":
        return TargetCounts(self.met + other.met, self.breached + other.breached, self.pending + other.pending)

    @property
    def measured(self) -> int:
        """The number of tickets with a result."""
        return self.met + self.breached

    @property
    def compliance(self) -> int:
        """Whole percent met of the tickets with a result."""
        return percent(self.met, self.measured)


class SlaBucket(Struct, frozen=True):
    """Both targets over the tickets created in one day, week or month, of one priority or of all."""

    day: date
    first_response: TargetCounts
    resolution: TargetCounts


class SlaReport(Struct, frozen=True, kw_only=True):
    """The results of service levels for the tickets created in a period."""

    period: Period
    first_response: TargetCounts
    resolution: TargetCounts
    by_priority: dict[str, tuple[TargetCounts, TargetCounts]]
    trend: list[SlaBucket]


class FieldCount(Struct, frozen=True, kw_only=True):
    """The tickets with a value of a field. `value` is an option's key, `yes` or `no`; None counts those without one."""

    value: str | None
    label: str | None
    created: int
    resolved: int


class FieldReport(Struct, frozen=True, kw_only=True):
    """The tickets of a period by the values of a field, options in their order."""

    period: Period
    key: str
    label: str
    values: list[FieldCount]


class BreakdownPart(Struct, frozen=True, kw_only=True):
    """The tickets of one group, agent, tag or value. A query is None where the search language cannot name the part."""

    label: str | None
    created: int
    resolved: int
    first_response: float | None
    resolution: float | None
    created_query: str | None
    resolved_query: str | None


class Breakdown(Struct, frozen=True):
    """The tickets of a period by what they belong to."""

    period: Period
    parts: list[BreakdownPart]


class HourCount(Struct, frozen=True):
    """The tickets filed in one hour of one weekday; 1 is Monday."""

    weekday: int
    hour: int
    count: int


class HourReport(Struct, frozen=True):
    """When tickets come in. Hours without any are left out."""

    period: Period
    hours: list[HourCount]
