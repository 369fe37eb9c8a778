"""v1: fields that an organization defines for its contacts, and their values."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import run_job, work

PLANS = [{"key": "gold", "label": "Gold"}, {"key": "free", "label": "Free of charge"}]
VALUES: list[tuple[str, dict[str, Any], Any, Any, str]] = [
    ("text", {}, " Über  uns ", "Über uns", 'field.x:"uber uns"'),
    ("multiline", {}, "a\nb", "a\nb", "-field.x:none"),
    ("integer", {}, 12.0, 12, "field.x>11"),
    ("decimal", {"limits": {"places": 2}}, 10.25, 10.25, "field.x<=10.25"),
    ("date", {}, "2026-02-03", "2026-02-03", "field.x<2026-02-04"),
    ("datetime", {}, "2026-02-03T10:00:00+01:00", "2026-02-03T09:00:00Z", "field.x>2026-02-02"),
    ("checkbox", {}, False, False, "field.x:no"),
    ("dropdown", {"options": PLANS}, "gold", "gold", "field.x:gold"),
    ("multi_select", {"options": PLANS}, ["free", "gold"], ["free", "gold"], 'field.x:"free of charge"'),
    (
        "nested",
        {"options": [{"key": "eu", "label": "EU"}, {"key": "eu/fr", "label": "France"}]},
        "eu/fr",
        "eu/fr",
        "field.x:eu",
    ),
    ("pattern", {"limits": {"pattern": "[A-Z]{2}"}}, "FR", "FR", "field.x:fr"),
    ("url", {}, "https://acme.example/", "https://acme.example/", "-field.x:none"),
]


async def defined(client: Client, key: str, type_: str, **more: Any) -> dict[str, Any]:
    body = {"key": key, "type": type_, "label": key.title(), "target": "contact", **more}
    answer = await client.post("/fields", body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def entered(client: Client, **more: Any) -> dict[str, Any]:
    answer = await client.post("/contacts", {"name": "Jane Roe", "email": f"{uuid4()}@acme.example", **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def found(client: Client, fields: str) -> list[str]:
    answer = await client.get("/contacts", params={"fields": fields, "sort": "created_at", "order": "asc"})
    assert answer.status_code == 200, answer.text
    body = answer.json()["data"]
    assert body["pagination"]["total"] == len(body["contacts"])
    return [each["id"] for each in body["contacts"]]


@pytest.mark.parametrize(("type_", "more", "given", "kept", "text"), VALUES, ids=[each[0] for each in VALUES])
async def test_a_value_of_every_type_is_kept_shown_and_found(
    shop: Organization, type_: str, more: dict[str, Any], given: Any, kept: Any, text: str
) -> None:
    admin = await shop.client("admin")
    await defined(admin, "x", type_, **more)
    jane, john = await entered(admin, fields={"x": given}), await entered(admin)
    assert (jane["fields"], john["fields"]) == ({"x": kept}, {})
    assert (await admin.get(f"/contacts/{jane['id']}")).json()["data"]["fields"] == {"x": kept}
    negated = text.removeprefix("-") if text.startswith("-") else f"-{text}"
    assert (await found(admin, text), await found(admin, negated)) == ([jane["id"]], [john["id"]])
    assert await found(admin, "field.x:none") == [john["id"]]


@pytest.mark.parametrize(
    ("type_", "more", "value"),
    [
        ("integer", {}, 1.5),
        ("integer", {"limits": {"maximum": 5}}, 6),
        ("date", {}, "2026-02-30"),
        ("dropdown", {"options": PLANS}, "silver"),
        ("text", {"limits": {"max_length": 3}}, "four"),
        ("lookup", {"limits": {"lookup": "agent"}}, "0193e1d2-0000-7000-8000-000000000000"),
    ],
)
async def test_what_does_not_suit_the_field_is_refused_by_its_name(
    shop: Organization, type_: str, more: dict[str, Any], value: Any
) -> None:
    admin = await shop.client("admin")
    await defined(admin, "x", type_, **more)
    jane = await entered(admin)
    body = {"name": "Jane", "email": f"{uuid4()}@acme.example", "fields": {"x": value, "unheard_of": 1}}
    for answer in (await admin.post("/contacts", body), await admin.put(f"/contacts/{jane['id']}", body)):
        assert answer.status_code == 422
        assert {each["path"] for each in answer.json()["error"]["details"]["fields"]} == {
            "fields.x",
            "fields.unheard_of",
        }
    assert (await admin.get(f"/contacts/{jane['id']}")).json()["data"] == jane


async def test_a_change_merges_records_one_event_and_heeds_if_match(shop: Organization) -> None:
    admin = await shop.client("admin")
    await defined(admin, "plan", "dropdown", options=PLANS)
    await defined(admin, "seats", "integer")
    jane = await entered(admin, fields={"plan": "gold"})
    path = f"/contacts/{jane['id']}"
    tag = (await admin.get(path)).headers["etag"]
    changed = await admin.put(path, {"company": "Acme", "fields": {"seats": 12}}, headers={"If-Match": tag})
    assert changed.json()["data"]["fields"] == {"plan": "gold", "seats": 12}
    stale = await admin.put(path, {"fields": {"plan": "free"}}, headers={"If-Match": tag})
    assert stale.status_code == 412
    cleared = await admin.put(path, {"fields": {"plan": None}})
    assert cleared.json()["data"]["fields"] == {"seats": 12}
    await admin.put(path, {"fields": {"seats": 12}})  # a change of nothing
    events = [body for kind, body in await events_about(shop, jane["id"]) if kind == "member.updated"]
    assert [sorted(each["changes"]) for each in events] == [["company", "custom_fields"], ["custom_fields"]]
    assert events[0]["changes"]["custom_fields"]["now"] == [
        {"name": "plan", "value": "gold"},
        {"name": "seats", "value": 12},
    ]
    activity = (await admin.get(f"{path}/activity")).json()["data"]
    assert any("the custom fields" in each["description"] for each in activity)


async def test_customers_see_neither_fields_nor_values_of_contacts(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.person("customer")
    await defined(admin, "plan", "text")
    refused = await admin.put("/fields/plan", {"customer": "write"})
    assert (refused.status_code, refused.json()["error"]["details"]["fields"][0]["path"]) == (422, "customer")
    await admin.put(f"/contacts/{customer.id}", {"fields": {"plan": "Verysecret"}})
    ticket = await customer.client.post("/tickets", {"subject": "Hello", "description": "There"})
    for path in ("/auth/me", "/settings/profile", "/forms/for", f"/tickets/{ticket.json()['data']['id']}", "/fields"):
        answer = await customer.client.get(path)
        assert "Verysecret" not in answer.text
        assert "plan" not in answer.text.lower()
    assert (await customer.client.get("/contacts", params={"fields": "field.plan:x"})).status_code == 403
    async with shop.desk.database.unit(Actor(shop.id, customer.id, Role.CUSTOMER)) as uow:
        assert await uow.db.fetch_value("select count(*) from contact_values") == 0


async def test_fields_of_contacts_and_of_tickets_stay_apart(shop: Organization) -> None:
    admin = await shop.client("admin")
    await defined(admin, "plan", "text")
    ticket = {"subject": "Hello", "description": "There"}
    assert (await admin.post("/tickets", {**ticket, "fields": {"plan": "x"}})).status_code == 422
    free = await admin.post("/tickets", {**ticket, "custom_fields": [{"name": "plan", "value": "gold"}]})
    assert free.status_code == 201  # a name of its own, as before
    assert (await admin.get("/tickets", params={"search": "field.plan:gold"})).status_code == 422
    assert [each["field"]["key"] for each in (await admin.get("/forms/for")).json()["data"]["items"]] == []
    form = await admin.post("/forms", {"name": "All", "items": [{"field": "plan"}]})
    assert form.status_code == 422
    taken = await admin.post("/fields", {"key": "plan", "type": "text", "label": "Plan"})
    assert taken.status_code == 409  # rules and programs know it by its key


async def test_a_condition_that_is_wrong_points_at_the_mistake(shop: Organization) -> None:
    admin = await shop.client("admin")
    await defined(admin, "seats", "integer")
    for text in ("field.none:1", "field.seats:many", "status:open", "jane", "field.seats"):
        answer = await admin.get("/contacts", params={"fields": text})
        assert answer.status_code == 422, text
        assert answer.json()["error"]["details"]["fields"][0]["path"] == "fields"


async def test_a_limit_that_values_of_contacts_break_is_refused_with_their_count(shop: Organization) -> None:
    admin = await shop.client("admin")
    await defined(admin, "seats", "integer")
    for seats in (3, 12, 40):
        await entered(admin, fields={"seats": seats})
    refused = await admin.put("/fields/seats", {"limits": {"maximum": 10}})
    assert refused.status_code == 422
    assert "2" in refused.json()["error"]["details"]["fields"][0]["message"]
    assert (await admin.put("/fields/seats", {"type": "decimal", "limits": {"places": 1}})).status_code == 200
    await work(shop.desk, shop)
    assert len(await found(admin, "field.seats>=12")) == 2


async def test_a_deleted_field_hides_its_values_comes_back_with_them_and_is_purged(shop: Organization) -> None:
    admin = await shop.client("admin")
    plan = await defined(admin, "plan", "text")
    await defined(admin, "seats", "integer")
    jane = await entered(admin, fields={"plan": "gold", "seats": 2})
    await admin.delete("/fields/plan")
    path = f"/contacts/{jane['id']}"
    assert (await admin.get(path)).json()["data"]["fields"] == {"seats": 2}
    await admin.put(path, {"fields": {"seats": 3}})
    assert (await admin.post("/fields/plan/restore")).status_code == 200
    assert (await admin.get(path)).json()["data"]["fields"] == {"plan": "gold", "seats": 3}
    await admin.delete("/fields/plan")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update fields set deleted_at = now() - interval '31 days' where id = $1", UUID(plan["id"])
        )
    await run_job(shop.desk, "tickets.purge_deleted_fields")
    assert (await admin.get("/fields/deleted")).json()["data"] == []
    async with shop.desk.database.unit(shop.system()) as uow:
        kept = await uow.db.fetch_value(
            "select custom_fields::text from memberships where user_id = $1", UUID(jane["id"])
        )
    assert "gold" not in kept


async def test_a_rule_asks_for_a_field_of_the_requester(shop: Organization) -> None:
    admin = await shop.client("admin")
    await defined(admin, "plan", "dropdown", options=PLANS)
    wrong = {"name": "Gold", "on": ["ticket.created"], "do": [{"set": {"priority": "urgent"}}]}
    for when in ("requester.field.plan:silver", "requester.field.colour:red"):
        assert (await admin.post("/rules", {**wrong, "when": when})).status_code == 422
    rule = await admin.post("/rules", {**wrong, "when": "requester.field.plan:gold"})
    assert rule.status_code == 201, rule.text
    jane, john = await entered(admin, fields={"plan": "gold"}), await entered(admin, fields={"plan": "free"})
    filed = []
    for person in (jane, john):
        body = {"subject": "Hello", "description": "There", "requester_id": person["id"]}
        filed.append((await admin.post("/tickets", body)).json()["data"])
    assert [each["priority"] for each in filed] == ["urgent", "normal"]
    why = await admin.post(f"/rules/{rule.json()['data']['id']}/explain", {"ticket_id": filed[1]["id"]})
    assert why.json()["data"]["operators"][0]["value"] == "free"
    await admin.delete("/fields/plan")  # a rule that names what is gone is switched off
    assert (await admin.get(f"/rules/{rule.json()['data']['id']}")).json()["data"]["enabled"] is False


async def test_the_configurations_text_has_fields_of_contacts_too(shop: Organization, rival: Organization) -> None:
    admin, other = await shop.client("admin"), await rival.client("admin")
    await defined(admin, "plan", "dropdown", options=PLANS)
    text = (await admin.get("/workflow/export")).json()["data"]["text"]
    assert "target: contact" in text
    assert (await other.post("/workflow/import", {"text": text})).status_code == 200
    assert (await other.get("/workflow/export")).json()["data"]["text"] == text
