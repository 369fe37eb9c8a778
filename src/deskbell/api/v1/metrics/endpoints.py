"""v1: ticket metrics."""

from typing import Annotated, Final, TypeAlias

from litestar.params import QueryParameter
from msgspec.structs import replace

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.metrics.shapes import MetricsView
from deskbell.features.metrics import service
from deskbell.features.reports.service import bounds_of
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Permission

TAG: Final = ["Metrics"]


_BOUND: Final = "A date (inclusive, in the organization's time zone) or a time (ISO 8601)"


StartDate: TypeAlias = Annotated[
    str | None, QueryParameter(max_length=40, description=f"Start. {_BOUND}. Default: 30 days before the end")
]


EndDate: TypeAlias = Annotated[str | None, QueryParameter(max_length=40, description=f"End. {_BOUND}. Default: now")]


@get("/metrics/tickets", permission=Permission.METRICS_READ, tags=TAG, summary="Get ticket metrics")
async def ticket_metrics(
    uow: Uow,
    start_date: StartDate = None,
    end_date: EndDate = None,
) -> Success[MetricsView]:
    """Returns response times, resolution times and reopenings of the tickets created in a period."""
    start, end = await bounds_of(uow, start_date, end_date)
    try:
        found = await service.ticket_metrics(uow, start, end)
    except Invalid as refusal:
        raise Invalid([replace(refusal.first_problem, path="start_date")]) from refusal
    return Success(MetricsView.of(found))


ROUTES = [ticket_metrics]
