"""v2: the dashboard."""

from typing import Annotated

from litestar.params import QueryParameter

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v2.dashboard.shapes import DayView, StatsView
from deskbell.api.v2.envelope import One
from deskbell.features.dashboard import service
from deskbell.features.dashboard.service import MAX_DAYS
from deskbell.kernel.permissions import Permission

TAG = ["Dashboard"]


@get(
    "/dashboard/stats", permission=Permission.DASHBOARD_READ, tags=TAG, summary="Get dashboard statistics", replica=True
)
async def get_stats(uow: Uow) -> One[StatsView]:
    """Returns ticket counts and average response times."""
    return One(StatsView.of(await service.stats(uow)))


@get("/dashboard/trends", permission=Permission.DASHBOARD_READ, tags=TAG, summary="Get ticket trends", replica=True)
async def get_trends(
    uow: Uow,
    days: Annotated[int, QueryParameter(ge=1, le=MAX_DAYS, description="Number of days, including today")] = 30,
) -> One[list[DayView]]:
    """Returns created and resolved tickets per day, ending today."""
    return One([DayView.of(day) for day in await service.trends(uow, days)])


ROUTES = [get_stats, get_trends]
