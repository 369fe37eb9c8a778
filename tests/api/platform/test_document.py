"""platform: every operation of its document, called as documented."""

import json
from typing import Any

from openapi_spec_validator import validate

from deskbell.app import openapi_document
from tests.support.desk import Desk, Organization
from tests.support.walk import Walk, shape_of

TICKET_IN_A_LIST = {"id": "str", "title": "str", "status": "str", "priority": "str", "created_at": "str"}


def test_its_openapi_document_is_valid() -> None:
    document = json.loads(json.dumps(openapi_document("platform"), default=str))
    validate(document)
    assert "oneOf" in json.dumps(document["paths"]["/v1/webhooks/incoming"])


async def test_every_operation_answers_as_the_document_says(desk: Desk, shop: Organization) -> None:
    walk = Walk("platform")
    customer, agent = (await shop.client("customer")).at("/v1"), (await shop.client("agent")).at("/v1")
    category = await make_category(shop, "Billing", "Billing and payment issues")

    assert await walk.call(agent, "GET /categories", 200) == [
        {"id": category, "name": "Billing", "description": "Billing and payment issues"}
    ]
    example = {
        "title": "Can't login to account", "description": "Getting invalid credentials error",
        "category_id": category, "priority": "high",
    }  # fmt: skip
    ticket = await walk.call(customer, "POST /tickets", 201, example)
    assert {key: ticket[key] for key in example} == example
    assert ticket["status"] == "open"

    listed = await walk.call(
        agent, "GET /tickets", 200, query=f"?status=open&category={category}&priority=high&page=1&limit=20"
    )
    assert {key: listed[key] for key in ("total", "page", "pages")} == {"total": 1, "page": 1, "pages": 1}
    assert TICKET_IN_A_LIST.items() <= shape_of(listed["items"][0]).items()

    words = {"content": "Have you tried resetting your password?", "is_internal": False}
    message = await walk.call(agent, "POST /tickets/{ticket_id}/messages", 201, words, ticket_id=ticket["id"])
    assert words.items() <= message.items()
    assert message["ticket_id"] == ticket["id"]

    # Without a signature it is refused; signed requests are tested in `test_incoming`.
    refused = await walk.call(desk.client(base="/v1"), "POST /webhooks/incoming", 401, {"event": "ticket.created"})
    assert refused == {"detail": "Not authenticated"}
    assert walk.left_out() == set()


async def test_pages_count_the_whole_list(shop: Organization) -> None:
    customer = (await shop.client("customer")).at("/v1")
    for number in range(5):
        answer = await customer.post("/tickets", {"title": f"Ticket {number}", "description": "Words"})
        assert answer.status_code == 201
    seen: list[str] = []
    for page in (1, 2, 3):
        body = (await customer.get(f"/tickets?limit=2&page={page}")).json()
        assert {key: body[key] for key in ("total", "page", "pages")} == {"total": 5, "page": page, "pages": 3}
        seen += [ticket["title"] for ticket in body["items"]]
    assert seen == [f"Ticket {number}" for number in (4, 3, 2, 1, 0)]
    assert (await customer.get("/tickets?page=4")).json()["items"] == []


async def make_category(shop: Organization, name: str, description: str = "") -> str:
    """A category of this organization."""
    from deskbell.features.categories import service

    async with shop.desk.database.unit(shop.system()) as uow:
        made: Any = await service.create(uow, name, description)
    return str(made.id)
