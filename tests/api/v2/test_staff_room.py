"""v2: canned responses, SLA policies and the dashboard, for staff only."""

from uuid import uuid4

import pytest

from tests.api.v2.calling import file_ticket, problems, refused, v2
from tests.support.desk import Organization

GREETING = {"title": "Greeting", "content": "Hello {{requester.name}}", "shortcut": "/hi"}


async def test_canned_responses_are_created_updated_and_deleted(shop: Organization) -> None:
    agent = await v2(shop, "agent")
    made = await agent.post("/canned-responses", GREETING)
    assert made.status_code == 201
    greeting = made.json()["data"]
    assert {name: greeting[name] for name in GREETING} == GREETING
    await agent.post("/canned-responses", {"title": "bye", "content": "So long"})
    listed = (await agent.get("/canned-responses")).json()
    assert [each["title"] for each in listed["data"]] == ["bye", "Greeting"]
    assert listed["pagination"]["total"] == 2
    assert [each["title"] for each in (await agent.get("/canned-responses?search=/HI")).json()["data"]] == ["Greeting"]
    path = f"/canned-responses/{greeting['id']}"
    changed = (await agent.patch(path, {"content": "Hi!", "shortcut": None})).json()["data"]
    assert (changed["title"], changed["content"], changed["shortcut"]) == ("Greeting", "Hi!", None)
    assert (await agent.delete(path)).status_code == 204
    refused(await agent.delete(path), 404, "NotFound", "Canned response not found")


async def test_no_two_canned_responses_share_a_shortcut(shop: Organization, rival: Organization) -> None:
    agent = await v2(shop, "agent")
    await agent.post("/canned-responses", GREETING)
    refused(await agent.post("/canned-responses", {**GREETING, "shortcut": "/HI"}), 409, "ConflictError")
    other = (await agent.post("/canned-responses", {**GREETING, "shortcut": "/hello"})).json()["data"]
    refused(await agent.patch(f"/canned-responses/{other['id']}", {"shortcut": "/hi"}), 409, "ConflictError")
    assert (await (await v2(rival, "agent")).post("/canned-responses", GREETING)).status_code == 201
    assert (await agent.get("/canned-responses")).json()["pagination"]["total"] == 2


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"title", "content"}),
        ({**GREETING, "title": " "}, {"title"}),
        ({**GREETING, "title": "x" * 201}, {"title"}),
        ({**GREETING, "content": ""}, {"content"}),
        ({**GREETING, "content": "x" * 10_001}, {"content"}),
        ({**GREETING, "shortcut": "x" * 51}, {"shortcut"}),
        ({**GREETING, "colour": "red"}, {"colour"}),
    ],
)
async def test_a_bad_canned_response_names_its_fields(
    shop: Organization, body: dict[str, str], fields: set[str]
) -> None:
    agent = await v2(shop, "agent")
    assert problems(await agent.post("/canned-responses", body)).keys() == fields
    assert (await agent.get("/canned-responses")).json()["data"] == []


async def test_policies_hold_the_documented_defaults_until_they_are_changed(shop: Organization) -> None:
    admin = await v2(shop, "admin")
    listed = (await admin.get("/sla-policies")).json()["data"]
    assert {each["priority"]: each["firstResponseTime"] for each in listed} == {
        "urgent": 60, "high": 4 * 60, "medium": 8 * 60, "low": 24 * 60,
    }  # fmt: skip
    medium = next(each for each in listed if each["priority"] == "medium")
    path = f"/sla-policies/{medium['id']}"
    changed = (await admin.patch(path, {"firstResponseTime": 30})).json()["data"]
    assert changed == {**medium, "firstResponseTime": 30}
    assert (await admin.patch(path, {"resolutionTime": None})).json()["data"]["resolutionTime"] is None
    after = {each["id"]: each for each in (await admin.get("/sla-policies")).json()["data"]}
    assert after == {
        **{each["id"]: each for each in listed},
        medium["id"]: {**medium, "firstResponseTime": 30, "resolutionTime": None},
    }


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"firstResponseTime": 0}, {"firstResponseTime"}),
        ({"resolutionTime": 525_601}, {"resolutionTime"}),
        ({"firstResponseTime": "1h", "resolutionTime": 1.5}, {"firstResponseTime", "resolutionTime"}),
        ({"priority": "low"}, {"priority"}),
    ],
)
async def test_a_bad_policy_names_its_fields(shop: Organization, body: dict[str, object], fields: set[str]) -> None:
    admin = await v2(shop, "admin")
    before = (await admin.get("/sla-policies")).json()
    assert problems(await admin.patch(f"/sla-policies/{before['data'][0]['id']}", body)).keys() == fields
    assert (await admin.get("/sla-policies")).json() == before


async def test_customers_and_other_organizations_have_no_access(shop: Organization, rival: Organization) -> None:
    customer, agent, stranger = await v2(shop, "customer"), await v2(shop, "agent"), await v2(rival, "owner")
    canned = (await agent.post("/canned-responses", GREETING)).json()["data"]
    policies = (await agent.get("/sla-policies")).json()["data"]
    canned_path, policy_path = f"/canned-responses/{canned['id']}", f"/sla-policies/{policies[0]['id']}"
    for path in ("/canned-responses", "/sla-policies", "/dashboard/stats", "/dashboard/trends"):
        refused(await customer.get(path), 403, "Forbidden", "Insufficient permissions")
    refused(await customer.post("/canned-responses", GREETING), 403, "Forbidden")
    refused(await customer.patch(canned_path, {"title": "x"}), 403, "Forbidden")
    refused(await customer.delete(canned_path), 403, "Forbidden")
    for client in (customer, agent, await v2(shop, "team_lead")):
        refused(await client.patch(policy_path, {"firstResponseTime": 1}), 403, "Forbidden")
    refused(await stranger.patch(canned_path, {"title": "Theirs"}), 404, "NotFound")
    refused(await stranger.delete(canned_path), 404, "NotFound")
    refused(await stranger.patch(policy_path, {"firstResponseTime": 1}), 404, "NotFound", "SLA policy not found")
    refused(await stranger.patch(f"/sla-policies/{uuid4()}", {}), 404, "NotFound")
    assert (await stranger.get("/canned-responses")).json()["data"] == []
    assert (await agent.get("/canned-responses")).json()["data"] == [canned]
    assert (await agent.get("/sla-policies")).json()["data"] == policies


async def test_the_dashboard_counts_every_ticket_once(shop: Organization) -> None:
    customer, agent = await v2(shop, "customer"), await v2(shop, "agent")
    me = str((await shop.person("agent")).id)
    tickets = [await file_ticket(customer, priority=priority) for priority in ("low", "high", "high", "medium")]
    await agent.post(f"/tickets/{tickets[0]['id']}/assign", {"assigneeId": me})
    await agent.patch(f"/tickets/{tickets[1]['id']}", {"status": "resolved"})
    await agent.post(f"/tickets/{tickets[2]['id']}/messages", {"content": "At once."})
    stats = (await agent.get("/dashboard/stats")).json()["data"]
    assert stats["byStatus"] == {"open": 2, "pending": 1, "resolved": 1, "closed": 0}
    assert stats["byPriority"] == {"low": 1, "medium": 1, "high": 2, "urgent": 0}
    counted = ("totalTickets", "openTickets", "pendingTickets", "unassignedTickets", "createdToday", "resolvedToday")
    assert [stats[name] for name in counted] == [4, 2, 1, 2, 4, 1]
    assert stats["overdueTickets"] == 0
    assert stats["avgFirstResponseTime"] == 0.0
    trends = (await agent.get("/dashboard/trends?days=7")).json()["data"]
    assert len(trends) == 7
    assert trends[-1] == {"date": trends[-1]["date"], "created": 4, "resolved": 1}
    assert all((day["created"], day["resolved"]) == (0, 0) for day in trends[:-1])
    for days in ("0", "367", "many"):
        assert problems(await agent.get(f"/dashboard/trends?days={days}")).keys() == {"days"}
