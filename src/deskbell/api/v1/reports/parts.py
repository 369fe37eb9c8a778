"""What every report as v1 shows it is made of: its period, and durations in seconds and as text."""

from datetime import datetime

from msgspec import Struct

from deskbell.features.metrics.records import Durations
from deskbell.features.reports.period import Grouping, Period
from deskbell.kernel.durations import format_duration

__all__ = ["PeriodView", "ReportDurationsView"]


class PeriodView(Struct, frozen=True):
    """What was asked for: from `start` up to before `end`, by the calendar of `time_zone`."""

    start: datetime
    end: datetime
    time_zone: str
    group_by: Grouping

    @classmethod
    def of(cls, period: Period) -> "PeriodView":
        """A period in v1's form."""
        return cls(period.start, period.end, period.zone, period.grouping)


class ReportDurationsView(Struct, frozen=True, kw_only=True):
    """How long something took over `count` tickets."""

    count: int
    median: str
    median_seconds: float
    p90: str
    p90_seconds: float
    mean: str
    mean_seconds: float

    @classmethod
    def of(cls, durations: Durations) -> "ReportDurationsView":
        """Durations in v1's form."""
        median, p90, mean = durations.median or 0.0, durations.p90 or 0.0, durations.mean or 0.0
        return cls(
            count=durations.count,
            median=format_duration(median),
            median_seconds=round(median, 3),
            p90=format_duration(p90),
            p90_seconds=round(p90, 3),
            mean=format_duration(mean),
            mean_seconds=round(mean, 3),
        )
