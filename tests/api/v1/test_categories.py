"""v1: categories."""

from uuid import uuid4

from tests.support.desk import Organization
from tests.support.journal import events_about

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


async def test_a_category_is_created_updated_and_deleted_with_an_event_for_each_change(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    made = await admin.post("/categories", {"name": "Billing", "description": "Cards"})
    assert made.status_code == 201
    category = made.json()["data"]
    path = f"/categories/{category['id']}"
    assert (category["name"], category["description"]) == ("Billing", "Cards")
    assert (await admin.post("/categories", {"name": "BILLING"})).status_code == 409
    assert [each["name"] for each in (await customer.get("/categories")).json()["data"]] == ["Billing"]
    assert (await customer.get(path)).json()["data"] == category

    assert (await admin.put(path, {"name": "Billing"})).json()["data"] == category
    renamed = (await admin.put(path, {"name": "Payment"})).json()["data"]
    assert (renamed["name"], renamed["description"]) == ("Payment", "Cards")
    ticket = (await customer.post("/tickets", {**TICKET})).json()["data"]
    await admin.put(f"/tickets/{ticket['id']}", {"category_id": category["id"]})
    assert (await admin.delete(path)).status_code == 200
    assert (await admin.get(path)).status_code == 404
    assert (await admin.get(f"/tickets/{ticket['id']}")).json()["data"]["category"] is None
    events = await events_about(shop, category["id"])
    assert [kind for kind, _ in events] == ["category.created", "category.updated", "category.deleted"]
    assert events[1][1]["changes"] == {"name": {"was": "Billing", "now": "Payment"}}


async def test_renaming_to_a_name_that_is_taken_is_refused(shop: Organization) -> None:
    admin = await shop.client("admin")
    await admin.post("/categories", {"name": "One"})
    two = (await admin.post("/categories", {"name": "Two"})).json()["data"]
    refused = await admin.put(f"/categories/{two['id']}", {"name": "one"})
    assert refused.status_code == 409
    assert [each["name"] for each in (await admin.get("/categories")).json()["data"]] == ["One", "Two"]


async def test_permissions_by_role_and_organization(shop: Organization, rival: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    category = (await admin.post("/categories", {"name": "Billing"})).json()["data"]
    path = f"/categories/{category['id']}"
    assert (await agent.post("/categories", {"name": "x"})).status_code == 403
    assert (await agent.put(path, {"name": "x"})).status_code == 403
    assert (await agent.delete(path)).status_code == 403
    stranger = await rival.client("owner")
    assert (await stranger.get("/categories")).json()["data"] == []
    for answer in (await stranger.get(path), await stranger.put(path, {"name": "x"}), await stranger.delete(path)):
        assert answer.status_code == 404
    assert (await admin.put(f"/categories/{uuid4()}", {"name": "x"})).status_code == 404
    bad = await admin.post("/categories", {"name": "", "colour": 1})
    assert {problem["path"] for problem in bad.json()["error"]["details"]["fields"]} == {"name", "colour"}
