"""v1: each figure of a report names the list of its tickets, and that list has as many."""

from typing import Any

import pytest

from tests.api.v1.test_reports import data, plant
from tests.support.desk import Client, Organization

SPAN = {"start_date": "2026-03-01", "end_date": "2026-03-09"}


async def total(client: Client, query: str) -> int:
    answer = await client.get("/tickets", params={"search": query, "limit": "1"})
    assert answer.status_code == 200, answer.text
    found: int = answer.json()["data"]["pagination"]["total"]
    return found


@pytest.fixture
async def lead(shop: Organization) -> Client:
    """A lead of a desk in Berlin with tickets of two groups, two tags and two weeks."""
    admin = await shop.client("admin")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            """update organizations set settings = '{"time_zone": "Europe/Berlin"}' where id = $1""", shop.id
        )
    ids = {}
    for name in ("Returns", "Returns EU", 'Night "owls"'):
        ids[name] = (await admin.post("/groups", {"name": name, "description": ""})).json()["data"]["id"]
    agent = str((await shop.person("agent")).id)
    await plant(shop, "2026-02-20T10:00:00Z", solved=24 * 10, group_id=ids["Returns"], tags=["late"])
    await plant(shop, "2026-02-20T11:00:00Z", group_id=ids["Returns EU"])
    await plant(shop, "2026-02-28T23:30:00Z", answered=1, solved=5, rating=5, assignee_id=agent, tags=["late", "Zip"])
    await plant(shop, "2026-03-03T12:00:00Z", priority="urgent", group_id=ids["Returns EU"], answered=9)
    await plant(shop, "2026-03-03T12:20:00Z", priority="urgent", group_id=ids['Night "owls"'], solved=200)
    await plant(shop, "2026-03-09T22:59:00Z", tags=["zip"], rating=None)
    await plant(shop, "2026-03-09T23:00:00Z")  # the first moment of the tenth, in Berlin
    return await shop.client("team_lead")


@pytest.mark.parametrize("q", ["", "priority:urgent", "tag:late -tag:zip", "zip"])
async def test_the_figures_of_the_ticket_report_equal_their_lists(lead: Client, q: str) -> None:
    report = await data(lead, "/reports/tickets", **SPAN, **({"q": q} if q else {}), group_by="day")
    period = report["period"]
    assert await total(lead, period["created_query"]) == report["total_tickets"]
    assert await total(lead, period["resolved_query"]) == report["resolved"]
    for words in ("by_status", "by_priority"):
        for word, count in report[words].items():
            if word != "resolved":
                operator = words.removeprefix("by_")
                assert await total(lead, f"{period['created_query']} {operator}:{word}") == count
    for each in report["trend"]:
        assert await total(lead, each["created_query"]) == each["created"]
        assert await total(lead, each["resolved_query"]) == each["resolved"]


async def test_the_backlog_is_what_was_filed_and_not_yet_done(lead: Client) -> None:
    report = await data(lead, "/reports/tickets", **SPAN, group_by="week")
    assert [each["backlog"] for each in report["trend"]] == [2, 3, 4]
    assert report["trend"][-1]["backlog"] == await total(lead, "created<2026-03-10 -solved<2026-03-10")


@pytest.mark.parametrize("by", ["group", "agent", "tag", "category", "channel", "type", "priority", "status"])
async def test_the_parts_of_a_breakdown_equal_their_lists(lead: Client, by: str) -> None:
    parts = (await data(lead, "/reports/breakdown", by=by, **SPAN))["parts"]
    assert parts
    for part in parts:
        for count in ("created", "resolved"):
            if part[f"{count}_query"] is not None:
                assert await total(lead, part[f"{count}_query"]) == part[count], part


async def test_a_part_that_the_language_cannot_name_has_no_list(lead: Client) -> None:
    parts = {part["label"]: part for part in (await data(lead, "/reports/breakdown", by="group", **SPAN))["parts"]}
    assert parts["Returns"]["resolved"] == 1
    assert parts["Returns"]["resolved_query"] is None  # its word is in the other's name, too
    assert parts["Returns EU"]["created_query"] == 'group:"Returns EU" created>=2026-03-01 created<=2026-03-09'
    assert parts['Night "owls"']["created_query"] is None
    assert parts[None]["created_query"].startswith("group:none ")


async def test_ratings_lead_to_the_tickets_rated_in_the_period(lead: Client) -> None:
    report = await data(lead, "/reports/satisfaction", **SPAN)
    assert report["responses"] == await total(lead, report["period"]["rated_query"]) == 1
    assert await total(lead, f"rating:5 {report['period']['rated_query']}") == 1
    assert await total(lead, f"rating:1 {report['period']['rated_query']}") == 0


async def test_hours_are_those_of_the_organizations_clock(lead: Client) -> None:
    hours = (await data(lead, "/reports/hours", **SPAN))["hours"]
    assert {(each["weekday"], each["hour"]): each["count"] for each in hours} == {(7, 0): 1, (2, 13): 2, (1, 23): 1}


async def test_moments_of_a_period_are_named_to_the_second(lead: Client) -> None:
    span = {"start_date": "2026-03-03T12:10:00Z", "end_date": "2026-03-09T22:59:00Z"}
    report = await data(lead, "/reports/tickets", **span)
    assert report["total_tickets"] == 1 == await total(lead, report["period"]["created_query"])


async def test_an_open_quotation_ends_before_the_dates(lead: Client) -> None:
    period = (await data(lead, "/reports/tickets", q='status:solved "', **SPAN))["period"]
    assert period["created_query"] == 'status:solved "" created>=2026-03-01 created<=2026-03-09'


@pytest.mark.parametrize("path", ["tickets", "agents", "satisfaction", "sla", "hours", "breakdown", "export"])
async def test_a_text_that_is_not_understood_is_refused(lead: Client, path: str) -> None:
    answer = await lead.get(f"/reports/{path}", params={"q": "status:lost"})
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == ["q"]


async def test_an_export_counts_what_its_text_finds(shop: Organization, lead: Client) -> None:
    link = await data(lead, "/reports/export", format="csv", q="priority:urgent", **SPAN)
    file = await shop.desk.client().get("/" + link["url"].removeprefix(shop.desk.settings.base_url))
    created = [line.split(",")[1] for line in file.text.splitlines()[1:]]
    assert sum(map(int, created)) == 2


async def test_words_are_counted_for_those_alone_who_may_read_tickets(shop: Organization) -> None:
    admin = await shop.client("admin")
    made: Any = (await admin.post("/api-keys", {"name": "Figures", "scopes": ["reports:read"]})).json()["data"]
    key = shop.desk.client(token=made["key"])
    assert (await key.get("/reports/tickets")).status_code == 200
    assert (await key.get("/reports/tickets", params={"q": "secret"})).status_code == 403
    assert (await key.get("/reports/breakdown")).status_code == 403
