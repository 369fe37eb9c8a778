"""How well agents do: what customers say of them, and how often they keep their promises."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from deskbell.features.reports.service import agent_scores
from deskbell.kernel.clock import utc_now
from deskbell.runtime.sql import Db

__all__ = ["Scores", "scores_of"]


class Scores(Struct, frozen=True):
    """`rating` is the mean of `ratings` customers' marks from 1 to 5, `sla_compliance` the share of `sla_measured` promises
    that was kept in whole per cent, both over the last 90 days. 0 where nothing was measured.
    """

    rating: float = 0.0
    ratings: int = 0
    sla_compliance: int = 0
    sla_measured: int = 0


async def scores_of(db: Db, agent_ids: Sequence[UUID]) -> dict[UUID, Scores]:
    """The scores of some agents, at a number of queries that does not grow with them; who is missing has none."""
    if not agent_ids:
        return {}
    figures = await agent_scores(db, agent_ids, utc_now())
    return {
        agent_id: Scores(agent.rating, sum(agent.ratings.values()), agent.sla_compliance, agent.promised)
        for agent_id, agent in figures.items()
    }
