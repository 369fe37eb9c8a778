"""Dates in filters are days of the organization's time zone, in every contract."""

import pytest

from tests.support.desk import Desk, Organization

# Where it is 14 hours later than in UTC: 1 June there lasts from 10:00 on 31 May to 10:00 on 1 June.
ZONE = "Pacific/Kiritimati"
MOMENTS = {
    "before": "2026-05-31 09:59:59+00",
    "first": "2026-05-31 10:00:00+00",
    "last": "2026-06-01 09:59:59+00",
    "after": "2026-06-01 10:00:00+00",
}


@pytest.fixture
async def far_shop(desk: Desk, shop: Organization) -> Organization:
    """An organization of that zone with a customer's ticket at each moment."""
    owner, customer = await shop.client("owner"), await shop.person("customer")
    set_zone = await owner.put("/settings/organization", {"settings": {"time_zone": ZONE}})
    assert set_zone.status_code == 200, set_zone.text
    async with desk.database.unit(shop.system()) as uow:
        for number, (subject, moment) in enumerate(MOMENTS.items(), 1):
            await uow.db.execute(
                "insert into tickets (organization_id, id, number, subject, description, requester_id, created_at, "
                "updated_at) values ($1, gen_random_uuid(), $2, $3, 'x', $4, $5::text::timestamptz, now())",
                shop.id, number, subject, customer.id, moment,
            )  # fmt: skip
    return shop


@pytest.mark.parametrize("key", ["agent", "customer"])
async def test_a_day_in_a_search_or_filter_is_in_the_organizations_time_zone(far_shop: Organization, key: str) -> None:
    client = await far_shop.client(key)
    for query, wanted in (
        ({"search": "created:2026-06-01"}, {"first", "last"}),
        ({"search": "created>2026-06-01"}, {"after"}),
        ({"search": "created<2026-06-01T00:00"}, {"before"}),
        ({"search": "created<2026-06-01T00:00Z"}, {"before", "first"}),
        ({"created_after": "2026-06-01"}, {"first", "last", "after"}),
        ({"created_after": "2026-06-02T00:00:00"}, {"after"}),
        ({"created_before": "2026-06-01"}, {"before", "first"}),
        ({"created_before": "2026-05-31T09:59:59Z"}, {"before"}),
    ):
        found = (await client.get("/tickets", params=query)).json()["data"]["tickets"]
        assert {each["subject"] for each in found} == wanted, query
    found = (await client.get("/search/tickets", params={"q": "created:2026-06-01"})).json()["data"]["tickets"]
    assert {each["subject"] for each in found} == {"first", "last"}
    second = client.at("/api/v2")
    for query, wanted in (
        ({"createdAfter": "2026-06-01"}, {"first", "last", "after"}),
        ({"createdBefore": "2026-06-01"}, {"before", "first"}),
    ):
        found = (await second.get("/tickets", params=query)).json()["data"]
        assert {each["title"] for each in found} == wanted, query


async def test_a_day_in_a_view_is_in_the_organizations_time_zone(far_shop: Organization) -> None:
    agent = await far_shop.client("agent")
    view = (await agent.post("/views", {"name": "June", "query": "created:2026-06-01"})).json()["data"]
    assert view["count"] == 2
    assert (await agent.get("/views")).json()["data"][0]["count"] == 2
    found = (await agent.get(f"/views/{view['id']}/tickets")).json()["data"]["tickets"]
    assert {each["subject"] for each in found} == {"first", "last"}


async def test_days_of_metrics_and_audit_log_are_in_the_organizations_time_zone(far_shop: Organization) -> None:
    admin = await far_shop.client("admin")
    metrics = await admin.at("").get("/metrics/tickets?from=2026-06-01T00:00:00&to=2026-06-02T00:00:00")
    assert metrics.status_code == 200, metrics.text
    assert metrics.json()["total"] == 2
    entries = (await admin.get("/audit-logs?after=2100-01-01")).json()
    assert entries["data"] == []
