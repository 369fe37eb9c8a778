"""v1: categories."""

from uuid import uuid4

from tests.support.desk import Organization
from tests.support.journal import events_about
from tests.support.work import work

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
    shown = (await customer.get(path)).json()["data"]
    assert shown == {**category, "tickets_count": None, "articles_count": None}

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


async def test_a_merged_category_leaves_its_tickets_with_the_other_one(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    ids = {
        name: (await admin.post("/categories", {"name": name})).json()["data"]["id"]
        for name in ("Zips", "Seams", "Repairs")
    }
    tickets = [
        (await agent.post("/tickets", {**TICKET, "category_id": ids[name]})).json()["data"]["id"]
        for name in ("Zips", "Zips", "Seams")
    ]
    article = {"title": "A stuck zip", "content": "Use wax.", "category": "Zips"}
    assert (await agent.post("/kb/articles", article)).status_code == 201
    named = {"name": "Zips", "on": ["ticket.created"], "when": "category:zips", "do": [{"add_tags": ["zip"]}]}
    rule = (await admin.post("/rules", named)).json()["data"]
    uses = (await admin.get(f"/workflow/uses?category_id={ids['Zips']}")).json()["data"]
    assert [use["name"] for use in uses] == ["Zips"]
    zips = (await admin.get(f"/categories/{ids['Zips']}")).json()["data"]
    assert (zips["tickets_count"], zips["articles_count"]) == (2, 1)
    path = f"/categories/{ids['Zips']}/merge"
    assert (await agent.post(path, {"into_id": ids["Seams"]})).status_code == 403
    itself = await admin.post(path, {"into_id": ids["Zips"]})
    assert (itself.status_code, "cannot be merged into itself" in itself.text) == (422, True)
    assert (await admin.post(path, {"into_id": str(uuid4())})).status_code == 404
    merged = await admin.post(path, {"into_id": ids["Seams"]})
    assert (merged.status_code, merged.json()["data"]["name"]) == (200, "Seams")
    assert (await admin.get(f"/categories/{ids['Zips']}")).status_code == 404
    assert (await admin.get(f"/rules/{rule['id']}")).json()["data"]["enabled"] is False
    # A ticket that is changed before the job gets the other category first.
    changed = await agent.put(f"/tickets/{tickets[0]}", {"priority": "high"})
    assert changed.json()["data"]["category"]["name"] == "Seams"
    # Merged again before the job has changed the others: the last one counts.
    assert (await admin.post(f"/categories/{ids['Seams']}/merge", {"into_id": ids["Repairs"]})).status_code == 200
    await work(shop.desk, shop)
    for ticket_id in tickets:
        assert (await agent.get(f"/tickets/{ticket_id}")).json()["data"]["category"]["name"] == "Repairs"
    [left] = (await agent.get("/categories")).json()["data"]
    assert (left["name"], left["tickets_count"], left["articles_count"]) == ("Repairs", 3, 0)
    kind, payload = (await events_about(shop, ids["Zips"]))[-1]
    assert (kind, payload["into_name"], payload["tickets"]) == ("category.merged", "Seams", 2)


async def test_a_category_has_a_colour_and_its_numbers_are_for_the_staff(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    made = (await admin.post("/categories", {"name": "Zips", "color": "#ABC"})).json()["data"]
    assert made["color"] == "#abc"
    path = f"/categories/{made['id']}"
    assert (await admin.put(path, {"color": "#102030"})).json()["data"]["color"] == "#102030"
    seen = (await customer.get(path)).json()["data"]
    assert (seen["color"], seen["tickets_count"], seen["articles_count"]) == ("#102030", None, None)
    assert (await admin.put(path, {"color": None})).json()["data"]["color"] is None
    assert (await admin.put(path, {"color": "red"})).status_code == 422
