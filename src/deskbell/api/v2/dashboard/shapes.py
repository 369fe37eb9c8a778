"""v2: shapes of the dashboard."""

from datetime import date

from msgspec import Struct

from deskbell.features.dashboard.records import DayCount, Stats


class StatusCounts(Struct, frozen=True):
    """Tickets by status."""

    open: int
    pending: int
    resolved: int
    closed: int


class PriorityCounts(Struct, frozen=True):
    """Tickets by priority."""

    low: int
    medium: int
    high: int
    urgent: int


class StatsView(Struct, frozen=True, kw_only=True, rename="camel"):
    """Current ticket counts. Averages are in minutes over the last 30 days, null without data."""

    total_tickets: int
    open_tickets: int
    pending_tickets: int
    resolved_tickets: int
    closed_tickets: int
    unassigned_tickets: int
    overdue_tickets: int
    created_today: int
    resolved_today: int
    by_status: StatusCounts
    by_priority: PriorityCounts
    avg_first_response_time: float | None
    avg_resolution_time: float | None

    @classmethod
    def of(cls, stats: Stats) -> "StatsView":
        by_status = StatusCounts(
            open=stats.of_statuses("new", "open"),
            pending=stats.of_statuses("pending", "hold"),
            resolved=stats.of_statuses("solved"),
            closed=stats.of_statuses("closed"),
        )
        by_priority = PriorityCounts(
            low=stats.of_priority("low"),
            medium=stats.of_priority("normal"),
            high=stats.of_priority("high"),
            urgent=stats.of_priority("urgent"),
        )
        return cls(
            total_tickets=stats.total,
            open_tickets=by_status.open,
            pending_tickets=by_status.pending,
            resolved_tickets=by_status.resolved,
            closed_tickets=by_status.closed,
            unassigned_tickets=stats.unassigned,
            overdue_tickets=stats.overdue,
            created_today=stats.created_today,
            resolved_today=stats.resolved_today,
            by_status=by_status,
            by_priority=by_priority,
            avg_first_response_time=_minutes(stats.first_response_seconds),
            avg_resolution_time=_minutes(stats.resolution_seconds),
        )


class DayView(Struct, frozen=True):
    """Created and resolved tickets of one day in the organization's time zone."""

    date: date
    created: int
    resolved: int

    @classmethod
    def of(cls, count: DayCount) -> "DayView":
        return cls(count.day, count.created, count.resolved)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 1)
