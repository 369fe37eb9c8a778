"""v1: brands."""

from uuid import uuid4

import pytest

from tests.support.desk import Organization
from tests.support.journal import events_about

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}
BRAND = {
    "name": "Demo Outfitters",
    "color": "#2F6FDE",
    "address": "https://outfitters.example/",
    "logo": "/api/v1/files/logo.png",
}


async def test_each_change_of_a_brand_has_an_event_and_an_entry_in_the_audit_log(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    created = await admin.post("/brands", BRAND)
    assert created.status_code == 201
    brand = created.json()["data"]
    path = f"/brands/{brand['id']}"
    assert brand.items() >= {**BRAND, "color": "#2f6fde"}.items()
    assert (await customer.get("/brands")).json()["data"] == [brand]
    assert (await customer.get(path)).json()["data"] == brand

    assert (await admin.put(path, {"name": " Demo  Outfitters ", "color": "#2f6FDE"})).json()["data"] == brand
    updated = (await admin.put(path, {"color": "#abc", "logo": None})).json()["data"]
    assert updated.items() >= {**BRAND, "color": "#abc", "logo": None}.items()
    assert (await admin.delete(path)).status_code == 200
    assert (await admin.get(path)).json()["error"]["message"] == "Brand not found"
    assert (await admin.get("/brands")).json()["data"] == []

    events = await events_about(shop, brand["id"])
    assert [kind for kind, _ in events] == ["brand.created", "brand.updated", "brand.deleted"]
    assert events[1][1]["changes"] == {
        "color": {"was": "#2f6fde", "now": "#abc"},
        "logo": {"was": BRAND["logo"], "now": None},
    }
    log = (await admin.get("/audit-logs", params={"subject_id": brand["id"]})).json()["data"]
    assert [each["action"] for each in log] == ["brand.deleted", "brand.updated", "brand.created"]


async def test_a_name_is_taken_in_any_case_until_its_brand_is_deleted(shop: Organization) -> None:
    admin = await shop.client("admin")
    one = (await admin.post("/brands", {"name": "One"})).json()["data"]
    two = (await admin.post("/brands", {"name": "Two"})).json()["data"]
    assert (one["color"], one["address"], one["logo"]) == (None, None, None)
    for refused in (
        await admin.post("/brands", {"name": "ONE"}),
        await admin.put(f"/brands/{two['id']}", {"name": "one"}),
    ):
        assert refused.status_code == 409
        assert refused.json()["error"]["message"].startswith("There is already a brand named")
    assert (await admin.put(f"/brands/{one['id']}", {"name": "ONE"})).json()["data"]["name"] == "ONE"
    await admin.delete(f"/brands/{one['id']}")
    assert (await admin.put(f"/brands/{two['id']}", {"name": "one"})).status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("name", " ", "This field must not be empty"),
        ("color", "blue", "Must be a color such as #1c7ed6"),
        ("color", "#12345", "Must be a color such as #1c7ed6"),
        ("address", "outfitters.example", "Must be a web address that begins with http:// or https://"),
        ("address", "javascript:alert(1)", "Must be a web address that begins with http:// or https://"),
        ("logo", "logo.png", "Must be the address of a picture (https://…), or the url of an uploaded one"),
        ("logo", "", "Must be the address of a picture (https://…), or the url of an uploaded one"),
    ],
)
async def test_a_field_that_does_not_hold_is_refused_by_name(
    shop: Organization, field: str, value: str, problem: str
) -> None:
    admin = await shop.client("admin")
    brand = (await admin.post("/brands", BRAND)).json()["data"]
    for answer in (
        await admin.post("/brands", {**BRAND, "name": "Other", field: value}),
        await admin.put(f"/brands/{brand['id']}", {field: value}),
    ):
        assert answer.status_code == 422, answer.text
        (found,) = answer.json()["error"]["details"]["fields"]
        assert found["path"] == field
        assert problem in found["message"]
    assert (await admin.get("/brands")).json()["data"] == [brand]


async def test_only_admins_change_brands_and_only_those_of_their_organization(
    shop: Organization, rival: Organization
) -> None:
    admin, agent, stranger = await shop.client("admin"), await shop.client("agent"), await rival.client("owner")
    brand = (await admin.post("/brands", BRAND)).json()["data"]
    path = f"/brands/{brand['id']}"
    assert (await agent.post("/brands", {"name": "x"})).status_code == 403
    assert (await agent.put(path, {"name": "x"})).status_code == 403
    assert (await agent.delete(path)).status_code == 403
    assert (await stranger.get("/brands")).json()["data"] == []
    for answer in (await stranger.get(path), await stranger.put(path, {"name": "x"}), await stranger.delete(path)):
        assert answer.status_code == 404
    assert (await stranger.post("/brands", BRAND)).status_code == 201
    assert (await admin.put(f"/brands/{uuid4()}", {"name": "x"})).status_code == 404
    assert (await admin.get(path)).json()["data"] == brand


async def test_a_ticket_has_one_brand_that_it_loses_with_the_brand(shop: Organization, rival: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    brand = (await admin.post("/brands", BRAND)).json()["data"]
    other = (await admin.post("/brands", {"name": "Demo Bikes"})).json()["data"]
    foreign = (await (await rival.client("admin")).post("/brands", {"name": "Theirs"})).json()["data"]
    ids = [
        (await customer.post("/tickets", {**TICKET, **fields})).json()["data"]["id"]
        for fields in ({"brand_id": brand["id"]}, {"brand_id": brand["id"]}, {"brand_id": None}, {})
    ]
    branded = (await customer.get(f"/tickets/{ids[0]}")).json()["data"]
    assert (branded["brand_id"], branded["brand"]) == (brand["id"], {"id": brand["id"], "name": BRAND["name"]})

    async def listed(brand_id: str) -> tuple[set[str], int]:
        data = (await admin.get(f"/tickets?brand_id={brand_id}")).json()["data"]
        return {each["id"] for each in data["tickets"]}, data["pagination"]["total"]

    assert await listed(brand["id"]) == (set(ids[:2]), 2)
    moved = (await admin.put(f"/tickets/{ids[1]}", {"brand_id": other["id"]})).json()["data"]
    assert moved["brand"] == {"id": other["id"], "name": "Demo Bikes"}
    assert await listed(brand["id"]) == (set(ids[:1]), 1)
    assert await listed(other["id"]) == (set(ids[1:2]), 1)
    for unknown in (foreign["id"], str(uuid4())):
        for answer in (
            await admin.post("/tickets", {**TICKET, "brand_id": unknown}),
            await admin.put(f"/tickets/{ids[0]}", {"brand_id": unknown}),
        ):
            assert answer.status_code == 422
            assert answer.json()["error"]["details"]["fields"][0]["message"] == "There is no brand with this id"
        assert await listed(unknown) == (set(), 0)

    assert (await admin.delete(f"/brands/{brand['id']}")).status_code == 200
    bare = (await customer.get(f"/tickets/{ids[0]}")).json()["data"]
    assert (bare["brand_id"], bare["brand"], bare["version"]) == (None, None, branded["version"] + 1)
    assert await listed(brand["id"]) == (set(), 0)
    assert (await admin.post("/tickets", {**TICKET, "brand_id": brand["id"]})).status_code == 422
    assert (await admin.put(f"/tickets/{ids[1]}", {"brand_id": None})).json()["data"]["brand"] is None
