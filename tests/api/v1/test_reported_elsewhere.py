"""Defects of rules, macros, fields and forms that users of other helpdesks reported: none of them is here."""

from typing import Any

import pytest

from tests.api.test_vocabulary import CONTRACTS, DESCRIPTION, SUBJECT, open_desks
from tests.api.v1.test_statements import logged, statements_of
from tests.features.mail.test_filing import received, written
from tests.support.desk import Client, Organization
from tests.support.journal import events_about

__all__ = ["logged"]
TICKET = {"subject": "Coat", "description": "Torn"}
OPTIONS = [{"key": "m", "label": "Medium"}]
KINDS: dict[str, tuple[dict[str, Any], Any]] = {
    "text": ({}, "a"), "multiline": ({}, "a"), "integer": ({}, 0), "decimal": ({"limits": {"places": 1}}, 0.5),
    "date": ({}, "2026-02-03"), "datetime": ({}, "2026-02-03T10:00:00Z"), "checkbox": ({}, False),
    "dropdown": ({"options": OPTIONS}, "m"), "multi_select": ({"options": OPTIONS}, ["m"]),
    "nested": ({"options": OPTIONS}, "m"), "pattern": ({"limits": {"pattern": "a+"}}, "aa"),
    "url": ({}, "https://a.example"),
}  # fmt: skip


async def ok(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["data"]


async def saved(admin: Client, **rule: Any) -> dict[str, Any]:
    found: dict[str, Any] = await ok(
        await admin.post("/rules", {"name": "A", "on": ["ticket.created"], "do": [{"add_tags": ["seen"]}], **rule})
    )
    return found


async def fired(shop: Organization, ticket_id: str) -> list[str]:
    return [body["name"] for kind, body in await events_about(shop, ticket_id) if kind == "rule.fired"]


async def test_a_change_of_nothing_is_no_occasion(shop: Organization) -> None:
    admin = await shop.client("admin")
    await saved(admin, on=["ticket.updated", "ticket.assigned"])
    ticket = await ok(await admin.post("/tickets", TICKET))
    path = f"/tickets/{ticket['id']}"
    for body in ({}, {"subject": "Coat"}, {"priority": "normal", "tags": []}, {"assignee_id": None}):
        await ok(await admin.put(path, body))
    assert await fired(shop, ticket["id"]) == []
    await ok(await admin.put(path, {"priority": "high"}))
    assert await fired(shop, ticket["id"]) == ["A"]


async def test_one_change_of_several_fields_is_one_occasion_with_one_effect(shop: Organization) -> None:
    admin = await shop.client("admin")
    await saved(admin, on=["ticket.updated", "ticket.assigned"])
    agent = await shop.person("agent")
    ticket = await ok(await admin.post("/tickets", TICKET))
    change = {"tags": ["late", "red"], "priority": "high", "assignee_id": str(agent.id)}
    await ok(await admin.put(f"/tickets/{ticket['id']}", change))
    assert await fired(shop, ticket["id"]) == ["A"]


async def test_a_rule_for_replies_does_not_fire_when_the_ticket_is_assigned(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    await saved(admin, on=["comment.added"])
    ticket = await ok(await admin.post("/tickets", TICKET))
    path = f"/tickets/{ticket['id']}"
    await ok(await admin.patch(f"{path}/assign", {"assignee_id": str(agent.id)}))
    assert await fired(shop, ticket["id"]) == []
    await ok(await admin.post(f"{path}/comments", {"body": "Hello"}))
    assert await fired(shop, ticket["id"]) == ["A"]


async def test_a_rule_may_ask_for_the_state_before_the_change(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await saved(admin, on=["comment.added"], when="was.status:solved comment.by:customer")
    ticket = await ok(await customer.post("/tickets", TICKET))
    path = f"/tickets/{ticket['id']}"
    await ok(await customer.post(f"{path}/comments", {"body": "Still torn"}))
    assert await fired(shop, ticket["id"]) == []
    await ok(await admin.put(path, {"status": "solved"}))
    await ok(await customer.post(f"{path}/comments", {"body": "Torn again"}))  # opens it before rules are asked
    assert await fired(shop, ticket["id"]) == ["A"]


async def test_every_property_can_be_asked_whether_it_changed(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    group = await ok(await admin.post("/groups", {"name": "Returns", "description": ""}))
    category = await ok(await admin.post("/categories", {"name": "Goods"}))
    brand = await ok(await admin.post("/brands", {"name": "Outfitters"}))
    changes: dict[str, dict[str, Any]] = {
        "subject": {"subject": "Boots"}, "description": {"description": "Worn"}, "status": {"status": "hold"},
        "priority": {"priority": "high"}, "type": {"type": "task"}, "assignee": {"assignee_id": str(agent.id)},
        "group": {"group_id": group["id"]}, "category": {"category_id": category["id"]}, "brand": {"brand_id": brand["id"]},
        "tags": {"tags": ["late"]}, "custom_fields": {"custom_fields": [{"name": "a", "value": 1}]},
    }  # fmt: skip
    for name in changes:
        await saved(
            admin, name=name, on=["ticket.updated", "ticket.assigned"], when=f"changed:{name}",
            do=[{"notify": {"assignee": True, "text": "Changed"}}],
        )  # fmt: skip
    for name, change in changes.items():
        ticket = await ok(await admin.post("/tickets", TICKET))
        await ok(await admin.put(f"/tickets/{ticket['id']}", change))
        expected = {name, "status"} if name == "assignee" else {name}  # a new ticket with an assignee is open
        assert set(await fired(shop, ticket["id"])) == expected, name


async def test_every_contract_and_mail_give_the_same_outcome(shop: Organization) -> None:
    desks = await open_desks(shop)
    group = await ok(await desks.admin.client.post("/groups", {"name": "Zips", "description": ""}))
    await saved(
        desks.admin.client, when="subject:zip body:jacket by:customer",
        do=[{"set": {"priority": "urgent", "type": "incident"}}, {"fill": {"group": "Zips"}}, {"add_tags": ["torn"]}],
    )  # fmt: skip
    tickets = {contract: await desks.create(contract, "normal") for contract in CONTRACTS}
    by_mail = await received(shop, written(desks.customer.email, DESCRIPTION, subject=SUBJECT, kind="person"))
    tickets["mail"] = str(by_mail.ticket_id)
    for way, ticket_id in tickets.items():
        seen = await ok(await desks.admin.client.get(f"/tickets/{ticket_id}"))
        shown = (seen["priority"], seen["type"], seen["group"] and seen["group"]["id"], seen["tags"])
        assert shown == ("urgent", "incident", group["id"], ["torn"]), way


async def test_a_copy_of_a_rule_differs_in_name_and_id_only(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    first = await saved(
        admin, name="Remind", on=[], after="3d", since="staff.wrote", when={"all": ["status:pending"], "none": ["tag:vip"]},
        do=[{"reply": {"text": "Still there?"}}], repeat={"every": "1d", "most": 3}, runs_as=agent.email,
        **{"finally": [{"set": {"status": "solved"}}]},
    )  # fmt: skip
    whole = await ok(await admin.get(f"/rules/{first['id']}"))
    taken = ("enabled", "on", "after", "since", "when", "do", "repeat", "finally", "catch_up", "stop", "runs_as")
    copy = await ok(await admin.post("/rules", {"name": "Copy", **{name: whole[name] for name in taken}}))
    differing = {name for name in whole if whole[name] != copy[name]}
    assert differing <= {"id", "name", "place", "created_at", "updated_at", "armed_at"}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_field_of_every_type_can_be_required(shop: Organization, kind: str) -> None:
    admin = await shop.client("admin")
    more, value = KINDS[kind]
    await ok(await admin.post("/fields", {"key": "x", "type": kind, "label": "X", **more}))
    await ok(await admin.post("/forms", {"name": "F", "default": True, "items": [{"field": "x", "required": "solve"}]}))
    ticket = await ok(await admin.post("/tickets", TICKET))
    path = f"/tickets/{ticket['id']}"
    assert (await admin.put(path, {"status": "solved"})).status_code == 422
    solved = await ok(await admin.put(path, {"status": "solved", "fields": {"x": value}}))
    assert (solved["status"], solved["fields"]) == ("solved", {"x": value})


async def test_a_note_never_depends_on_fields(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    for key, more in (("hidden", {}), ("reason", {"customer": "write"})):
        await ok(await admin.post("/fields", {"key": key, "type": "text", "label": key, **more}))
    items = [
        {"field": "hidden", "required": "create"},
        {"field": "reason", "required": "solve", "show": "field.hidden:none"},
    ]
    ticket = await ok(await customer.post("/tickets", TICKET))
    await ok(await admin.post("/forms", {"name": "F", "default": True, "items": items}))
    path = f"/tickets/{ticket['id']}/comments"
    await ok(await admin.post(path, {"body": "A note", "public": False}))
    await ok(await customer.post(path, {"body": "A reply"}))


@pytest.mark.parametrize("category", ["open", "pending", "hold"])
async def test_an_own_status_stops_the_clock_as_its_category_does(shop: Organization, category: str) -> None:
    admin = await shop.client("admin")
    own = await ok(await admin.post("/statuses", {"name": "Waiting", "category": category}))
    tickets = [await ok(await admin.post("/tickets", TICKET)) for _ in range(2)]
    plain = await ok(await admin.put(f"/tickets/{tickets[0]['id']}", {"status": category}))
    named = await ok(await admin.put(f"/tickets/{tickets[1]['id']}", {"custom_status_id": own["id"]}))
    assert plain["status"] == named["status"] == category
    due = [(each["sla"] or {}).get("resolution_due_at") for each in (plain, named)]
    assert (due[0] is None) == (due[1] is None)


async def test_two_hundred_fields_make_no_ticket_slower_in_statements(shop: Organization) -> None:
    admin = await shop.client("admin")
    ticket = await ok(await admin.post("/tickets", TICKET))
    path = f"/tickets/{ticket['id']}/comments"
    await statements_of(admin, path)
    few, _ = await statements_of(admin, path)
    for number in range(200):
        body = {"key": f"f{number}", "type": "text", "label": f"Field {number}"}
        await ok(await admin.post("/fields", body))
    await ok(await admin.put(f"/tickets/{ticket['id']}", {"fields": {f"f{n}": "filled" for n in range(200)}}))
    await statements_of(admin, path)
    many, _ = await statements_of(admin, path)
    assert 0 < len(many) <= len(few)
    assert (await admin.post("/fields", {"key": "one_more", "type": "text", "label": "X"})).status_code == 409
