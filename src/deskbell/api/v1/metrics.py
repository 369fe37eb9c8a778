"""v1: ticket metrics."""

from datetime import datetime, timedelta
from typing import Annotated, Final, TypeAlias

from litestar.params import QueryParameter
from msgspec import Struct

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.features.metrics import service
from deskbell.features.metrics.records import Durations, TicketMetrics
from deskbell.features.reports.service import bounds_of
from deskbell.kernel.durations import format_duration
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG: Final = ["Metrics"]
_BOUND: Final = "A date, which is included and read by the organization's calendar, or a time (ISO 8601)"
StartDate: TypeAlias = Annotated[
    str | None, QueryParameter(max_length=40, description=f"{_BOUND}; without it: 30 days before the end")
]
EndDate: TypeAlias = Annotated[
    str | None, QueryParameter(max_length=40, description=f"{_BOUND}, up to which; without it: now")
]


class DurationsView(Struct, frozen=True, kw_only=True):
    """How long something took over `count` tickets: in seconds, and as people write it; null where there were none."""

    count: int
    median: str | None
    p90: str | None
    mean: str | None
    median_seconds: float | None
    p90_seconds: float | None
    mean_seconds: float | None

    @classmethod
    def of(cls, found: Durations) -> "DurationsView":
        """Durations in v1's form."""
        return cls(
            count=found.count, median=_told(found.median), p90=_told(found.p90), mean=_told(found.mean),
            median_seconds=_exact(found.median), p90_seconds=_exact(found.p90), mean_seconds=_exact(found.mean),
        )  # fmt: skip


class MetricsView(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """Figures of the tickets filed from `from` up to before `to`, as they are now. Rates are shares from 0 to 1.

    `resolved` counts solved and closed; a first response is the first public comment by staff.
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
        """The figures in v1's form."""
        return cls(
            from_=found.start, to=found.end, total=found.total, by_status=found.by_status,
            first_response=DurationsView.of(found.first_response), resolution=DurationsView.of(found.resolution),
            resolved=found.resolved, resolution_rate=found.resolution_rate, reopened=found.reopened,
            reopenings=found.reopenings, reopen_rate=found.reopen_rate,
        )  # fmt: skip


def _exact(seconds: float | None) -> float | None:
    """To the millisecond, as reports give it; what comes behind is the arithmetic's."""
    return None if seconds is None else round(seconds, 3)


def _told(seconds: float | None) -> str | None:
    return None if seconds is None else format_duration(timedelta(seconds=seconds))


@get("/metrics/tickets", permission=Permission.METRICS_READ, tags=TAG, summary="Get ticket metrics")
async def ticket_metrics(
    uow: Uow,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Success[MetricsView]:
    """Response times, resolution times and reopenings of the tickets filed in a span of time."""
    start, end = await bounds_of(uow, start_date, end_date)
    try:
        found = await service.ticket_metrics(uow, start, end)
    except Invalid as refusal:
        raise Invalid.field("start_date", refusal.problems[0].message) from refusal
    return Success(MetricsView.of(found))


ROUTES = [ticket_metrics]
