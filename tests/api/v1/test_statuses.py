"""v1: statuses of the organization's own, the steps between statuses, and snoozed tickets."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from deskbell.features.tickets.service.snoozing import wake_due
from deskbell.kernel.clock import utc_now
from tests.support.desk import Client, Organization
from tests.support.journal import events_about

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}
PARTS = {"name": "Waiting for parts", "category": "pending", "customer_name": "On its way"}


async def made(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def put(client: Client, ticket: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.put(f"/tickets/{ticket['id']}", body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


async def test_a_status_is_created_renamed_and_retired_each_with_an_event(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    status = await made(admin, "/statuses", {**PARTS, "name": " Waiting  for parts "})
    assert status.items() >= {**PARTS, "position": 1, "retired": False}.items()
    path = f"/statuses/{status['id']}"
    got = await agent.get(path)
    assert got.json()["data"] == status
    assert (await agent.get("/statuses")).json()["data"] == [status]
    assert (await admin.post("/statuses", {**PARTS, "name": "WAITING for parts"})).status_code == 409
    assert (await admin.post("/statuses", {**PARTS, "name": "Pending"})).status_code == 422
    assert (await admin.put(path, {"name": "x"}, headers={"If-Match": '"old"'})).status_code == 412
    renamed = await admin.put(path, {"name": "Parts"}, headers={"If-Match": got.headers["etag"]})
    assert renamed.json()["data"]["name"] == "Parts"
    assert (await admin.delete(path)).status_code == 200
    assert (await admin.get(path)).json()["data"]["retired"] is True
    assert [kind for kind, _ in await events_about(shop, status["id"])] == [
        "status.created", "status.updated", "status.updated",
    ]  # fmt: skip
    assert (await agent.post("/statuses", PARTS)).status_code == 403
    assert (await (await shop.client("customer")).get("/statuses")).json()["data"] == []


async def test_an_own_status_lies_within_one_of_the_six(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    parts = await made(admin, "/statuses", PARTS)
    ticket = await made(customer, "/tickets", TICKET)
    assert ticket["custom_status"] is None
    set_ = await put(agent, ticket, {"custom_status_id": parts["id"]})
    shown = {"id": parts["id"], "name": "Waiting for parts"}
    assert (set_["status"], set_["custom_status"], set_["version"]) == ("pending", shown, ticket["version"] + 1)
    theirs = (await customer.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (theirs["status"], theirs["custom_status"]["name"]) == ("pending", "On its way")
    same = await put(agent, ticket, {"status": "pending", "priority": "high"})
    assert same["custom_status"] == shown, "a write of the status that it has loses nothing"
    other = (await agent.at("/api/v2").patch(f"/tickets/{ticket['id']}", {"title": "Zip is torn"})).status_code
    assert other == 200
    assert (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]["custom_status"] == shown
    plain = await put(agent, ticket, {"custom_status_id": None})
    assert (plain["status"], plain["custom_status"]) == ("pending", None)
    await put(agent, ticket, {"custom_status_id": parts["id"]})
    await customer.post(f"/tickets/{ticket['id']}/comments", {"body": "Any news?"})
    opened = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (opened["status"], opened["custom_status"]) == ("open", None)
    moves = [
        (payload["changes"].get("status"), payload["changes"].get("status_id"))
        for kind, payload in await events_about(shop, ticket["id"], "ticket.updated")
        if payload["changes"].keys() & {"status", "status_id"}
    ]
    own = {"was": None, "now": parts["id"]}
    gone = {"was": parts["id"], "now": None}
    assert moves == [
        ({"was": "new", "now": "pending"}, own), (None, gone), (None, own), ({"was": "pending", "now": "open"}, gone),
    ]  # fmt: skip


async def test_a_status_that_does_not_fit_is_refused(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    parts = await made(admin, "/statuses", PARTS)
    ticket = await made(agent, "/tickets", TICKET)
    for body in ({"custom_status_id": str(uuid4())}, {"custom_status_id": parts["id"], "status": "open"}):
        answer = await agent.put(f"/tickets/{ticket['id']}", body)
        assert answer.status_code == 422
        assert [each["path"] for each in answer.json()["error"]["details"]["fields"]] == ["custom_status_id"]
    await put(agent, ticket, {"custom_status_id": parts["id"]})
    await admin.delete(f"/statuses/{parts['id']}")
    kept = await put(agent, ticket, {"custom_status_id": parts["id"], "priority": "low"})
    assert kept["custom_status"]["id"] == parts["id"], "a retired one stays where it is"
    second = await made(agent, "/tickets", TICKET)
    assert (await agent.put(f"/tickets/{second['id']}", {"custom_status_id": parts["id"]})).status_code == 422


async def test_own_statuses_are_searched_by_name(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    parts = await made(admin, "/statuses", PARTS)
    tickets = [await made(customer, "/tickets", TICKET) for _ in range(3)]
    await put(agent, tickets[0], {"custom_status_id": parts["id"]})
    await put(agent, tickets[1], {"status": "pending"})

    async def found(client: Client, search: str) -> set[str]:
        answer = await client.get("/tickets", params={"search": search})
        assert answer.status_code == 200, answer.text
        listed = answer.json()["data"]
        assert listed["pagination"]["total"] == len(listed["tickets"])
        return {each["id"] for each in listed["tickets"]}

    first, second, third = (ticket["id"] for ticket in tickets)
    assert await found(agent, 'status:"waiting for parts"') == {first}
    assert await found(agent, "status:pending") == {first, second}
    assert await found(agent, 'status:"Waiting for parts",new') == {first, third}
    assert await found(agent, '-status:"waiting for parts"') == {second, third}
    assert await found(customer, 'status:"on its way"') == {first}
    assert (await customer.get("/tickets", params={"search": 'status:"waiting for parts"'})).status_code == 422
    view = await made(agent, "/views", {"name": "Parts", "query": 'status:"waiting for parts"'})
    assert len((await agent.get(f"/views/{view['id']}/tickets")).json()["data"]["tickets"]) == 1


async def test_steps_bind_the_staff_and_name_the_allowed_ones(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    parts = await made(admin, "/statuses", PARTS)
    steps = [
        {"from": "new", "to": parts["id"]},
        {"from": parts["id"], "to": "open"},
        {"from": "open", "to": "solved", "roles": ["admin"]},
    ]
    assert (await admin.put("/statuses/steps", {"steps": steps})).json()["data"]["steps"] == steps
    assert (await agent.get("/statuses/steps")).json()["data"]["steps"] == steps
    assert (await agent.put("/statuses/steps", {"steps": []})).status_code == 403
    assert (await admin.put("/statuses/steps", {"steps": [{"from": "new", "to": "nowhere"}]})).status_code == 422
    ticket = await made(customer, "/tickets", TICKET)
    path = f"/tickets/{ticket['id']}"
    refused = await agent.put(path, {"status": "solved"})
    assert refused.status_code == 409
    assert refused.json()["error"]["message"] == "From here a ticket can go to Waiting for parts"
    await put(agent, ticket, {"custom_status_id": parts["id"]})
    await put(agent, ticket, {"status": "open"})
    nowhere = await agent.put(path, {"status": "solved"})
    assert (nowhere.status_code, nowhere.json()["error"]["message"]) == (409, "From here a ticket can go nowhere")
    assert (await put(admin, ticket, {"status": "solved"}))["status"] == "solved"
    closed = await customer.patch(f"{path}/status", {"status": "closed"})
    assert closed.status_code == 200, "customers close and reopen as ever"
    await customer.post(f"{path}/comments", {"body": "Again"})
    assert (await agent.get(path)).json()["data"]["status"] == "open", "consequences pass"


async def test_a_snoozed_ticket_opens_at_its_moment_and_wakes_rules(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    ticket = await made(customer, "/tickets", TICKET)
    path = f"/tickets/{ticket['id']}"
    until = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
    answer = await agent.patch(f"{path}/snooze", {"until": until.isoformat()})
    snoozed = answer.json()["data"]
    assert (snoozed["status"], snoozed["snoozed_until"]) == ("pending", until.isoformat().replace("+00:00", "Z"))
    assert (await customer.get(path)).json()["data"]["snoozed_until"] is None
    again = (await agent.patch(f"{path}/snooze", {"until": until.isoformat()})).json()["data"]
    assert again["version"] == snoozed["version"], "a repeat changes nothing"
    await made(admin, "/rules", {"name": "Woken", "on": ["ticket.updated"], "do": [{"add_tags": ["woken"]}]})
    moment = await wake_due(shop.desk.database, utc_now())
    assert moment is not None
    await move_to_now(shop, ticket["id"])
    await wake_due(shop.desk.database, utc_now())
    woken = (await agent.get(path)).json()["data"]
    assert (woken["status"], woken["snoozed_until"], woken["tags"]) == ("open", None, ["woken"])
    kinds = [kind for kind, _ in await events_about(shop, ticket["id"], "ticket.")]
    assert kinds == [
        "ticket.created", "ticket.snoozed", "ticket.updated", "ticket.woke", "ticket.updated", "ticket.updated",
    ]  # fmt: skip
    theirs = (await customer.get(f"{path}/history")).json()["data"]
    assert {each["action"] for each in theirs} == {"created", "status_changed"}


async def move_to_now(shop: Organization, ticket_id: str) -> None:
    """Lets the moment of a snoozed ticket be past."""
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update tickets set snoozed_until = now() - interval '1 second' where id = $1::text::uuid", ticket_id
        )


async def test_a_customers_words_and_any_status_end_a_snooze(shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    until = (datetime.now(UTC) + timedelta(hours=3)).isoformat()
    for end in ("words", "status", "null"):
        ticket = await made(customer, "/tickets", TICKET)
        path = f"/tickets/{ticket['id']}"
        assert (await agent.patch(f"{path}/snooze", {"until": until})).status_code == 200
        if end == "words":
            await customer.post(f"{path}/comments", {"body": "Any news?"})
        elif end == "status":
            await put(agent, ticket, {"status": "open"})
        else:
            assert (await agent.patch(f"{path}/snooze", {"until": None})).status_code == 200
        after = (await agent.get(path)).json()["data"]
        assert (after["status"], after["snoozed_until"]) == ("open", None), end


@pytest.mark.parametrize("days", [-1, 400])
async def test_a_moment_to_snooze_until_is_within_a_year(shop: Organization, days: int) -> None:
    agent = await shop.client("agent")
    ticket = await made(agent, "/tickets", TICKET)
    until = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    assert (await agent.patch(f"/tickets/{ticket['id']}/snooze", {"until": until})).status_code == 422
    await put(agent, ticket, {"status": "solved"})
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert (await agent.patch(f"/tickets/{ticket['id']}/snooze", {"until": until})).status_code == 409
    assert (
        await (await shop.client("customer")).patch(f"/tickets/{ticket['id']}/snooze", {"until": until})
    ).status_code == 403
