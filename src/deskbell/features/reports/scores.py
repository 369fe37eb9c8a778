"""Scores of agents: customers' ratings and kept service levels."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from deskbell.features.reports.service import agent_scores
from deskbell.kernel.clock import utc_now
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


class Scores(Struct, frozen=True):
    """An agent's scores over the last 90 days; 0 where nothing was measured.

    `rating` is the mean of `ratings` ratings from 1 to 5. `sla_compliance` is the whole percentage of `sla_measured`
    service levels that were met.
    """

    rating: float = 0.0
    ratings: int = 0
    sla_compliance: int = 0
    sla_measured: int = 0


async def scores_of(uow: UnitOfWork, agent_ids: Sequence[UUID]) -> dict[UUID, Scores]:
    """Scores by agent, without agents that have none. The number of queries does not depend on the number of agents."""
    uow.actor.require(Permission.AGENT_READ)
    if not agent_ids:
        return {}
    figures = await agent_scores(uow.db, agent_ids, utc_now())
    return {
        agent_id: Scores(agent.rating, sum(agent.ratings.values()), agent.sla_compliance, agent.promised)
        for agent_id, agent in figures.items()
    }
