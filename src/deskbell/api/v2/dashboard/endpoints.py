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


@get("/dashboard/stats", permission=Permission.DASHBOARD_READ, tags=TAG, summary="Get the dashboard's figures")
async def get_stats(uow: Uow) -> One[StatsView]:
    """How many tickets are where, and how fast answers are."""
    return One(StatsView.of(await service.stats(uow)))


@get("/dashboard/trends", permission=Permission.DASHBOARD_READ, tags=TAG, summary="Get ticket trends")
async def get_trends(
    uow: Uow, days: Annotated[int, QueryParameter(ge=1, le=MAX_DAYS, description="How many days back")] = 30
) -> One[list[DayView]]:
    """What came and what was resolved on each of the last days, today last."""
    return One([DayView.of(day) for day in await service.trends(uow, days)])


ROUTES = [get_stats, get_trends]
