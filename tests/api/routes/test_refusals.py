"""routes: invalid input is refused in the contract's format and changes nothing: limits, unknown values, foreign ids."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.routes.making import TICKET, at_root, file_ticket, make_tag, make_team
from tests.support.desk import PASSWORD, Desk, Organization

STATUSES = "Must be one of: new, open, pending, hold, solved, closed"
PRIORITIES = "Must be one of: low, normal, high, urgent"


def problems(answer: Any) -> dict[str, str]:
    """The refused fields, from a 400 in this contract's form."""
    assert answer.status_code == 400, answer.text
    refusal = answer.json()
    assert refusal.keys() == {"error", "code", "details"}
    assert refusal["code"] == "VALIDATION_ERROR"
    assert refusal["error"].startswith("Invalid ")
    return {each["path"]: each["message"] for each in refusal["details"]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"subject": "This field is required", "description": "This field is required"}),
        ({**TICKET, "subject": "x" * 256}, {"subject": "Must have at most 255 characters"}),
        ({**TICKET, "description": "x" * 65_537}, {"description": "Must have at most 65536 characters"}),
        (
            {**TICKET, "priority": "medium", "channel": "pigeon", "subject": ""},
            {
                "subject": "This field must not be empty", "priority": PRIORITIES,
                "channel": "Must be one of: web, api, email, chat, phone, import",
            },
        ),
        ({**TICKET, "customer_id": "ann"}, {"customer_id": "Must be an id (UUID)"}),
        ({**TICKET, "customer_id": str(uuid4())}, {"customer_id": "There is no contact with this id"}),
        ({**TICKET, "title": "x"}, {"title": "Unknown field"}),
    ],
)  # fmt: skip
async def test_an_invalid_ticket_is_refused_by_field(
    shop: Organization, body: object, expected: dict[str, str]
) -> None:
    agent = await at_root(shop, "agent")
    assert problems(await agent.post("/tickets", body)) == expected
    assert (await agent.get("/tickets")).json()["total"] == 0


async def test_an_invalid_update_is_refused_by_field_and_changes_nothing(shop: Organization) -> None:
    agent, customer = await at_root(shop, "agent"), await shop.person("customer")
    ticket = await file_ticket(customer.client.at(""))
    answer = await agent.patch(f"/tickets/{ticket}", {"status": "resolved", "priority": "medium"})
    assert problems(answer) == {"status": STATUSES, "priority": PRIORITIES}
    assert answer.json()["error"] == "Invalid status, priority"
    borrowed = {"assigned_to": str(customer.id), "team_id": str(uuid4()), "priority": "high"}
    assert problems(await agent.patch(f"/tickets/{ticket}", borrowed)) == {
        "assigned_to": "There is no agent with this id", "team_id": "There is no team with this id",
    }  # fmt: skip
    core_names = {"assignee_id": None, "group_id": None}
    assert problems(await agent.patch(f"/tickets/{ticket}", core_names)) == dict.fromkeys(core_names, "Unknown field")
    assert problems(await agent.post(f"/tickets/{ticket}/tags", {"tagId": str(uuid4())})) == {
        "tagId": "There is no tag with this id"
    }
    assert problems(await agent.post(f"/tickets/{ticket}/messages", {"content": "x" * 65_537})) == {
        "content": "Must have at most 65536 characters"
    }
    seen = (await agent.get(f"/tickets/{ticket}")).json()
    assert (seen["status"], seen["priority"], seen["assigned_to"], seen["messages"]) == ("new", "normal", None, [])
    assert len(seen["history"]) == 1


@pytest.mark.parametrize(
    ("path", "field", "expected"),
    [
        ("/tickets?status=resolved", "status", STATUSES),
        ("/tickets?priority=medium", "priority", PRIORITIES),
        ("/tickets?team_id=x", "team_id", "Must be"),
        ("/tickets?assigned_to=x", "assigned_to", "Must be an agent's id, or none"),
        ("/tickets?limit=101", "limit", "Must be at most 100"),
        ("/tickets?limit=0", "limit", "Must be at least 1"),
        ("/tickets?offset=-1", "offset", "Must be at least 0"),
        ("/tickets?offset=10000001", "offset", "Must be at most 10000000"),
        ("/teams?limit=101", "limit", "Must be at most 100"),
        ("/webhooks?limit=101", "limit", "Must be at most 100"),
        ("/organizations?limit=101", "limit", "Must be at most 100"),
        ("/audit-logs?limit=101", "limit", "Must be at most 100"),
        ("/audit-logs?userId=x", "userId", "Must be"),
        ("/audit-logs?action=ticket.exploded", "action", "Must be one of: "),
        ("/audit-logs?after=yesterday", "after", ""),
        ("/metrics/tickets?from=yesterday", "from", ""),
        ("/metrics/tickets?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from", "Must be before"),
    ],
)
async def test_an_invalid_filter_is_refused_by_name(shop: Organization, path: str, field: str, expected: str) -> None:
    found = problems(await (await at_root(shop, "admin")).get(path))
    assert found.keys() == {field}
    assert expected in found[field]


async def test_lists_of_ids_and_webhooks_have_their_limits(shop: Organization) -> None:
    admin = await at_root(shop, "admin")
    updates = {"priority": "high"}
    many = {"ticketIds": [str(uuid4()) for _ in range(501)], "updates": updates}
    assert problems(await admin.post("/tickets/bulk/update", many)) == {"ticketIds": "Must have at most 500 entries"}
    none = await admin.post("/tickets/bulk/update", {"ticketIds": [], "updates": updates})
    assert problems(none).keys() == {"ticketIds"}
    wrong = await admin.post("/tickets/bulk/update", {"ticketIds": [1], "updates": {"status": "resolved"}})
    assert problems(wrong).keys() == {"ticketIds.0", "updates.status"}
    url = "https://hooks.example.com/" + "x" * 2_023
    assert problems(await admin.post("/webhooks", {"url": url, "event_type": "*"})).keys() == {"url"}
    for private in ("http://127.0.0.1/x", "http://10.0.0.1", "http://localhost", "ftp://example.com", "example.com"):
        assert problems(await admin.post("/webhooks", {"url": private, "event_type": "*"})).keys() == {"url"}
    unknown = await admin.post("/webhooks", {"url": "https://hooks.example.com", "event_type": "ticket.exploded"})
    assert "ticket.created" in problems(unknown)["event_type"]
    assert (await admin.get("/webhooks")).json()["total"] == 0


async def test_an_invalid_article_is_refused_by_field_and_other_organizations_are_hidden(
    shop: Organization, rival: Organization
) -> None:
    admin, stranger = await at_root(shop, "admin"), await at_root(rival, "customer")
    bad = {"title": "x" * 201, "content": " ", "category": "x" * 101, "tags": ["ok", "x" * 51], "slug": "x"}
    assert problems(await admin.post("/kb/articles", bad)).keys() == {"title", "content", "category", "tags.1", "slug"}
    assert (await admin.post("/kb/articles", {"title": "Ours", "content": "x"})).status_code == 201
    assert (await admin.get("/kb/articles")).json()["total"] == 1
    assert (await stranger.get("/kb/articles")).json()["total"] == 0
    assert problems(await admin.get("/kb/articles?limit=101")).keys() == {"limit"}
    anonymous = shop.desk.client(base="")
    assert (await anonymous.get(f"/kb/articles?organization={uuid4()}")).status_code == 404


@pytest.mark.parametrize("verdict", [{"rating": 0}, {"rating": 6}, {"rating": 4.5}, {"rating": "5"}, {}])
async def test_a_rating_is_a_whole_number_from_1_to_5(shop: Organization, verdict: dict[str, object]) -> None:
    customer, agent = await at_root(shop, "customer"), await at_root(shop, "agent")
    ticket = await file_ticket(customer)
    await agent.patch(f"/tickets/{ticket}", {"status": "solved"})
    answer = await customer.post(f"/feedback/tickets/{ticket}", verdict)
    assert problems(answer).keys() == {"rating"}
    long = {"rating": 5, "comment": "x" * 5_001}
    assert problems(await customer.post(f"/feedback/tickets/{ticket}", long)).keys() == {"comment"}
    assert (await customer.post(f"/feedback/tickets/{ticket}", {"rating": 5, "comment": "  "})).status_code == 201


async def test_a_ticket_is_rated_once_and_only_when_solved(shop: Organization) -> None:
    customer, agent = await at_root(shop, "customer"), await at_root(shop, "agent")
    ticket = await file_ticket(customer)
    early = await customer.post(f"/feedback/tickets/{ticket}", {"rating": 5})
    assert problems(early) == {"ticket": "You can rate a ticket once it is solved"}
    await agent.patch(f"/tickets/{ticket}", {"status": "closed"})
    assert (await customer.post(f"/feedback/tickets/{ticket}", {"rating": 2})).status_code == 201
    again = await customer.post(f"/feedback/tickets/{ticket}", {"rating": 5})
    assert (again.status_code, again.json()["code"]) == (409, "FEEDBACK_GIVEN")
    other = await at_root(shop, "customer2")
    assert (await other.post(f"/feedback/tickets/{ticket}", {"rating": 5})).status_code == 404
    admin = await at_root(shop, "admin")
    (entry,) = (await admin.get("/audit-logs?action=feedback")).json()["items"]
    assert (entry["data"]["rating"], entry["ticket_id"]) == (2, ticket)


async def test_another_organizations_ids_are_not_found_anywhere(shop: Organization, rival: Organization) -> None:
    stranger, their_agent = await at_root(rival, "admin"), await rival.person("agent")
    ticket = await file_ticket(await at_root(shop, "customer"))
    message = (await (await at_root(shop, "agent")).post(f"/tickets/{ticket}/messages", {"content": "hi"})).json()["id"]
    own, tag, team = (
        await file_ticket(await at_root(rival, "customer")),
        await make_tag(shop, "x"),
        await make_team(shop),
    )
    user, hook = str((await shop.person("agent")).id), {"url": "https://hooks.example.com", "event_type": "*"}
    webhook = (await (await at_root(shop, "admin")).post("/webhooks", hook)).json()["id"]
    before = (await (await at_root(shop, "agent")).get(f"/tickets/{ticket}")).json()

    for method, path, body in (
        ("GET", f"/tickets/{ticket}", None), ("PATCH", f"/tickets/{ticket}", {"priority": "high"}),
        ("POST", f"/tickets/{ticket}/tags", {"tagId": str(uuid4())}), ("GET", f"/tickets/{ticket}/messages", None),
        ("POST", f"/tickets/{ticket}/messages", {"content": "hello"}), ("DELETE", f"/messages/{message}", None),
        ("POST", f"/teams/{team}/members", {"userId": str(their_agent.id)}),
        ("DELETE", f"/teams/{team}/members/{user}", None), ("DELETE", f"/webhooks/{webhook}", None),
        ("GET", f"/users/{user}", None), ("PATCH", f"/users/{user}", {"name": "Mallory"}),
        ("PATCH", f"/organizations/{shop.id}", {"name": "Ours now"}),
    ):  # fmt: skip
        answer = await stranger.request(method, path, **({} if body is None else {"json": body}))
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND"), (method, path, answer.text)
    for path, body, field in (
        (f"/tickets/{own}", {"assigned_to": user}, "assigned_to"), (f"/tickets/{own}", {"team_id": team}, "team_id"),
    ):  # fmt: skip
        assert problems(await stranger.patch(path, body)).keys() == {field}
    assert problems(await stranger.post(f"/tickets/{own}/tags", {"tagId": tag})).keys() == {"tagId"}
    assert problems(await stranger.post("/tickets", {**TICKET, "customer_id": user})).keys() == {"customer_id"}
    their_team = await make_team(rival)
    added = await stranger.post(f"/teams/{their_team}/members", {"userId": user})
    assert problems(added).keys() == {"userId"}
    bulk = await stranger.post("/tickets/bulk/update", {"ticketIds": [own, ticket], "updates": {"priority": "high"}})
    assert [result["code"] for result in bulk.json()["results"]] == [None, "NOT_FOUND"]
    bulk = await stranger.post("/tickets/bulk/update", {"ticketIds": [own], "updates": {"team_id": team}})
    assert bulk.json()["results"][0]["message"] == "There is no team with this id"
    for query in (f"team_id={team}", f"assigned_to={user}"):
        assert (await stranger.get(f"/tickets?{query}")).json()["total"] == 0
    assert (await stranger.get(f"/audit-logs?userId={user}")).json()["total"] == 0
    assert (await stranger.get("/teams")).json()["total"] == 1
    assert (await (await at_root(shop, "agent")).get(f"/tickets/{ticket}")).json() == before
    assert (await (await at_root(shop, "admin")).get("/webhooks")).json()["total"] == 1


async def test_messages_say_team_for_group_except_in_team_names(shop: Organization) -> None:
    admin = await at_root(shop, "admin")
    named = {"name": "The group of seven"}
    assert (await admin.post("/teams", named)).status_code == 201
    taken = await admin.post("/teams", named)
    assert (taken.status_code, taken.json()["error"]) == (409, "There is already a team named The group of seven")
    missing = await admin.delete(f"/teams/{uuid4()}/members/{uuid4()}")
    assert (missing.status_code, missing.json()["error"]) == (404, "Team not found")


async def test_registration_and_sign_in_refuse_by_field(desk: Desk, shop: Organization) -> None:
    anonymous = desk.client(base="")
    body = {"email": f"new@{shop.domain}", "password": PASSWORD, "organization_id": str(shop.id)}
    assert problems(await anonymous.post("/users", {**body, "email": "new"})).keys() == {"email"}
    assert problems(await anonymous.post("/users", {**body, "password": "short"})).keys() == {"password"}
    assert problems(await anonymous.post("/users", {**body, "organization_id": str(uuid4())})) == {
        "organization_id": "There is no organization with this id"
    }
    assert problems(await anonymous.post("/users", {**body, "name": "x" * 201})).keys() == {"name"}
    assert problems(await anonymous.post("/users", {**body, "role": "admin"})) == {"role": "Unknown field"}
    assert (await anonymous.post("/users", body)).status_code == 201
    taken = await anonymous.post("/users", body)
    assert (taken.status_code, taken.json()["code"]) == (409, "EMAIL_TAKEN")
    wrong = await anonymous.post("/auth/login", {"email": body["email"], "password": "wrong-password"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "INVALID_CREDENTIALS")
    assert (await anonymous.post("/auth/refresh", {"refresh_token": "x"})).status_code == 401
