"""portals: every operation of its document, with its rules."""

import json

import jwt
from openapi_spec_validator import validate

from deskbell.app import openapi_document
from tests.support.desk import PASSWORD, Client, Desk, Organization
from tests.support.walk import Walk, shape_of

PERSON = {"id": "str", "name": "str", "email": "str"}
TICKET = {
    "id": "str", "number": "int", "subject": "str", "description": "str", "status": "str", "priority": "str",
    "requester_id": "str", "requester": PERSON, "created_at": "str", "updated_at": "str",
}  # fmt: skip
COMMENT = {
    "id": "str", "ticket_id": "str", "author_id": "str", "author": {"id": "str", "name": "str"}, "body": "str",
    "is_internal": "bool", "created_at": "str",
}  # fmt: skip


def test_its_openapi_document_is_valid() -> None:
    validate(json.loads(json.dumps(openapi_document("portals"), default=str)))


async def test_every_operation_answers_as_the_document_says(desk: Desk, shop: Organization) -> None:
    walk = Walk("portals")
    agent, ann = await shop.person("agent"), await shop.person("customer")
    signed_in = {}
    for person in (agent, ann):
        answer = await walk.call(
            desk.client(base=""), "POST /login", 200, {"email": person.email, "password": PASSWORD}
        )
        assert shape_of(answer)["refresh_token"] == "str"
        claims = jwt.decode(answer["token"], options={"verify_signature": False})
        assert (claims["user_id"], claims["role"]) == (str(person.id), person.role.value)
        assert answer["user"]["id"] == str(person.id)
        signed_in[person.email] = desk.client(answer["token"], "")
    as_agent, as_ann = signed_in[agent.email], signed_in[ann.email]

    filed = await walk.call(as_ann, "POST /customer/tickets", 201, {"subject": "Zip", "description": "Broken"})
    assert TICKET.items() <= shape_of(filed).items()
    assert filed["requester_id"] == str(ann.id)
    assert (filed["status"], filed["priority"], filed["assignee_id"]) == ("Open", "Medium", None)
    place = {"id": filed["id"]}

    assert (await walk.call(as_agent, "GET /agent/tickets", 200))["items"] == []
    await walk.call(as_agent, "GET /agent/tickets/{id}", 404, **place)
    await agent.client.patch(f"/tickets/{filed['id']}/assign", {"assignee_id": str(agent.id)})
    listed = await walk.call(as_agent, "GET /agent/tickets", 200, query="?limit=5&offset=0")
    assert {key: listed[key] for key in ("total", "limit", "offset")} == {"total": 1, "limit": 5, "offset": 0}
    assert (TICKET | {"assignee_id": "str"}).items() <= shape_of(listed["items"][0]).items()
    shown = await walk.call(as_agent, "GET /agent/tickets/{id}", 200, **place)
    assert shown["requester"] == {"id": str(ann.id), "name": ann.name, "email": ann.email}

    note = await walk.call(
        as_agent, "POST /agent/tickets/{id}/comments", 201, {"body": "Worn out", "is_internal": True}, **place
    )
    assert shape_of(note) == COMMENT
    assert note["is_internal"] is True
    await walk.call(as_agent, "POST /agent/tickets/{id}/comments", 201, {"body": "A new one is on its way"}, **place)
    said = await walk.call(
        as_ann, "POST /customer/tickets/{id}/comments", 201, {"body": "Thanks", "is_internal": True}, **place
    )
    assert said["is_internal"] is False
    changed = await walk.call(
        as_agent, "PUT /agent/tickets/{id}", 200, {"status": "Resolved", "priority": "high"}, **place
    )
    assert (changed["status"], changed["priority"]) == ("Resolved", "High")
    assert [each["body"] for each in changed["comments"]] == ["Worn out", "A new one is on its way", "Thanks"]

    assert (await walk.call(as_ann, "GET /customer/tickets", 200))["total"] == 1
    seen = await walk.call(as_ann, "GET /customer/tickets/{id}", 200, **place)
    assert [each["body"] for each in seen["comments"]] == ["A new one is on its way", "Thanks"]
    closed = await walk.call(as_ann, "PUT /customer/tickets/{id}", 200, {"status": "closed"}, **place)
    assert closed["status"] == "Closed"
    assert walk.left_out() == set()


async def test_values_ignore_case_and_open_depends_on_the_current_status(
    shop: Organization,
) -> None:
    agent, ann = await shop.person("agent"), await shop.client("customer")
    ticket = (await ann.at("").post("/customer/tickets", {"subject": "Zip", "description": "Broken"})).json()["id"]
    at_portal = agent.client.at("")
    await agent.client.patch(f"/tickets/{ticket}/assign", {"assignee_id": str(agent.id)})

    async def core_status() -> str:
        return str((await agent.client.get(f"/tickets/{ticket}")).json()["data"]["status"])

    for written, core in (
        ("IN PROGRESS", "open"), ("resolved", "solved"), ("Open", "open"), ("cLoSeD", "closed"), ("in progress", "open"),
    ):  # fmt: skip
        answer = await at_portal.put(f"/agent/tickets/{ticket}", {"status": written})
        assert answer.status_code == 200, answer.text
        assert await core_status() == core
    for written, core in (("low", "low"), ("MEDIUM", "normal"), ("High", "high"), ("urgent", "urgent")):
        await at_portal.put(f"/agent/tickets/{ticket}", {"priority": written})
        assert (await agent.client.get(f"/tickets/{ticket}")).json()["data"]["priority"] == core
    await agent.client.patch(f"/tickets/{ticket}/status", {"status": "new"})
    assert (await at_portal.put(f"/agent/tickets/{ticket}", {"status": "open"})).json()["status"] == "Open"
    assert await core_status() == "new"


async def test_an_agent_filters_tickets_ignoring_case(shop: Organization) -> None:
    ticket, agent = await assigned(shop, "agent")
    for query, total in (
        ("status=in progress", 1), ("status=IN PROGRESS&priority=medium", 1), ("status=open", 0), ("priority=high", 0),
        ("status=open&status=In Progress", 1), ("priority=high,medium", 1), ("status=", 1),
    ):  # fmt: skip
        assert (await agent.get(f"/agent/tickets?{query}")).json()["total"] == total, query
    await agent.put(f"/agent/tickets/{ticket}", {"status": "Resolved", "priority": "High"})
    assert (await agent.get("/agent/tickets?status=resolved&priority=high")).json()["total"] == 1


async def assigned(shop: Organization, to: str) -> tuple[str, Client]:
    """A customer's ticket assigned to an agent, and the agent's client of the portal."""
    agent = await shop.person(to)
    ann = (await shop.client("customer")).at("")
    ticket = (await ann.post("/customer/tickets", {"subject": "Zip", "description": "Broken"})).json()["id"]
    await agent.client.patch(f"/tickets/{ticket}/assign", {"assignee_id": str(agent.id)})
    return ticket, agent.client.at("")
