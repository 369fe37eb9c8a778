"""The dashboard's days are those of the organization's time zone, and contain only its own tickets."""

from datetime import UTC, date, datetime, timedelta

import pytest

from deskbell.features.dashboard import service
from deskbell.features.dashboard.records import DayCount
from deskbell.kernel.errors import Invalid
from tests.support.desk import Organization

# In Auckland (UTC+13 in summer) it is the second of February already.
NOW = datetime(2026, 2, 1, 12, 30, tzinfo=UTC)


async def make_ticket(
    shop: Organization, created: datetime, answered: datetime | None, solved: datetime | None
) -> None:
    """Inserts a ticket with these times, without the services."""
    requester = await shop.person("customer")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "insert into tickets (organization_id, id, number, subject, description, status, requester_id, created_at, "
            "updated_at, first_response_at, solved_at) select $1, gen_random_uuid(), count(*) + 1, 'x', 'x', $2, $3, "
            "$4, $4, $5, $6 from tickets",
            shop.id,
            "new" if solved is None else "solved",
            requester.id,
            created,
            answered,
            solved,
        )


async def set_zone(shop: Organization, zone: str) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update organizations set settings = jsonb_build_object('time_zone', $2::text) where id = $1", shop.id, zone
        )


async def test_days_begin_at_the_organizations_own_midnight(shop: Organization, rival: Organization) -> None:
    await set_zone(shop, "Pacific/Auckland")
    yesterday_there = datetime(2026, 2, 1, 10, 59, tzinfo=UTC)
    today_there = datetime(2026, 2, 1, 11, 0, tzinfo=UTC)
    await make_ticket(shop, yesterday_there, None, today_there)
    await make_ticket(shop, today_there, None, None)
    await make_ticket(rival, today_there, None, None)
    async with shop.desk.database.unit(shop.system()) as uow:
        uow.now = NOW
        figures, trend = await service.stats(uow), await service.trends(uow, 3)
    assert (figures.created_today, figures.resolved_today, figures.total) == (1, 1, 2)
    assert trend == [
        DayCount(date(2026, 1, 31), 0, 0),
        DayCount(date(2026, 2, 1), 1, 0),
        DayCount(date(2026, 2, 2), 1, 1),
    ]


async def test_a_day_of_23_hours_is_one_day(shop: Organization) -> None:
    await set_zone(shop, "Europe/Berlin")
    await make_ticket(shop, datetime(2026, 3, 29, 21, 59, tzinfo=UTC), None, None)  # 23:59 on the day the clocks go on
    async with shop.desk.database.unit(shop.system()) as uow:
        uow.now = datetime(2026, 3, 30, 12, tzinfo=UTC)
        trend = await service.trends(uow, 2)
    assert trend == [DayCount(date(2026, 3, 29), 1, 0), DayCount(date(2026, 3, 30), 0, 0)]


async def test_averages_look_thirty_days_back(shop: Organization) -> None:
    for age, minutes in ((1, 10), (29, 30), (40, 1_000)):
        created = NOW - timedelta(days=age)
        await make_ticket(shop, created, created + timedelta(minutes=minutes), created + timedelta(minutes=2 * minutes))
    await make_ticket(shop, NOW - timedelta(days=2), None, None)
    async with shop.desk.database.unit(shop.system()) as uow:
        uow.now = NOW
        figures = await service.stats(uow)
    assert (figures.first_response_seconds, figures.resolution_seconds) == (20 * 60, 40 * 60)


async def test_without_a_real_time_zone_it_is_utc(shop: Organization) -> None:
    await set_zone(shop, "Mars/Olympus")
    await make_ticket(shop, NOW, None, None)
    async with shop.desk.database.unit(shop.system()) as uow:
        uow.now = NOW
        assert await service.trends(uow, 1) == [DayCount(date(2026, 2, 1), 1, 0)]
        assert (await service.stats(uow)).first_response_seconds is None


@pytest.mark.parametrize("days", [0, -1, service.MAX_DAYS + 1])
async def test_a_trend_has_an_end(shop: Organization, days: int) -> None:
    async with shop.desk.database.unit(shop.system()) as uow:
        with pytest.raises(Invalid):
            await service.trends(uow, days)


async def test_what_missed_a_target_and_is_not_done_is_overdue(shop: Organization) -> None:
    await make_ticket(shop, NOW - timedelta(days=9), None, None)
    await make_ticket(shop, NOW - timedelta(days=9), None, NOW)
    await make_ticket(shop, NOW, None, None)
    async with shop.desk.database.unit(shop.system()) as uow:
        uow.now = NOW
        await uow.db.execute("update tickets set resolution_breached_at = $1 where created_at < $1", NOW)
        assert (await service.stats(uow)).overdue == 1
