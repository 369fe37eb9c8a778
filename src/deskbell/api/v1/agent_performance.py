"""v1: what one member of the staff achieved."""

from uuid import UUID

from litestar.params import FromPath

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.reports.agent_views import AgentPerformanceView
from deskbell.api.v1.reports.routes import EndDate, StartDate
from deskbell.features.reports import service
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]


@get(
    "/agents/{agent_id:str}/performance",
    permission=Permission.AGENT_READ,
    tags=["Agents"],
    summary="Get agent performance",
)
async def agent_performance(
    uow: Uow, agent_id: FromPath[UUID], start_date: StartDate = None, end_date: EndDate = None
) -> Success[AgentPerformanceView]:
    """Figures of one member of the staff over a period, or all along. Others' figures are for leads and above."""
    period = await service.period_of(uow, start_date, end_date)
    return Success(AgentPerformanceView.of(await service.agent_performance(uow, agent_id, period)))


ROUTES = [agent_performance]
