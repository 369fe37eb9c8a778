"""platform: incoming webhooks are verified, applied once and limited to their organization."""

import asyncio
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

from tests.support.desk import Client, Desk, Organization


class System:
    """Another system that knows an organization's secret."""

    def __init__(self, desk: Desk, shop: Organization, secret: str) -> None:
        self.client = desk.client(base="/v1")
        self.shop = shop
        self.secret = secret

    def body(self, event: str, data: dict[str, Any], **more: Any) -> bytes:
        return json.dumps({"event": event, "organization_id": str(self.shop.id), "data": data, **more}).encode()

    def sign(self, body: bytes) -> str:
        return "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()

    async def send(self, body: bytes, signature: str | None = None) -> httpx.Response:
        headers = {"content-type": "application/json", "X-Signature": signature or self.sign(body)}
        return await self.client.request("POST", "/webhooks/incoming", content=body, headers=headers)

    async def send_event(self, event: str, data: dict[str, Any], **more: Any) -> httpx.Response:
        return await self.send(self.body(event, data, **more))


CREATED = {
    "external_id": "crm-1", "title": "Printer on fire", "description": "Smoke everywhere", "priority": "high",
    "status": "in_progress", "customer": {"email": "Ann@customer.example", "name": "Ann"},
}  # fmt: skip


@pytest.fixture
async def system(desk: Desk, shop: Organization) -> System:
    secret = (await (await shop.client("admin")).get("/webhooks/incoming-secret")).json()["data"]["secret"]
    return System(desk, shop, secret)


async def tickets(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/tickets")).json()["data"]["tickets"]
    return found


async def test_a_ticket_its_updates_and_its_messages_are_received(system: System, shop: Organization) -> None:
    agent = await shop.client("agent")
    filed = await system.send_event("ticket.created", CREATED)
    assert filed.status_code == 202
    assert filed.json() == {"status": "accepted", "id": filed.json()["id"]}
    (ticket,) = await tickets(agent)
    assert ticket["id"] == filed.json()["id"]
    assert (ticket["status"], ticket["priority"], ticket["channel"]) == ("open", "high", "api")
    assert (ticket["requester"]["email"], ticket["requester"]["name"]) == ("ann@customer.example", "Ann")

    words = {
        "external_id": "m-1", "ticket_external_id": "crm-1", "content": "It is worse now",
        "author": {"email": "bob@customer.example"},
    }  # fmt: skip
    said = await system.send_event("message.created", words)
    assert said.status_code == 202, said.text
    (comment,) = (await agent.get(f"/tickets/{ticket['id']}/comments")).json()["data"]
    assert (comment["id"], comment["body"], comment["public"]) == (said.json()["id"], "It is worse now", True)
    assert comment["author"]["email"] == "bob@customer.example"

    changed = await system.send_event(
        "ticket.updated", {"external_id": "crm-1", "status": "resolved", "title": "No fire"}
    )
    assert changed.status_code == 202
    (ticket,) = await tickets(agent)
    assert (ticket["status"], ticket["subject"], ticket["priority"]) == ("solved", "No fire", "high")
    assert ticket["first_response_at"] is None, "a customer's words are no response"


async def test_staff_messages_count_as_a_response_and_may_be_internal(system: System, shop: Organization) -> None:
    agent = await shop.person("agent")
    ticket = (await system.send_event("ticket.created", {**CREATED, "status": "open"})).json()["id"]
    words = {"ticket_external_id": "crm-1", "content": "Looking", "author": {"email": agent.email}}
    note = await system.send_event("message.created", {**words, "external_id": "n", "is_internal": True})
    assert note.status_code == 202
    seen = (await agent.client.get(f"/tickets/{ticket}")).json()["data"]
    assert (seen["status"], seen["first_response_at"]) == ("new", None)
    await system.send_event("message.created", {**words, "external_id": "r"})
    seen = (await agent.client.get(f"/tickets/{ticket}")).json()["data"]
    assert seen["status"] == "open"
    assert seen["first_response_at"] is not None
    by_customer = {**words, "external_id": "c", "is_internal": True, "author": {"email": "ann@customer.example"}}
    refused = await system.send_event("message.created", by_customer)
    assert refused.status_code == 400
    assert "data.is_internal" in refused.json()["detail"]


async def test_a_repeat_changes_nothing(system: System, shop: Organization) -> None:
    agent = await shop.client("agent")
    first = await system.send_event("ticket.created", CREATED)
    again = await system.send_event("ticket.created", CREATED)
    reworded = await system.send_event("ticket.created", {**CREATED, "title": "Another title"})
    for answer in (again, reworded):
        assert answer.status_code == 200
        assert answer.json() == {"status": "accepted", "id": first.json()["id"], "duplicate": True}
    (ticket,) = await tickets(agent)
    assert ticket["subject"] == "Printer on fire"

    solved = {"external_id": "crm-1", "status": "resolved"}
    assert (await system.send_event("ticket.updated", solved)).status_code == 202
    await agent.patch(f"/tickets/{ticket['id']}/status", {"status": "open"})
    assert (await system.send_event("ticket.updated", solved)).json()["duplicate"] is True
    assert (await tickets(agent))[0]["status"] == "open", "a body sent again must not undo what came after it"
    assert (await system.send_event("ticket.updated", solved, id="another delivery")).status_code == 202
    assert (await tickets(agent))[0]["status"] == "solved"

    words = {"external_id": "m", "ticket_external_id": "crm-1", "content": "x", "author": {"email": "a@b.example"}}
    assert (await system.send_event("message.created", words)).status_code == 202
    assert (await system.send_event("message.created", {**words, "content": "y"})).json()["duplicate"] is True
    assert len((await agent.get(f"/tickets/{ticket['id']}/comments")).json()["data"]) == 1


async def test_ten_concurrent_copies_of_a_body_create_one_ticket(system: System, shop: Organization) -> None:
    answers = await asyncio.gather(*(system.send_event("ticket.created", CREATED) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [202]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await tickets(await shop.client("agent"))) == 1


async def test_a_wrong_signature_is_refused_and_changes_nothing(
    system: System, shop: Organization, rival: Organization
) -> None:
    body = system.body("ticket.created", CREATED)
    right = system.sign(body)
    stranger = System(shop.desk, rival, "0" * 64)
    unreadable = b'{"event": "ticket.created"'
    wrong = [
        await system.send(body, "sha256=" + "0" * 64),
        await system.send(body, right.removeprefix("sha256=")),
        await system.send(body, "sha256=zz"),
        await system.send(body + b" ", right),
        await system.send(stranger.body("ticket.created", CREATED), right),
        await system.send(unreadable),
        await system.client.post("/webhooks/incoming", json.loads(body)),
    ]
    for answer in wrong:
        assert (answer.status_code, answer.json()) == (401, {"detail": "Not authenticated"})
    assert await tickets(await shop.client("agent")) == []
    assert (await system.send(body, right)).status_code == 202


async def test_rotating_invalidates_the_old_secret(system: System, shop: Organization) -> None:
    admin = await shop.client("admin")
    assert (await admin.get("/webhooks/incoming-secret")).json()["data"]["secret"] == system.secret
    fresh = (await admin.post("/webhooks/incoming-secret")).json()["data"]["secret"]
    assert fresh != system.secret
    assert (await system.send_event("ticket.created", CREATED)).status_code == 401
    system.secret = fresh
    assert (await system.send_event("ticket.created", CREATED)).status_code == 202
    for key in ("agent", "team_lead", "customer"):
        client = await shop.client(key)
        assert (await client.get("/webhooks/incoming-secret")).status_code == 403
        assert (await client.post("/webhooks/incoming-secret")).status_code == 403


async def test_a_secret_is_valid_for_its_own_organization_only(
    system: System, shop: Organization, rival: Organization
) -> None:
    await (await rival.client("admin")).get("/webhooks/incoming-secret")
    body = System(shop.desk, rival, system.secret).body("ticket.created", CREATED)
    assert (await system.send(body)).status_code == 401
    assert await tickets(await rival.client("agent")) == []


@pytest.mark.parametrize(
    ("event", "data"),
    [
        ("ticket.updated", {"external_id": "unknown", "status": "open"}),
        (
            "message.created",
            {"external_id": "m", "ticket_external_id": "unknown", "content": "x", "author": {"email": "new@x.example"}},
        ),
    ],
)
async def test_an_unknown_ticket_is_not_found(
    system: System, shop: Organization, event: str, data: dict[str, Any]
) -> None:
    answer = await system.send_event(event, data)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Resource not found"})
    async with shop.desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select count(*) from memberships where email = 'new@x.example'") == 0


@pytest.mark.parametrize(
    ("event", "data", "expected"),
    [
        ("ticket.closed", {}, "event: Must be one of: ticket.created, ticket.updated, message.created"),
        ("ticket.created", {**CREATED, "status": "solved"}, "data.status: Must be one of: open, in_progress, resolved"),
        ("ticket.created", {**CREATED, "title": "x" * 256}, "data.title: Must have at most 255 characters"),
        ("ticket.created", {**CREATED, "external_id": "x" * 256}, "data.external_id: Must have at most 255"),
        ("ticket.created", {**CREATED, "customer": {"email": "nobody"}}, "data.customer.email: Must be an e-mail"),
        ("ticket.created", {"external_id": "x"}, "data.title: This field is required"),
        ("ticket.updated", {"external_id": "x", "colour": "red"}, "data.colour: Unknown field"),
    ],
)
async def test_an_invalid_signed_body_is_refused_by_field(
    system: System, shop: Organization, event: str, data: dict[str, Any], expected: str
) -> None:
    answer = await system.send_event(event, data)
    assert answer.status_code == 400
    assert expected in answer.json()["detail"], answer.text
    assert await tickets(await shop.client("agent")) == []


async def test_a_body_over_one_megabyte_is_refused(system: System) -> None:
    answer = await system.send_event("ticket.created", {**CREATED, "description": "x" * 1_000_000})
    assert answer.status_code == 413


async def test_a_deleted_ticket_cannot_be_updated(system: System, shop: Organization) -> None:
    ticket = (await system.send_event("ticket.created", CREATED)).json()["id"]
    await (await shop.client("admin")).delete(f"/tickets/{ticket}")
    assert (await system.send_event("ticket.updated", {"external_id": "crm-1", "status": "open"})).status_code == 404
    assert (await system.send_event("ticket.created", {**CREATED, "title": "Again"})).json()["duplicate"] is True
    assert await tickets(await shop.client("agent")) == []
