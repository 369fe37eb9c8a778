"""Figures of reports. Durations are in seconds."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from deskbell.features.metrics.records import Durations
from deskbell.features.reports.period import Period
from deskbell.kernel.words import Priority, Status

__all__ = [
    "NO_DURATIONS",
    "AgentFigures",
    "AgentReport",
    "Cell",
    "Kept",
    "SatisfactionBucket",
    "SatisfactionReport",
    "SlaBucket",
    "SlaReport",
    "TicketBucket",
    "TicketReport",
    "average_rating",
    "percent",
]

NO_DURATIONS = Durations(0, None, None, None)


def percent(part: int, whole: int) -> int:
    """A share in whole percent, rounded down, so that 100 means all; 0 of nothing is 0."""
    return part * 100 // whole if whole else 0


def average_rating(ratings: dict[int, int]) -> float:
    """The mean of counted ratings to one place; 0 without any."""
    count = sum(ratings.values())
    return round(sum(rating * n for rating, n in ratings.items()) / count, 1) if count else 0.0


class Cell(Struct, frozen=True):
    """How many of the tickets filed in one part of the period have this status and priority now."""

    bucket: date
    status: Status
    priority: Priority
    n: int
    reopened: int
    reopenings: int


class TicketBucket(Struct, frozen=True, kw_only=True):
    """One day, week or month: what was filed in it, as it is now, and what was resolved in it."""

    day: date
    by_status: dict[str, int]
    by_priority: dict[str, int]
    created: int
    resolved: int
    first_response: Durations
    resolution: Durations


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
    """What one member of the staff did in a period; `assigned` were filed in it and are theirs now."""

    id: UUID
    name: str
    email: str
    role: str
    assigned: int = 0
    resolved: int = 0
    kept: int = 0
    """Of those resolved, with a service level: how many kept it in full."""
    promised: int = 0
    """Of those resolved: how many had a service level."""
    first_response: Durations = NO_DURATIONS
    resolution: Durations = NO_DURATIONS
    ratings: dict[int, int] = {}

    @property
    def sla_compliance(self) -> int:
        """Whole percent of the promises that were kept."""
        return percent(self.kept, self.promised)

    @property
    def rating(self) -> float:
        """The mean of the ratings of their tickets."""
        return average_rating(self.ratings)


class AgentReport(Struct, frozen=True, kw_only=True):
    """The staff in a period, those who resolved most first."""

    period: Period
    agents: list[AgentFigures]


class SatisfactionBucket(Struct, frozen=True):
    """The ratings given in one day, week or month: how often each of 1 to 5."""

    day: date
    ratings: dict[int, int]


class SatisfactionReport(Struct, frozen=True, kw_only=True):
    """What customers said in a period."""

    period: Period
    ratings: dict[int, int]
    resolved: int
    trend: list[SatisfactionBucket]

    @property
    def responses(self) -> int:
        """How many ratings were given."""
        return sum(self.ratings.values())

    @property
    def satisfied(self) -> int:
        """How many of them were 4 or 5."""
        return self.ratings.get(4, 0) + self.ratings.get(5, 0)


class Kept(Struct, frozen=True):
    """One target over many tickets: kept, missed, and still to be seen."""

    met: int = 0
    breached: int = 0
    pending: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.met + other.met, self.breached + other.breached, self.pending + other.pending)

    @property
    def measured(self) -> int:
        """Those of which it is known."""
        return self.met + self.breached

    @property
    def compliance(self) -> int:
        """Whole percent kept of those of which it is known."""
        return percent(self.met, self.measured)


class SlaBucket(Struct, frozen=True):
    """Both targets over the tickets filed in one day, week or month, of one priority or of all."""

    day: date
    first_response: Kept
    resolution: Kept


class SlaReport(Struct, frozen=True, kw_only=True):
    """How far promises were kept with the tickets that were filed in a period."""

    period: Period
    first_response: Kept
    resolution: Kept
    by_priority: dict[str, tuple[Kept, Kept]]
    trend: list[SlaBucket]
