"""v1: shapes of reports."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from deskbell.features.metrics.records import Durations
from deskbell.features.reports.period import Grouping, Period
from deskbell.features.reports.records import Kept, SatisfactionReport, SlaReport, TicketReport, average_rating, percent
from deskbell.kernel.durations import format_duration


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


class TicketBucketView(Struct, frozen=True, kw_only=True):
    """One day, week or month, named by its first day: what was filed in it, as it is now, and what was resolved in it."""

    date: date
    created: int
    resolved: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    first_response: ReportDurationsView
    resolution: ReportDurationsView


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


class TicketReportView(Struct, frozen=True, kw_only=True):
    """The tickets of a period. `by_status.resolved` counts solved and closed together; `resolved` those that were resolved
    in the period, whenever they were filed.
    """

    total_tickets: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    resolved: int
    reopened: int
    reopenings: int
    first_response: ReportDurationsView
    resolution: ReportDurationsView
    trend: list[TicketBucketView]
    period: PeriodView

    @classmethod
    def of(cls, report: TicketReport) -> "TicketReportView":
        """A report in v1's form."""
        return cls(
            total_tickets=report.total,
            by_status=report.by_status,
            by_priority=report.by_priority,
            resolved=report.resolved,
            reopened=report.reopened,
            reopenings=report.reopenings,
            first_response=ReportDurationsView.of(report.first_response),
            resolution=ReportDurationsView.of(report.resolution),
            trend=[
                TicketBucketView(
                    date=each.day,
                    created=each.created,
                    resolved=each.resolved,
                    by_status=each.by_status,
                    by_priority=each.by_priority,
                    first_response=ReportDurationsView.of(each.first_response),
                    resolution=ReportDurationsView.of(each.resolution),
                )
                for each in report.trend
            ],
            period=PeriodView.of(report.period),
        )


class SatisfactionBucketView(Struct, frozen=True, kw_only=True):
    """The ratings given in one day, week or month, named by its first day."""

    date: date
    responses: int
    average_rating: float


class SatisfactionReportView(Struct, frozen=True, kw_only=True):
    """What customers said. `satisfaction` is the share of ratings 4 and 5 in whole percent, `response_rate` that of ratings
    for each ticket resolved in the period.
    """

    average_rating: float
    responses: int
    satisfaction: int
    response_rate: int
    distribution: dict[str, int]
    trend: list[SatisfactionBucketView]
    period: PeriodView

    @classmethod
    def of(cls, report: SatisfactionReport) -> "SatisfactionReportView":
        """A report in v1's form."""
        return cls(
            average_rating=average_rating(report.ratings),
            responses=report.responses,
            satisfaction=percent(report.satisfied, report.responses),
            response_rate=min(percent(report.responses, report.resolved), 100),
            distribution={str(rating): count for rating, count in report.ratings.items()},
            trend=[
                SatisfactionBucketView(
                    date=each.day,
                    responses=sum(each.ratings.values()),
                    average_rating=average_rating(each.ratings),
                )
                for each in report.trend
            ],
            period=PeriodView.of(report.period),
        )


class KeptView(Struct, frozen=True):
    """One target: how often it was met, how often missed, and how many tickets can still do either."""

    compliance: int
    measured: int
    met: int
    breached: int
    pending: int

    @classmethod
    def of(cls, kept: Kept) -> "KeptView":
        """A target's figures in v1's form."""
        return cls(kept.compliance, kept.measured, kept.met, kept.breached, kept.pending)


class BothTargets(Struct, frozen=True):
    """Both targets of some tickets."""

    first_response: KeptView
    resolution: KeptView


class SlaBucketView(Struct, frozen=True):
    """Both targets of the tickets filed in one day, week or month, named by its first day."""

    date: date
    first_response: KeptView
    resolution: KeptView


class SlaReportView(Struct, frozen=True, kw_only=True):
    """How far promises were kept with the tickets filed in a period; `compliance` is whole percent, rounded down."""

    first_response: KeptView
    resolution: KeptView
    by_priority: dict[str, BothTargets]
    trend: list[SlaBucketView]
    period: PeriodView

    @classmethod
    def of(cls, report: SlaReport) -> "SlaReportView":
        """A report in v1's form."""
        return cls(
            first_response=KeptView.of(report.first_response),
            resolution=KeptView.of(report.resolution),
            by_priority={
                priority: BothTargets(KeptView.of(first), KeptView.of(resolution))
                for priority, (first, resolution) in report.by_priority.items()
            },
            trend=[
                SlaBucketView(each.day, KeptView.of(each.first_response), KeptView.of(each.resolution))
                for each in report.trend
            ],
            period=PeriodView.of(report.period),
        )


class ExportLink(Struct, frozen=True, kw_only=True):
    """Where to fetch the file; the address needs no sign-in and works until `expires_at`."""

    url: str
    filename: str
    format: Literal["csv", "pdf", "xlsx"]
    expires_at: datetime
