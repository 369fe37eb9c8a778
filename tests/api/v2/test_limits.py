"""v2: every limit of the document, reached and exceeded by one, with its message; malformed requests."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.v2.calling import TICKET, file_ticket, problems, refused, v2
from tests.support.desk import Organization

STATUSES = "Invalid enum value. Expected 'open' | 'pending' | 'resolved' | 'closed'"
PRIORITIES = "Invalid enum value. Expected 'low' | 'medium' | 'high' | 'urgent'"

SHORT_TITLE = "Title must be at least 5 characters"
LONG_TITLE = "Title must be less than 200 characters"
SHORT_DESCRIPTION = "Description must be at least 20 characters"
LONG_DESCRIPTION = "Description must be less than 10,000 characters"

TICKET_LIMITS: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"title": "x" * 4}, {"title": SHORT_TITLE}),
    ({"title": "x" * 201}, {"title": LONG_TITLE}),
    ({"title": " " * 9}, {"title": SHORT_TITLE}),
    ({"title": "   abcd   "}, {"title": SHORT_TITLE}),
    ({"description": "x" * 19}, {"description": SHORT_DESCRIPTION}),
    ({"description": "x" * 10_001}, {"description": LONG_DESCRIPTION}),
    ({"description": " \n" * 20}, {"description": SHORT_DESCRIPTION}),
    ({"priority": "normal"}, {"priority": PRIORITIES}),
    ({"priority": 3}, {"priority": PRIORITIES}),
    ({"tags": ["t"] * 11}, {"tags": "Maximum 10 tags allowed"}),
    ({"tags": ["ok", "x" * 51]}, {"tags.1": "Tags must be at most 50 characters"}),
    ({"categoryId": "shoes"}, {"categoryId": "Invalid uuid"}),
    ({"title": "Hi", "priority": "asap"}, {"title": SHORT_TITLE, "priority": PRIORITIES}),
    ({"colour": "red"}, {"colour": "Unknown field"}),
    ({"subject": "Zip"}, {"subject": "Unknown field"}),
    ({"title": "Nul \0 inside"}, {"title": "Text must not contain NUL characters"}),
    ({"title": None}, {"title": "Must be text"}),
]


@pytest.mark.parametrize(("wrong", "expected"), TICKET_LIMITS)
async def test_a_new_ticket_beyond_a_limit_is_refused_in_the_documents_words(
    shop: Organization, wrong: dict[str, Any], expected: dict[str, str]
) -> None:
    customer = await v2(shop, "customer")
    assert problems(await customer.post("/tickets", {**TICKET, **wrong})) == expected
    assert (await customer.get("/tickets")).json()["pagination"]["total"] == 0


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [*TICKET_LIMITS, ({"status": "hold"}, {"status": STATUSES}), ({"status": 1}, {"status": STATUSES})],
)
async def test_a_change_beyond_a_limit_is_refused_and_changes_nothing(
    shop: Organization, wrong: dict[str, Any], expected: dict[str, str]
) -> None:
    agent = await v2(shop, "agent")
    ticket = await file_ticket(agent)
    answer = await agent.patch(f"/tickets/{ticket['id']}", {"priority": "urgent", **wrong})
    assert problems(answer) == expected
    assert (await agent.get("/tickets")).json()["data"] == [ticket]


async def test_values_at_every_limit_are_accepted_without_surrounding_space(shop: Organization) -> None:
    customer = await v2(shop, "customer")
    longest = {"title": "x" * 200, "description": "y" * 10_000, "tags": [str(i) * 50 for i in range(10)]}
    assert {name: (await file_ticket(customer, **longest))[name] for name in longest} == longest
    shortest = await file_ticket(customer, title="  abcde ", description=f"\n{'d' * 20}\n", tags=[])
    assert (shortest["title"], shortest["description"]) == ("abcde", "d" * 20)
    both = problems(await customer.post("/tickets", {}))
    assert both == {"title": "This field is required", "description": "This field is required"}


def attachment(**fields: object) -> dict[str, object]:
    return {"filename": "a.png", "url": "https://example.com/a.png", "mimeType": "image/png", "size": 10, **fields}


TEN_MB = 10 * 1024 * 1024


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"content": ""}, {"content": "Message cannot be empty"}),
        ({"content": "  "}, {"content": "Message cannot be empty"}),
        ({"content": "x" * 10_001}, {"content": "Message too long"}),
        ({"content": "x", "type": "note"}, {"type": "Invalid enum value. Expected 'reply' | 'internal_note'"}),
        ({"content": "x", "attachments": [attachment()] * 6}, {"attachments": "Maximum 5 attachments allowed"}),
        (
            {"content": "x", "attachments": [attachment(), attachment(size=TEN_MB + 1)]},
            {"attachments.1.size": "Attachments may have at most 10 MB"},
        ),
        (
            {"content": "x", "attachments": [attachment(url="not an address")]},
            {"attachments.0.url": "Must be the address of an upload or a web address"},
        ),
        ({"content": "x", "attachments": [{}]}, None),
    ],
)
async def test_a_message_beyond_a_limit_is_refused_and_not_added(
    shop: Organization, body: dict[str, Any], expected: dict[str, str] | None
) -> None:
    agent = await v2(shop, "agent")
    path = f"/tickets/{(await file_ticket(agent))['id']}/messages"
    found = problems(await agent.post(path, body))
    if expected is None:
        assert found.keys() == {f"attachments.0.{name}" for name in ("filename", "url", "mimeType", "size")}
    else:
        assert found == expected
    assert (await agent.get(path)).json()["pagination"]["total"] == 0


async def test_a_message_at_every_limit_is_taken(shop: Organization) -> None:
    agent = await v2(shop, "agent")
    path = f"/tickets/{(await file_ticket(agent))['id']}/messages"
    body = {"content": "x" * 10_000, "attachments": [attachment(size=TEN_MB)] * 5}
    added = (await agent.post(path, body)).json()["data"]
    assert [each["size"] for each in added["attachments"]] == [TEN_MB] * 5
    edited = await agent.patch(f"/messages/{added['id']}", {"content": " y "})
    assert edited.json()["data"]["content"] == "y"
    too_long = await agent.patch(f"/messages/{added['id']}", {"content": "x" * 10_001})
    assert problems(too_long) == {"content": "Message too long"}


async def test_a_resolution_has_at_most_five_thousand_characters(shop: Organization) -> None:
    customer = await v2(shop, "customer")
    path = f"/tickets/{(await file_ticket(customer))['id']}"
    assert problems(await customer.post(f"{path}/close", {"resolution": "x" * 5_001})).keys() == {"resolution"}
    assert (await customer.get(path)).json()["data"]["status"] == "open"
    assert (await customer.post(f"{path}/close", {"resolution": "x" * 5_000})).status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("page=0", {"page": "Must be at least 1"}),
        ("page=x", {"page": "Must be a whole number"}),
        ("page=99999999999999999999", None),
        ("limit=0", {"limit": "Must be at least 1"}),
        ("limit=101", {"limit": "Must be at most 100"}),
        ("status=new", {"status": STATUSES}),
        ("status=open&status=hold", {"status": STATUSES}),
        ("status[]=solved", {"status": STATUSES}),
        ("status=", {"status": STATUSES}),
        ("priority=normal", {"priority": PRIORITIES}),
        ("assigneeId=me", {"assigneeId": "Invalid uuid"}),
        ("customerId=1", {"customerId": "Invalid uuid"}),
        ("search=" + "x" * 201, {"search": "Must have at most 200 characters"}),
        ("createdAfter=yesterday", {"createdAfter": "Invalid date"}),
        ("createdBefore=0001-01-01T00:00:00%2B14:00", {"createdBefore": "Invalid date"}),
        (
            "sortBy=title",
            {"sortBy": "Invalid enum value. Expected 'createdAt' | 'updatedAt' | 'priority' | 'status'"},
        ),
        ("sortOrder=up", {"sortOrder": "Invalid enum value. Expected 'asc' | 'desc'"}),
    ],
)
async def test_an_invalid_filter_is_named(shop: Organization, query: str, expected: dict[str, str] | None) -> None:
    found = problems(await (await v2(shop, "agent")).get(f"/tickets?{query}"))
    assert (found if expected is not None else found.keys()) == (expected or {"page"})


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("GET", "/tickets/42", "Invalid ticket ID"),
        ("PATCH", "/tickets/42", "Invalid ticket ID"),
        ("DELETE", "/tickets/42", "Invalid ticket ID"),
        ("POST", "/tickets/42/assign", "Invalid ticket ID"),
        ("POST", "/tickets/42/close", "Invalid ticket ID"),
        ("POST", "/tickets/42/reopen", "Invalid ticket ID"),
        ("GET", "/tickets/42/messages", "Invalid ticket ID"),
        ("POST", "/tickets/42/messages", "Invalid ticket ID"),
        ("PATCH", "/messages/42", "Invalid message ID"),
        ("DELETE", "/messages/42", "Invalid message ID"),
        ("PATCH", "/canned-responses/42", "Invalid canned response ID"),
        ("DELETE", "/canned-responses/42", "Invalid canned response ID"),
        ("PATCH", "/sla-policies/42", "Invalid SLA policy ID"),
    ],
)
async def test_an_invalid_id_is_named(shop: Organization, method: str, path: str, message: str) -> None:
    bodies: dict[str, object] = {"/assign": {"assigneeId": str(uuid4())}, "messages": {"content": "x"}}
    body = next((body for part, body in bodies.items() if part in path), {})
    options = {} if method in ("GET", "DELETE") else {"json": body}
    assert problems(await (await v2(shop, "admin")).request(method, path, **options)) == {"id": message}


async def test_a_malformed_request_is_refused(shop: Organization) -> None:
    customer = await v2(shop, "customer")
    headers = {"content-type": "application/json"}
    refused(await customer.request("POST", "/tickets", content=b'{"title": ', headers=headers), 400, "BadRequest")
    refused(await customer.request("POST", "/tickets", content=b"title=x", headers={"content-type": "text/plain"}), 400,
            "BadRequest")  # fmt: skip
    huge = b'{"title": "' + b"x" * 1_100_000 + b'"}'
    refused(await customer.request("POST", "/tickets", content=huge, headers=headers), 413, "PayloadTooLarge")
    refused(await customer.get("/nothing/here"), 404, "NotFound")
    refused(await customer.put("/tickets", {}), 405, "MethodNotAllowed")
    assert problems(await customer.post("/tickets", [])) != {}
    refused(await customer.at("/api/v2").request("GET", "/tickets", headers={"authorization": "Bearer no"}), 401,
            "Unauthorized")  # fmt: skip
