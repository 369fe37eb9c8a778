"""v1: ticket metrics over HTTP. The tests of the feature check the figures."""

import pytest

from tests.support.desk import Organization


async def test_an_empty_span_gives_zeros(shop: Organization) -> None:
    span = "start_date=2020-01-01T00:00:00Z&end_date=2020-02-01T00:00:00Z"
    data = (await (await shop.client("admin")).get(f"/metrics/tickets?{span}")).json()["data"]
    assert (data["from"], data["to"]) == ("2020-01-01T00:00:00Z", "2020-02-01T00:00:00Z")
    assert (data["total"], data["resolved"], data["reopened"], data["resolution_rate"]) == (0, 0, 0, None)
    assert data["first_response"] == {
        "count": 0, "median": None, "p90": None, "mean": None, "median_seconds": None, "p90_seconds": None,
        "mean_seconds": None,
    }  # fmt: skip


async def test_dates_mean_whole_days_of_the_organizations_calendar_as_in_reports(shop: Organization) -> None:
    admin = await shop.client("admin")
    await admin.put("/settings/organization", {"settings": {"time_zone": "America/New_York"}})
    answer = await admin.get("/metrics/tickets?start_date=2026-03-08&end_date=2026-03-08")
    data = answer.json()["data"]
    assert (data["from"], data["to"]) == ("2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")


async def test_an_answered_and_a_reopened_ticket_are_counted(shop: Organization, rival: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    ticket = (await customer.post("/tickets", {"subject": "Zip", "description": "Broken"})).json()["data"]
    path = f"/tickets/{ticket['id']}"
    await admin.post(f"{path}/comments", {"body": "We send you a new one."})
    for status in ("solved", "open", "solved"):
        assert (await admin.patch(f"{path}/status", {"status": status})).status_code == 200
    data = (await admin.get("/metrics/tickets")).json()["data"]
    assert (data["total"], data["by_status"]["solved"], data["resolved"], data["resolution_rate"]) == (1, 1, 1, 1.0)
    assert (data["reopened"], data["reopenings"], data["reopen_rate"]) == (1, 1, 1.0)
    assert (data["first_response"]["count"], data["first_response"]["median"]) == (1, "0m")
    assert data["resolution"]["mean_seconds"] >= data["first_response"]["mean_seconds"] >= 0
    assert (await (await rival.client("admin")).get("/metrics/tickets")).json()["data"]["total"] == 0


@pytest.mark.parametrize("query", ["start_date=soon", "start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z"])
async def test_an_invalid_period_is_refused_with_its_own_message(shop: Organization, query: str) -> None:
    answer = await (await shop.client("admin")).get(f"/metrics/tickets?{query}")
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == ["start_date"]


async def test_only_admins_read_metrics(shop: Organization) -> None:
    for key in ("customer", "agent", "team_lead"):
        assert (await (await shop.client(key)).get("/metrics/tickets")).status_code == 403
