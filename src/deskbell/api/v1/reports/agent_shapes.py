"""v1: shapes of agent performance."""

from uuid import UUID

from msgspec import Struct

from deskbell.api.v1.reports.shapes import PeriodView
from deskbell.features.reports.records import AgentFigures, AgentReport
from deskbell.kernel.durations import format_duration
from deskbell.kernel.permissions import Role


class AgentPerformanceView(Struct, frozen=True, kw_only=True):
    """An agent's performance in a period. Times are means. `sla_compliance` is in whole percent, rounded down."""

    tickets_resolved: int
    tickets_assigned: int
    avg_resolution_time: str
    avg_resolution_seconds: float
    first_response_time: str
    first_response_seconds: float
    customer_satisfaction: float
    ratings: int
    sla_compliance: int
    sla_measured: int

    @classmethod
    def fields_of(cls, agent: AgentFigures) -> dict[str, object]:
        """The fields of this view and its subclasses."""
        resolution, first = agent.resolution.mean or 0.0, agent.first_response.mean or 0.0
        return {
            "tickets_resolved": agent.resolved,
            "tickets_assigned": agent.assigned,
            "avg_resolution_time": format_duration(resolution),
            "avg_resolution_seconds": round(resolution, 3),
            "first_response_time": format_duration(first),
            "first_response_seconds": round(first, 3),
            "customer_satisfaction": agent.rating,
            "ratings": sum(agent.ratings.values()),
            "sla_compliance": agent.sla_compliance,
            "sla_measured": agent.promised,
        }

    @classmethod
    def of(cls, agent: AgentFigures) -> "AgentPerformanceView":
        return cls(**cls.fields_of(agent))  # type: ignore[arg-type] # the fields are this class's own


class ReportedAgent(AgentPerformanceView, frozen=True, kw_only=True):
    """An agent's performance with name, address and role."""

    id: UUID
    name: str
    email: str
    role: Role


class AgentReportView(Struct, frozen=True, kw_only=True):
    """The performance of all staff in a period, sorted by resolved tickets, most first."""

    agents: list[ReportedAgent]
    period: PeriodView

    @classmethod
    def of(cls, report: AgentReport) -> "AgentReportView":
        agents = [
            ReportedAgent(
                id=agent.id,
                name=agent.name,
                email=agent.email,
                role=Role(agent.role),
                **ReportedAgent.fields_of(agent),  # type: ignore[arg-type] # the fields are that class's own
            )
            for agent in report.agents
        ]
        return cls(agents=agents, period=PeriodView.of(report.period))
