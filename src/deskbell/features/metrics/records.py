"""Figures about tickets."""

from datetime import datetime

from msgspec import Struct

__all__ = ["Durations", "TicketMetrics"]


class Durations(Struct, frozen=True):
    """How long something took, in seconds, over `count` tickets; None where there were none."""

    count: int
    median: float | None
    p90: float | None
    mean: float | None


class TicketMetrics(Struct, frozen=True, kw_only=True):
    """Figures of the tickets filed from `start` up to before `end`, as they are now. Rates are shares from 0 to 1."""

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
