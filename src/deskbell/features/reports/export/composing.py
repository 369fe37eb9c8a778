"""Composes documents from the figures of reports."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from deskbell.features.reports.export.document import Chart, Column, Document, Kind, Table, Value
from deskbell.features.reports.period import Period
from deskbell.features.reports.records import (
    AgentReport,
    FieldReport,
    SatisfactionReport,
    SlaReport,
    TargetCounts,
    TicketReport,
    average_rating,
    percent,
)

STATUS_COLUMNS = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITY_COLUMNS = ("urgent", "high", "normal", "low")
_PARTS = {"day": "Day", "week": "Week from", "month": "Month from"}


def span_of(period: Period) -> str:
    """A period as text: its first and last local day, and the time zone."""
    first = period.start.astimezone(period.calendar).date()
    last = max(first, (period.end - timedelta(microseconds=1)).astimezone(period.calendar).date())
    return f"{first.isoformat()} to {last.isoformat()} ({period.zone})"


def _columns(*pairs: tuple[str, Kind]) -> list[Column]:
    return [Column(title, kind) for title, kind in pairs]


def _counts(titles: Sequence[str]) -> list[Column]:
    return [Column(title.capitalize(), "count") for title in titles]


def tickets_document(report: TicketReport, organization: str) -> Document:
    """The ticket report: created and resolved tickets per bucket, and totals."""
    trend = Table(
        "Trend",
        [
            *_columns((_PARTS[report.period.grouping], "day"), ("Created", "count"), ("Resolved", "count")),
            *_counts(STATUS_COLUMNS),
            *_counts(PRIORITY_COLUMNS),
            *_columns(("First response, median", "duration"), ("Resolution, median", "duration")),
        ],
        [
            [
                each.day, each.created, each.resolved, *(each.by_status[word] for word in STATUS_COLUMNS),
                *(each.by_priority[word] for word in PRIORITY_COLUMNS), each.first_response.median,
                each.resolution.median,
            ]
            for each in report.trend
        ],
    )  # fmt: skip
    totals = {
        "Created": report.total, "Resolved": report.resolved, "Reopened": report.reopened,
        **{f"Now {word}": report.by_status[word] for word in STATUS_COLUMNS},
        **{f"Priority {word}": report.by_priority[word] for word in PRIORITY_COLUMNS},
    }  # fmt: skip
    sums = Table("Totals", _columns(("", "text"), ("Tickets", "count")), [[name, n] for name, n in totals.items()])
    return Document(
        title="Tickets",
        organization=organization,
        period=span_of(report.period),
        tables=[trend, sums, _durations_of(report)],
        chart=Chart("Created and resolved", 0, [1, 2]),
    )


def field_document(report: FieldReport, organization: str) -> Document:
    """The tickets of a period by the values of a field."""
    counts = Table(
        report.label,
        _columns((report.label, "text"), ("Created", "count"), ("Resolved", "count")),
        [[each.label or "–", each.created, each.resolved] for each in report.values],
    )
    return Document(
        title=f"Tickets by {report.label}",
        organization=organization,
        period=span_of(report.period),
        tables=[counts],
        chart=Chart("Created and resolved", 0, [1, 2]),
    )


def _durations_of(report: TicketReport) -> Table:
    return Table(
        "Durations",
        _columns(
            ("", "text"), ("Tickets", "count"), ("Median", "duration"), ("90 %", "duration"), ("Mean", "duration")
        ),
        [
            [name, each.count, each.median, each.p90, each.mean]
            for name, each in (("First response", report.first_response), ("Resolution", report.resolution))
        ],
    )


def agents_document(report: AgentReport, organization: str) -> Document:
    """The agents' report."""
    table = Table(
        "Agents",
        _columns(
            ("Agent", "text"), ("Resolved", "count"), ("Assigned", "count"), ("First response, mean", "duration"),
            ("Resolution, mean", "duration"), ("Rating", "rating"), ("Ratings", "count"), ("SLA kept", "percent"),
        ),
        [
            [
                agent.name, agent.resolved, agent.assigned, agent.first_response.mean, agent.resolution.mean,
                agent.rating if agent.ratings else None, sum(agent.ratings.values()),
                agent.sla_compliance if agent.promised else None,
            ]
            for agent in report.agents
        ],
    )  # fmt: skip
    return Document(
        title="Agents",
        organization=organization,
        period=span_of(report.period),
        tables=[table],
        chart=Chart("Resolved and assigned", 0, [1, 2]),
    )


def satisfaction_document(report: SatisfactionReport, organization: str) -> Document:
    """The satisfaction report."""
    trend = Table(
        "Trend",
        _columns((_PARTS[report.period.grouping], "day"), ("Average rating", "rating"), ("Ratings", "count")),
        [
            [each.day, average_rating(each.ratings) if (count := sum(each.ratings.values())) else None, count]
            for each in report.trend
        ],
    )
    ratings = Table(
        "Ratings",
        _columns(("Rating", "text"), ("How often", "count")),
        [[f"{rating} of 5", count] for rating, count in sorted(report.ratings.items(), reverse=True)],
    )
    sums = Table(
        "Totals",
        _columns(
            ("Average rating", "rating"), ("Satisfied (4 or 5)", "percent"), ("Ratings", "count"),
            ("Tickets resolved", "count"), ("Response rate", "percent"),
        ),
        [
            [
                average_rating(report.ratings) if report.responses else None,
                percent(report.satisfied, report.responses) if report.responses else None,
                report.responses, report.resolved,
                min(100, percent(report.responses, report.resolved)) if report.resolved else None,
            ]
        ],
    )  # fmt: skip
    return Document(
        title="Satisfaction",
        organization=organization,
        period=span_of(report.period),
        tables=[trend, sums, ratings],
        chart=Chart("Average rating", 0, [1]),
    )


_KEPT: Final[tuple[tuple[str, Kind], ...]] = (
    ("{}, kept", "percent"),
    ("{}, met", "count"),
    ("{}, missed", "count"),
    ("{}, pending", "count"),
)


def sla_document(report: SlaReport, organization: str) -> Document:
    """The service-level report."""
    columns = [Column(title.format(name), kind) for name in ("First response", "Resolution") for title, kind in _KEPT]
    trend = Table(
        "Trend",
        [Column(_PARTS[report.period.grouping], "day"), *columns],
        [[each.day, *_kept(each.first_response), *_kept(each.resolution)] for each in report.trend],
    )
    priorities = Table(
        "By priority",
        [Column("Priority", "text"), *columns],
        [
            *([name, *_kept(first), *_kept(solved)] for name, (first, solved) in report.by_priority.items()),
            ["all", *_kept(report.first_response), *_kept(report.resolution)],
        ],
    )
    return Document(
        title="Service levels",
        organization=organization,
        period=span_of(report.period),
        tables=[trend, priorities],
        chart=Chart("Kept, in percent", 0, [1, 5]),
    )


def _kept(kept: TargetCounts) -> list[Value]:
    return [kept.compliance if kept.measured else None, kept.met, kept.breached, kept.pending]
