"""Ticket metrics."""

from datetime import datetime

from msgspec import Struct


class Durations(Struct, frozen=True):
    """Statistics of durations in seconds over `count` tickets; None without tickets."""

    count: int
    median: float | None
    p90: float | None
    mean: float | None


class TicketMetrics(Struct, frozen=True, kw_only=True):
    """Metrics of the tickets created from `start` to before `end`, in their current state. Rates are from 0 to 1."""

    start: datetime
    end: datetime
    total: int
    by_status: dict[str, int]
    first_response: Durations
    resolution: Durations
    resolved: int
    resolution_rate: float | None
    reopened: int
    reopenings: int
    reopen_rate: float | None
