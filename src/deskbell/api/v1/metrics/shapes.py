"""v1: shapes of metrics."""

from datetime import datetime, timedelta

from msgspec import Struct

from deskbell.features.metrics.records import Durations, TicketMetrics
from deskbell.kernel.durations import format_duration


class DurationsView(Struct, frozen=True, kw_only=True):
    """Durations over `count` tickets, in seconds and as text. Null without tickets."""

    count: int
    median: str | None
    p90: str | None
    mean: str | None
    median_seconds: float | None
    p90_seconds: float | None
    mean_seconds: float | None

    @classmethod
    def of(cls, found: Durations) -> "DurationsView":
        return cls(
            count=found.count, median=_as_text(found.median), p90=_as_text(found.p90), mean=_as_text(found.mean),
            median_seconds=_exact(found.median), p90_seconds=_exact(found.p90), mean_seconds=_exact(found.mean),
        )  # fmt: skip


class MetricsView(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Metrics of the tickets created from `from` (inclusive) to `to` (exclusive), by current state. Rates are from 0 to 1.

    `resolved` counts solved and closed tickets. A first response is the first public comment by staff.
    """

    from_: datetime
    to: datetime
    total: int
    by_status: dict[str, int]
    first_response: DurationsView
    resolution: DurationsView
    resolved: int
    resolution_rate: float | None
    reopened: int
    reopenings: int
    reopen_rate: float | None

    @classmethod
    def of(cls, found: TicketMetrics) -> "MetricsView":
        return cls(
            from_=found.start, to=found.end, total=found.total, by_status=found.by_status,
            first_response=DurationsView.of(found.first_response), resolution=DurationsView.of(found.resolution),
            resolved=found.resolved, resolution_rate=found.resolution_rate, reopened=found.reopened,
            reopenings=found.reopenings, reopen_rate=found.reopen_rate,
        )  # fmt: skip


def _exact(seconds: float | None) -> float | None:
    """Rounds to milliseconds, as in reports; further digits are floating-point noise."""
    return None if seconds is None else round(seconds, 3)


def _as_text(seconds: float | None) -> str | None:
    return None if seconds is None else format_duration(timedelta(seconds=seconds))
