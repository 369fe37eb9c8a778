"""v1: shapes of reports."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from deskbell.features.metrics.records import Durations
from deskbell.features.reports.period import Grouping, Period
from deskbell.features.reports.records import (
    Breakdown,
    FieldReport,
    HourReport,
    SatisfactionReport,
    SlaReport,
    TargetCounts,
    TicketReport,
    average_rating,
    percent,
)
from deskbell.kernel.durations import format_duration


class ReportDurationsView(Struct, frozen=True, kw_only=True):
    """Durations over `count` tickets, in seconds and as text."""

    count: int
    median: str
    median_seconds: float
    p90: str
    p90_seconds: float
    mean: str
    mean_seconds: float

    @classmethod
    def of(cls, durations: Durations) -> "ReportDurationsView":
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
    """One day, week or month, dated by its first day: tickets created in it, by current state, and tickets resolved in it.

    `backlog` counts the tickets that were not done at its end, by their present state. The queries find the
    tickets created and resolved in it.
    """

    date: date
    created: int
    resolved: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    first_response: ReportDurationsView
    resolution: ReportDurationsView
    backlog: int
    created_query: str
    resolved_query: str


class PeriodView(Struct, frozen=True):
    """The reported period: `start` inclusive, `end` exclusive. Days are those of `time_zone`.

    The queries are texts of the search language that find the tickets created, resolved and rated in it.
    """

    start: datetime
    end: datetime
    time_zone: str
    group_by: Grouping
    created_query: str
    resolved_query: str
    rated_query: str

    @classmethod
    def of(cls, period: Period) -> "PeriodView":
        return cls(
            period.start, period.end, period.zone, period.grouping, period.query_of("created"), period.query_of("solved"),
            period.query_of("rated"),
        )  # fmt: skip


class FieldCountView(Struct, frozen=True, kw_only=True):
    """The tickets with a value. `value` is an option's key, or `yes` or `no`; null counts tickets without a value."""

    value: str | None
    label: str | None
    created: int
    resolved: int


class FieldReportView(Struct, frozen=True, kw_only=True):
    """The tickets of a period by the values of a field. One with several values counts for each of them."""

    key: str
    label: str
    values: list[FieldCountView]
    period: PeriodView

    @classmethod
    def of(cls, report: FieldReport) -> "FieldReportView":
        return cls(
            key=report.key, label=report.label, period=PeriodView.of(report.period),
            values=[FieldCountView(value=v.value, label=v.label, created=v.created, resolved=v.resolved) for v in report.values],
        )  # fmt: skip


class TicketReportView(Struct, frozen=True, kw_only=True):
    """The tickets of a period. `by_status.resolved` counts solved and closed tickets. `resolved` counts tickets resolved in
    the period, whenever they were created.
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
                    backlog=each.backlog,
                    created_query=report.period.query_of("created", day=each.day),
                    resolved_query=report.period.query_of("solved", day=each.day),
                )
                for each in report.trend
            ],
            period=PeriodView.of(report.period),
        )


class BreakdownPartView(Struct, frozen=True, kw_only=True):
    """The tickets of one group, agent, tag or word; `label` is null for those without any. Durations are medians in seconds.

    The queries find the tickets created and resolved. They are null where a name fits others, too.
    """

    label: str | None
    created: int
    resolved: int
    first_response_seconds: float | None
    resolution_seconds: float | None
    created_query: str | None
    resolved_query: str | None


class BreakdownView(Struct, frozen=True, kw_only=True):
    """The tickets of a period by what they belong to, the largest parts first. A ticket with several tags counts for each."""

    parts: list[BreakdownPartView]
    period: PeriodView

    @classmethod
    def of(cls, report: Breakdown) -> "BreakdownView":
        parts = [
            BreakdownPartView(
                label=part.label, created=part.created, resolved=part.resolved,
                first_response_seconds=part.first_response, resolution_seconds=part.resolution,
                created_query=part.created_query, resolved_query=part.resolved_query,
            )
            for part in report.parts
        ]  # fmt: skip
        return cls(parts=parts, period=PeriodView.of(report.period))


class HourCountView(Struct, frozen=True):
    """The tickets created in one hour of one weekday; 1 is Monday."""

    weekday: int
    hour: int
    count: int


class HourReportView(Struct, frozen=True, kw_only=True):
    """When tickets come in, by the organization's clock. Hours without any are left out."""

    hours: list[HourCountView]
    period: PeriodView

    @classmethod
    def of(cls, report: HourReport) -> "HourReportView":
        hours = [HourCountView(each.weekday, each.hour, each.count) for each in report.hours]
        return cls(hours=hours, period=PeriodView.of(report.period))


class SatisfactionBucketView(Struct, frozen=True, kw_only=True):
    """The ratings given in one day, week or month, dated by its first day."""

    date: date
    responses: int
    average_rating: float


class SatisfactionReportView(Struct, frozen=True, kw_only=True):
    """Customer ratings. `satisfaction` is the share of ratings of 4 or 5 and `response_rate` the ratings per ticket resolved
    in the period, both in whole percent.
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


class TargetResults(Struct, frozen=True):
    """The results of one SLA target. `pending` counts tickets that can still meet it; `compliance` is in whole percent."""

    compliance: int
    measured: int
    met: int
    breached: int
    pending: int

    @classmethod
    def of(cls, kept: TargetCounts) -> "TargetResults":
        return cls(kept.compliance, kept.measured, kept.met, kept.breached, kept.pending)


class BothTargetResults(Struct, frozen=True):
    """The results of both SLA targets."""

    first_response: TargetResults
    resolution: TargetResults


class SlaBucketView(Struct, frozen=True):
    """The SLA results of tickets created in one day, week or month, dated by its first day."""

    date: date
    first_response: TargetResults
    resolution: TargetResults


class SlaReportView(Struct, frozen=True, kw_only=True):
    """SLA results of the tickets created in a period. `compliance` is in whole percent, rounded down."""

    first_response: TargetResults
    resolution: TargetResults
    by_priority: dict[str, BothTargetResults]
    trend: list[SlaBucketView]
    period: PeriodView

    @classmethod
    def of(cls, report: SlaReport) -> "SlaReportView":
        return cls(
            first_response=TargetResults.of(report.first_response),
            resolution=TargetResults.of(report.resolution),
            by_priority={
                priority: BothTargetResults(TargetResults.of(first), TargetResults.of(resolution))
                for priority, (first, resolution) in report.by_priority.items()
            },
            trend=[
                SlaBucketView(each.day, TargetResults.of(each.first_response), TargetResults.of(each.resolution))
                for each in report.trend
            ],
            period=PeriodView.of(report.period),
        )


class ExportLink(Struct, frozen=True, kw_only=True):
    """A download link. It needs no credentials and works until `expires_at`."""

    url: str
    filename: str
    format: Literal["csv", "pdf", "xlsx"]
    expires_at: datetime
