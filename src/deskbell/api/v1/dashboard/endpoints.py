"""v1: the dashboard."""

from typing import Annotated, Literal

from litestar.params import QueryParameter

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.dashboard.shapes import ActivityView, FirstStepsView, LevelView, StatsView
from deskbell.api.v1.envelope import Success
from deskbell.features.dashboard import service
from deskbell.features.reports import service as reports
from deskbell.features.reports.records import percent
from deskbell.kernel.paging import MAX_LIMIT
from deskbell.kernel.permissions import Permission

TAG = ["Dashboard & Analytics"]


_GOALS = {"First Response": 95, "Resolution Time": 90, "Customer Satisfaction": 85}
"""Default goals in percent."""


@get(
    "/dashboard/stats", permission=Permission.DASHBOARD_READ, tags=TAG, summary="Get dashboard statistics", replica=True
)
async def get_dashboard_stats(
    uow: Uow,
    scope_: Annotated[
        Literal["all", "me"], QueryParameter(name="scope", description="All tickets, or those assigned to you")
    ] = "all",
) -> Success[StatsView]:
    """Returns the current number of tickets by status."""
    return Success(StatsView.of(await service.overview(uow, mine=scope_ == "me")))


@get(
    "/dashboard/activity",
    permission=(Permission.DASHBOARD_READ, Permission.TICKET_READ),
    more=(Permission.COMMENT_READ, Permission.COMMENT_INTERNAL),
    tags=TAG,
    summary="Get recent activity",
    replica=True,
)
async def get_dashboard_activity(
    uow: Uow,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="Number of activities to return")] = 20,
) -> Success[list[ActivityView]]:
    """Returns the latest events on tickets, newest first."""
    return Success([ActivityView.of(each) for each in await service.activity(uow, limit)])


@get("/dashboard/sla-status", permission=Permission.DASHBOARD_READ, tags=TAG, summary="Get SLA status", replica=True)
async def get_sla_status(uow: Uow) -> Success[list[LevelView]]:
    """Returns SLA compliance of the tickets created in the last 30 days, and the ratings given in that time."""
    kept, said = await reports.service_levels(uow)
    figures = {
        "First Response": (kept.first_response.compliance, kept.first_response.measured),
        "Resolution Time": (kept.resolution.compliance, kept.resolution.measured),
        "Customer Satisfaction": (percent(said.satisfied, said.responses), said.responses),
    }
    return Success([LevelView(label, value, _GOALS[label], n) for label, (value, n) in figures.items()])


@get(
    "/dashboard/first-steps", permission=Permission.ORGANIZATION_MANAGE, tags=TAG,
    summary="Get what a new organization has set up",
)  # fmt: skip
async def get_first_steps(uow: Uow) -> Success[FirstStepsView]:
    """Returns which of the first steps of a new organization are done."""
    return Success(FirstStepsView.of(await service.first_steps(uow)))


ROUTES = [get_dashboard_stats, get_dashboard_activity, get_sla_status, get_first_steps]
