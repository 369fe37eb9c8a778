"""Ticket metrics: against figures worked out by hand, and found through an index."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from deskbell.features.metrics import service
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Forbidden, Invalid
from deskbell.runtime.database import UnitOfWork
from tests.support.desk import Organization

DAY = datetime(2026, 3, 1, tzinfo=UTC)
# hours after the day's start; first answer and resolution in minutes after filing; how often opened again
TICKETS = [
    (0, 10, 100, 0, "solved"),
    (1, 20, 200, 2, "closed"),
    (2, 30, None, 1, "open"),
    (3, None, None, 0, "new"),
    (4, 60, 400, 0, "solved"),
]


async def file(uow: UnitOfWork, shop: Organization, requester: UUID) -> None:
    rows = [
        (DAY + timedelta(hours=hours), answered, solved, reopened, status)
        for hours, answered, solved, reopened, status in [*TICKETS, (48, 5, 5, 9, "solved")]
    ]
    for number, (at, answered, solved, reopened, status) in enumerate(rows, 1):
        await uow.db.execute(
            "insert into tickets (organization_id, id, number, subject, description, status, requester_id, reopen_count, "
            "created_at, updated_at, first_response_at, solved_at) values ($1, $2, $3, 's', 'd', $4, $5, $6, $7, $7, $8, $9)",
            shop.id, uuid4(), number, status, requester, reopened, at,
            None if answered is None else at + timedelta(minutes=answered),
            None if solved is None else at + timedelta(minutes=solved),
        )  # fmt: skip


async def test_the_figures_are_those_of_the_tickets_filed_in_the_span(shop: Organization) -> None:
    requester = (await shop.person("customer")).id
    async with shop.desk.database.unit(shop.system()) as uow:
        await file(uow, shop, requester)
        found = await service.ticket_metrics(uow, DAY, DAY + timedelta(hours=48))
    assert found.total == 5
    assert found.by_status == {"new": 1, "open": 1, "pending": 0, "hold": 0, "solved": 2, "closed": 1}
    first = found.first_response
    assert (first.count, first.median, first.mean) == (4, 25 * 60, 30 * 60)
    assert first.p90 == pytest.approx((30 + 0.7 * 30) * 60)  # 0.9 of the way along 10, 20, 30, 60
    resolution = found.resolution
    assert (resolution.count, resolution.median) == (3, 200 * 60)
    assert resolution.mean == pytest.approx(700 / 3 * 60)
    assert resolution.p90 == pytest.approx((200 + 0.8 * 200) * 60)
    assert (found.resolved, found.resolution_rate) == (3, 3 / 5)
    assert (found.reopened, found.reopenings, found.reopen_rate) == (2, 3, 2 / 5)


async def test_a_span_without_tickets_has_no_rates(shop: Organization) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        found = await service.ticket_metrics(uow)
        assert found.end - found.start == service.DEFAULT_SPAN
        with pytest.raises(Invalid):
            await service.ticket_metrics(uow, DAY, DAY - timedelta(seconds=1))
    assert (found.total, found.first_response.median, found.resolution_rate, found.reopen_rate) == (0, None, None, None)


async def test_staff_below_admin_may_not_ask(shop: Organization) -> None:
    agent = await shop.person("agent")
    async with shop.desk.database.unit(Actor(shop.id, agent.id, agent.role)) as uow:
        with pytest.raises(Forbidden):
            await service.ticket_metrics(uow)
