"""v1: opening hours of an organization, and rules that count working time or ask whether it is open."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from deskbell.kernel.clock import utc_now
from deskbell.kernel.working_time import OpeningHours, Span, calendar_of
from tests.api.v1.test_automations import automation, fired, shown, watch_until
from tests.api.v1.test_rules import filed, saved
from tests.support.desk import Client, Organization
from tests.support.work import work

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ALWAYS = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


async def opened(shop: Organization, hours: dict[str, Any] | None) -> None:
    admin = await shop.client("admin")
    answer = await admin.put(f"/organizations/{shop.id}", {"settings": {"hours": hours}})
    assert answer.status_code == 200, answer.text
    await work(shop.desk, shop)


def closed_on(first: date, days: int) -> dict[str, Any]:
    return {**ALWAYS, "dates": {(first + n * DAY).isoformat(): [] for n in range(days)}}


async def filed_at(client: Client) -> tuple[dict[str, Any], datetime]:
    ticket = await filed(client)
    return ticket, datetime.fromisoformat(ticket["created_at"])


async def test_an_automation_counts_working_time_and_moves_with_the_opening_hours(shop: Organization) -> None:
    customer = await shop.client("customer")
    hours = closed_on(utc_now().date() + DAY, 4)
    await opened(shop, hours)
    await automation(shop, after="1d 2h working")
    ticket, created = await filed_at(customer)
    calendar = calendar_of(OpeningHours(**{**ALWAYS, "dates": hours["dates"]}), UTC)
    due = calendar.later(created, Span(1, timedelta(hours=2)))
    assert due is not None
    assert due > created + 4 * DAY
    await watch_until(shop, due - SECOND)
    assert await fired(shop, ticket) == 0
    await watch_until(shop, due)
    assert await fired(shop, ticket) == 1
    other, created = await filed_at(customer)
    await opened(shop, None)
    await watch_until(shop, created + DAY)
    assert await fired(shop, other) == 0
    await watch_until(shop, created + DAY + timedelta(hours=2, seconds=1))
    assert await fired(shop, other) == 1, "without opening hours all time is working time"


async def test_repeats_and_moments_before_a_deadline_count_working_time_too(shop: Organization) -> None:
    customer = await shop.client("customer")
    await opened(shop, closed_on(utc_now().date() + DAY, 3))
    await automation(shop, after="0m", repeat={"every": "1d working", "most": 2}, do=[{"add_tags": ["again"]}])
    ticket, created = await filed_at(customer)
    await watch_until(shop, created + 3 * DAY)
    assert await fired(shop, ticket) == 1
    await watch_until(shop, created + 6 * DAY)
    assert await fired(shop, ticket) == 2
    before = await automation(shop, name="Before", after="-2h working", since="due.resolution")
    assert before["after"] == "-2h working"


async def test_a_calendar_that_never_opens_has_no_moments_and_explains_itself(shop: Organization) -> None:
    customer, admin = await shop.client("customer"), await shop.client("admin")
    await opened(shop, {})
    rule = await automation(shop, after="1m working")
    ticket, created = await filed_at(customer)
    await watch_until(shop, created + 90 * DAY)
    assert await fired(shop, ticket) == 0
    answer = await admin.post(f"/rules/{rule['id']}/explain", {"ticket_id": ticket["id"]})
    assert answer.json()["data"]["timed"]["next_at"] is None


async def test_a_rule_asks_whether_the_organization_is_open(shop: Organization) -> None:
    customer, admin = await shop.client("customer"), await shop.client("admin")
    rule = await saved(admin, when="organization.hours:closed", do=[{"add_tags": ["night"]}])
    await saved(admin, name="Day", when="-organization.hours:closed", do=[{"add_tags": ["day"]}])
    assert (await shown(admin, await filed(customer)))["tags"] == ["day"]
    await opened(shop, {"dates": {}})
    at_night = await filed(customer)
    assert (await shown(admin, at_night))["tags"] == ["night"]
    (operation,) = (await admin.get(f"/tickets/{at_night['id']}/explanation")).json()["data"]
    assert [(each["operator"], each["value"]) for each in operation["rules"][0]["held"]] == [
        ("organization.hours:closed", "closed")
    ]
    await opened(shop, ALWAYS)
    assert (await shown(admin, await filed(customer)))["tags"] == ["day"]
    again = await admin.post(f"/rules/{rule['id']}/explain", {"ticket_id": at_night["id"]})
    (operator,) = again.json()["data"]["operators"]
    assert (operator["holds"], operator["value"]) == (False, "open"), "the past is asked by the present opening hours"


async def test_an_automation_for_opening_hours_waits_until_it_opens(shop: Organization) -> None:
    customer = await shop.client("customer")
    today = utc_now().date()
    await opened(shop, closed_on(today - DAY, 5))
    await automation(shop, after="1m", when="organization.hours:open")
    ticket, created = await filed_at(customer)
    opens = datetime(today.year, today.month, today.day, tzinfo=UTC) + 4 * DAY
    await watch_until(shop, created + DAY)
    await watch_until(shop, opens - SECOND)
    assert await fired(shop, ticket) == 0
    await watch_until(shop, opens)
    assert await fired(shop, ticket) == 1


@pytest.mark.parametrize(
    ("hours", "path"),
    [
        ({"mon": ["9-17"]}, "settings.hours.mon.0"),
        ({"mon": ["09:00-12:00", "11:00-13:00"]}, "settings.hours.mon"),
        ({"dates": {"tomorrow": []}}, "settings.hours.dates.tomorrow"),
    ],
)
async def test_a_mistake_in_opening_hours_is_named(shop: Organization, hours: dict[str, Any], path: str) -> None:
    admin = await shop.client("admin")
    answer = await admin.put(f"/organizations/{shop.id}", {"settings": {"hours": hours}})
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == [path]


@pytest.mark.parametrize("after", ["1w working", "working", "3d Working time"])
async def test_working_time_that_cannot_be_read_is_refused(shop: Organization, after: str) -> None:
    body = {"name": "R", "after": after, "since": "created", "do": [{"add_tags": ["x"]}]}
    answer = await (await shop.client("admin")).post("/rules", body)
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == ["after"]
    snoozed = {"name": "R", "on": ["ticket.created"], "do": [{"snooze": "1d working"}]}
    refused = await (await shop.client("admin")).post("/rules", snoozed)
    assert refused.status_code == 422, "a snooze is wall time"
