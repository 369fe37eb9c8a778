"""platform: refusals have the documented format and change nothing."""

from uuid import uuid4

import pytest

from tests.api.platform.test_document import make_category
from tests.support.desk import Client, Desk, Organization

TICKET = {"title": "Zip is broken", "description": "On day one."}


async def total(client: Client) -> int:
    return int((await client.get("/tickets")).json()["total"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ("title: This field is required", "description: This field is required")),
        ({**TICKET, "title": "x" * 256}, ("title: Must have at most 255 characters",)),
        ({**TICKET, "description": "x" * 65_537}, ("description: Must have at most 65536 characters",)),
        ({**TICKET, "title": "   "}, ("title: This field must not be empty",)),
        ({**TICKET, "priority": "normal"}, ("priority: Must be one of: low, medium, high, urgent",)),
        ({**TICKET, "category_id": "billing"}, ("category_id: Must be an id (UUID)",)),
        ({**TICKET, "category_id": str(uuid4())}, ("category_id: There is no category with this id",)),
        ({**TICKET, "status": "open"}, ("status: Unknown field",)),
        ({**TICKET, "subject": "Zip"}, ("subject: Unknown field",)),
        ([], ("body: Must be an object",)),
    ],
)
async def test_bad_input_names_each_field_and_what_is_allowed(
    shop: Organization, body: object, expected: tuple[str, ...]
) -> None:
    customer = (await shop.client("customer")).at("/v1")
    answer = await customer.post("/tickets", body)
    assert answer.status_code == 400
    assert answer.json().keys() == {"detail"}
    assert answer.json()["detail"].startswith("Invalid request parameters. ")
    assert all(sentence in answer.json()["detail"] for sentence in expected), answer.text
    assert await total(customer) == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=solved", "status: Must be one of: open, in_progress, resolved"),
        ("status=open,frozen", "status: Must be one of: open, in_progress, resolved"),
        ("priority=normal", "priority: Must be one of: low, medium, high, urgent"),
        ("limit=101", "limit: Must be at most 100"),
        ("limit=0", "limit: Must be at least 1"),
        ("page=0", "page: Must be at least 1"),
        ("page=99999999999999999999", "page"),
        ("category=billing", "category: "),
    ],
)
async def test_a_bad_filter_is_refused_by_name(shop: Organization, query: str, expected: str) -> None:
    answer = await (await shop.client("agent")).at("/v1").get(f"/tickets?{query}")
    assert answer.status_code == 400
    assert expected in answer.json()["detail"]


async def test_broken_json_and_other_content_are_refused(shop: Organization) -> None:
    customer = (await shop.client("customer")).at("/v1")
    for options in (
        {"content": b"{", "headers": {"content-type": "application/json"}},
        {"content": b"title=x", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"content": b"\xff\xfe", "headers": {"content-type": "application/json"}},
    ):
        answer = await customer.request("POST", "/tickets", **options)
        assert answer.status_code == 400
        assert answer.json().keys() == {"detail"}
    large = await customer.post("/tickets", {**TICKET, "description": "x" * 1_000_001})
    assert large.status_code == 413
    assert large.json().keys() == {"detail"}


async def test_401_and_403_have_the_documents_wording(desk: Desk, shop: Organization) -> None:
    anonymous, customer = desk.client(base="/v1"), (await shop.client("customer")).at("/v1")
    for client in (anonymous, desk.client("not a token", "/v1")):
        answer = await client.get("/tickets")
        assert (answer.status_code, answer.json()) == (401, {"detail": "Not authenticated"})
    ticket = (await customer.post("/tickets", TICKET)).json()
    note = await customer.post(f"/tickets/{ticket['id']}/messages", {"content": "psst", "is_internal": True})
    assert (note.status_code, note.json()) == (403, {"detail": "Insufficient permissions"})
    for path in ("/nowhere", f"/tickets/{ticket['id']}/nothing"):
        missing = await customer.get(path)
        assert (missing.status_code, missing.json()) == (404, {"detail": "Resource not found"})
    assert (await customer.delete("/tickets")).status_code == 405


async def test_another_customers_ticket_is_not_found(shop: Organization, rival: Organization) -> None:
    mine, other = (await shop.client("customer")).at("/v1"), (await shop.client("customer2")).at("/v1")
    stranger = (await rival.client("owner")).at("/v1")
    ticket = (await mine.post("/tickets", TICKET)).json()
    for client in (other, stranger):
        answer = await client.post(f"/tickets/{ticket['id']}/messages", {"content": "hello"})
        assert (answer.status_code, answer.json()) == (404, {"detail": "Resource not found"})
        assert await total(client) == 0
    v1 = await (await shop.client("agent")).get(f"/tickets/{ticket['id']}/comments")
    assert v1.json()["data"] == []


async def test_another_organizations_category_cannot_be_used(shop: Organization, rival: Organization) -> None:
    theirs = await make_category(rival, "Theirs")
    agent = (await shop.client("agent")).at("/v1")
    answer = await agent.post("/tickets", {**TICKET, "category_id": theirs})
    assert answer.status_code == 400
    assert "category_id: There is no category with this id" in answer.json()["detail"]
    assert await total(agent) == 0
    assert (await agent.get(f"/tickets?category={theirs}")).json()["total"] == 0
    assert (await agent.get("/categories")).json() == []
