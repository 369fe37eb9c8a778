"""portals: refusals have the contract's format and change nothing."""

from uuid import uuid4

import pytest

from tests.api.portals.test_document import assigned
from tests.support.desk import PASSWORD, Desk, Organization

TICKET = {"subject": "Zip is broken", "description": "On day one."}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"subject": "This field is required", "description": "This field is required"}),
        ({**TICKET, "subject": "x" * 256}, {"subject": "Must have at most 255 characters"}),
        ({**TICKET, "description": "x" * 65_537}, {"description": "Must have at most 65536 characters"}),
        ({**TICKET, "priority": "normal"}, {"priority": "Must be one of: Low, Medium, High, Urgent"}),
        ({**TICKET, "requester_id": str(uuid4())}, {"requester_id": "Unknown field"}),
        (
            {"subject": " ", "description": 1, "priority": "blazing"},
            {
                "subject": "This field must not be empty", "description": "Must be text",
                "priority": "Must be one of: Low, Medium, High, Urgent",
            },
        ),
    ],
)  # fmt: skip
async def test_bad_input_names_every_field(shop: Organization, body: object, fields: dict[str, str]) -> None:
    customer = (await shop.client("customer")).at("")
    answer = await customer.post("/customer/tickets", body)
    assert answer.status_code == 400
    refusal = answer.json()
    assert refusal.keys() == {"error", "code", "details"}
    assert refusal["code"] == "VALIDATION_ERROR"
    assert {each["path"]: each["message"] for each in refusal["details"]} == fields
    assert refusal["error"] == f"Invalid {', '.join(each['path'] for each in refusal['details'])}"
    assert (await customer.get("/customer/tickets")).json()["total"] == 0


async def test_an_unknown_value_is_refused_with_the_allowed_ones(shop: Organization) -> None:
    ticket, agent = await assigned(shop, "agent")
    answer = await agent.put(f"/agent/tickets/{ticket}", {"status": "solved", "priority": "medium-rare"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "Invalid status, priority"
    assert [each["message"] for each in answer.json()["details"]] == [
        "Must be one of: Open, In Progress, Resolved, Closed",
        "Must be one of: Low, Medium, High, Urgent",
    ]
    assert (await agent.get(f"/agent/tickets/{ticket}")).json()["status"] == "In Progress"
    for path in ("?limit=101", "?limit=0", "?offset=-1", "?offset=10000001", "?limit=many"):
        assert (await agent.get(f"/agent/tickets{path}")).status_code == 400
    customer = (await shop.client("customer")).at("")
    for query, expected in (
        ("status=solved", "Must be one of: Open, In Progress, Resolved, Closed"),
        ("status=Open,frozen", "Must be one of: Open, In Progress, Resolved, Closed"),
        ("priority=normal", "Must be one of: Low, Medium, High, Urgent"),
    ):
        for answer in (await agent.get(f"/agent/tickets?{query}"), await customer.get(f"/customer/tickets?{query}")):
            assert answer.status_code == 400
            assert answer.json()["details"] == [{"path": query.partition("=")[0], "message": expected, "code": "enum"}]


@pytest.mark.parametrize("status", ["Open", "In Progress", "Resolved", "deleted", "", None])
async def test_a_customer_may_set_nothing_but_closed(shop: Organization, status: str | None) -> None:
    customer = (await shop.client("customer")).at("")
    ticket = (await customer.post("/customer/tickets", TICKET)).json()["id"]
    answer = await customer.put(f"/customer/tickets/{ticket}", {"status": status})
    assert answer.status_code == 400
    (problem,) = answer.json()["details"]
    assert problem["path"] == "status"
    more = await customer.put(f"/customer/tickets/{ticket}", {"status": "Closed", "priority": "High"})
    assert more.status_code == 400
    assert (await customer.get(f"/customer/tickets/{ticket}")).json()["status"] == "Open"


async def test_without_a_token_401_and_in_the_wrong_role_403(desk: Desk, shop: Organization) -> None:
    ticket, _ = await assigned(shop, "agent")
    doors = [
        ("GET", "/agent/tickets", None), ("GET", f"/agent/tickets/{ticket}", None),
        ("PUT", f"/agent/tickets/{ticket}", {"status": "Closed"}),
        ("POST", f"/agent/tickets/{ticket}/comments", {"body": "x"}),
        ("POST", "/customer/tickets", TICKET), ("GET", "/customer/tickets", None),
        ("GET", f"/customer/tickets/{ticket}", None), ("PUT", f"/customer/tickets/{ticket}", {"status": "Closed"}),
        ("POST", f"/customer/tickets/{ticket}/comments", {"body": "x"}),
    ]  # fmt: skip
    unverified = await shop.person("owner", verified=False)
    for method, path, body in doors:
        for client in (desk.client(base=""), desk.client("not a token", ""), desk.client(unverified.token[:-2], "")):
            answer = await client.request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED"), (method, path)
            assert answer.headers["www-authenticate"].startswith("Bearer")
        wrong = ["customer"] if path.startswith("/agent") else ["agent", "senior_agent", "team_lead", "admin"]
        for key in wrong:
            answer = await (await shop.client(key)).at("").request(method, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN"), (method, path, key)
    assert (await unverified.client.at("").get("/agent/tickets")).status_code == 403
    v1 = (await (await shop.client("agent")).get(f"/tickets/{ticket}")).json()["data"]
    assert v1["status"] == "open"
    assert (await (await shop.client("agent")).get("/tickets")).json()["data"]["pagination"]["total"] == 1


async def test_every_staff_role_is_an_agent_and_sees_only_what_is_assigned_to_them(shop: Organization) -> None:
    for key in ("agent", "senior_agent", "team_lead", "admin", "owner"):
        ticket, client = await assigned(shop, key)
        assert [each["id"] for each in (await client.get("/agent/tickets")).json()["items"]] == [ticket]
        other = (await shop.client("agent2")).at("")
        assert (await other.get(f"/agent/tickets/{ticket}")).status_code == 404
        assert (await other.put(f"/agent/tickets/{ticket}", {"status": "Closed"})).status_code == 404
        assert (await other.post(f"/agent/tickets/{ticket}/comments", {"body": "x"})).status_code == 404
        shown = (await client.get(f"/agent/tickets/{ticket}")).json()
        assert (shown["status"], shown["comments"]) == ("In Progress", [])


async def test_another_customers_or_organizations_ticket_is_not_found(shop: Organization, rival: Organization) -> None:
    ticket, _ = await assigned(shop, "agent")
    for client in ((await shop.client("customer2")).at(""), (await rival.client("customer")).at("")):
        assert (await client.get(f"/customer/tickets/{ticket}")).status_code == 404
        assert (await client.put(f"/customer/tickets/{ticket}", {"status": "Closed"})).status_code == 404
        refused = await client.post(f"/customer/tickets/{ticket}/comments", {"body": "x"})
        assert refused.json() == {"error": "Ticket not found", "code": "NOT_FOUND", "details": []}
    stranger = (await rival.client("agent")).at("")
    assert (await stranger.get(f"/agent/tickets/{ticket}")).status_code == 404
    assert (await stranger.put(f"/agent/tickets/{ticket}", {"status": "Closed"})).status_code == 404
    assert (await stranger.get("/agent/tickets")).json()["total"] == 0


async def test_a_wrong_password_and_an_unknown_address_get_the_same_response(desk: Desk, shop: Organization) -> None:
    agent, client = await shop.person("agent"), desk.client(base="")
    wrong = await client.post("/login", {"email": agent.email, "password": "not-the-password"})
    unknown = await client.post("/login", {"email": f"nobody@{shop.domain}", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "INVALID_CREDENTIALS"
    for body in ({}, {"email": agent.email}, {"email": "nobody", "password": "x"}, {"email": 1, "password": PASSWORD}):
        assert (await client.post("/login", body)).status_code == 400


async def test_unknown_paths_and_methods_are_refused_in_the_same_form(shop: Organization) -> None:
    agent = (await shop.client("agent")).at("")
    for method, path, status in (
        ("GET", "/agent/nothing", 404), ("GET", "/agent", 404), ("DELETE", "/agent/tickets", 405), ("GET", "/login", 405),
    ):  # fmt: skip
        answer = await agent.request(method, path)
        assert answer.status_code == status
        assert answer.json().keys() == {"error", "code", "details"}
