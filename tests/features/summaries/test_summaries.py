"""The daily summary: to staff who asked for it, in their morning, once, and only when there is something to say."""

from datetime import UTC, datetime, timedelta

import pytest

from deskbell.features.summaries.handlers import summaries_due
from tests.support.desk import Desk, Organization
from tests.support.work import tools_of, work

SEVEN = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


async def mails(desk: Desk, shop: Organization, key: str) -> list[tuple[str, str]]:
    """Subject and text of the summaries that a person got."""
    person = await shop.person(key)
    async with desk.database.unit(None) as uow:
        rows = await uow.db.fetch_all(
            "select subject, body_text from outbox where recipient = $1 and subject like 'Today:%' order by id",
            person.email,
        )
    return [(row[0], row[1]) for row in rows]


async def want(shop: Organization, key: str) -> None:
    answer = await (await shop.client(key)).put("/settings/notifications", {"daily_summary": True})
    assert answer.json()["data"]["daily_summary"] is True, answer.text


async def ticket_of(shop: Organization, key: str | None, subject: str) -> None:
    body: dict[str, object] = {"subject": subject, "description": "Please help."}
    if key is not None:
        body["assignee_id"] = str((await shop.person(key)).id)
    await shop.person("customer")
    assert (await (await shop.client("admin")).post("/tickets", body)).status_code == 201


async def send(desk: Desk, shop: Organization, at: datetime = SEVEN) -> None:
    await summaries_due(tools_of(desk), at)
    await work(desk, shop)


async def test_it_counts_open_overdue_and_unassigned_tickets(desk: Desk, shop: Organization) -> None:
    await want(shop, "agent")
    await ticket_of(shop, "agent", "Mine")
    await ticket_of(shop, "agent", "Mine and late")
    await ticket_of(shop, "agent2", "Not mine")
    await ticket_of(shop, None, "Nobody's")
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update tickets set resolution_breached_at = now() where subject = 'Mine and late'")
    await send(desk, shop)
    ((subject, text),) = await mails(desk, shop, "agent")
    assert subject == "Today: 2 open, 1 overdue"
    assert "1 is unassigned" in text
    assert text.index("Mine and late") < text.index("Mine\n")
    assert "Not mine" not in text
    assert await mails(desk, shop, "agent2") == [], "who did not ask gets none"


async def test_once_a_day_however_often_it_is_asked_for(desk: Desk, shop: Organization) -> None:
    await want(shop, "agent")
    await ticket_of(shop, "agent", "Mine")
    for hours in (0, 0, 1, 4):
        await send(desk, shop, SEVEN + timedelta(hours=hours))
    assert len(await mails(desk, shop, "agent")) == 1
    await send(desk, shop, SEVEN + timedelta(days=1))
    assert len(await mails(desk, shop, "agent")) == 2


@pytest.mark.parametrize(("zone", "hour", "comes"), [
    ("UTC", 6, False), ("UTC", 11, True), ("UTC", 12, False), ("Asia/Tokyo", 22, True), ("America/New_York", 7, False),
    ("America/New_York", 12, True),
])  # fmt: skip
async def test_it_comes_in_the_organizations_own_morning(
    desk: Desk, shop: Organization, zone: str, hour: int, comes: bool
) -> None:
    await want(shop, "agent")
    await ticket_of(shop, "agent", "Mine")
    answer = await (await shop.client("owner")).put("/settings/organization", {"settings": {"time_zone": zone}})
    assert answer.status_code == 200, answer.text
    await send(desk, shop, SEVEN.replace(hour=hour))
    assert bool(await mails(desk, shop, "agent")) == comes


async def test_nothing_open_is_no_mail(desk: Desk, shop: Organization) -> None:
    await want(shop, "agent")
    await send(desk, shop)
    assert await mails(desk, shop, "agent") == []


async def test_a_customer_gets_none(desk: Desk, shop: Organization) -> None:
    await want(shop, "customer")
    await ticket_of(shop, None, "Nobody's")
    await send(desk, shop)
    assert await mails(desk, shop, "customer") == []
