"""The open format has what admins have set up: fields, forms, statuses, macros and rules go from one organization to another."""

import json
from typing import Any

from deskbell.runtime.storage import Storage
from tests.support.desk import Client, Desk, Organization
from tests.support.transfer import exported, loaded, ticket
from tests.support.work import work

SIZES = [
    {"key": "s", "label": "Small"},
    {"key": "m", "label": "Medium", "retired": True},
    {"key": "l", "label": "Large"},
]
KINDS = ("field", "status", "step", "form", "macro", "rule")


async def made(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, body)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json()["data"])


async def filled(shop: Organization) -> None:
    """An organization with each kind of definition, and a ticket and a contact that have values."""
    admin, agent = await shop.person("admin"), await shop.person("agent")
    client = admin.client
    category = await made(client, "/categories", {"name": "Goods"})
    group = await made(client, "/groups", {"name": "Returns", "member_ids": [str(agent.id)]})
    await made(client, "/fields", {"key": "sizes", "type": "multi_select", "label": "Sizes", "options": SIZES})
    await made(client, "/fields", {"key": "price", "type": "decimal", "label": "Price", "limits": {"places": 2}})
    plan = {"key": "plan", "type": "text", "label": "Plan", "target": "contact", "help": "Of the contract"}
    await made(client, "/fields", plan)
    status = await made(client, "/statuses", {"name": "Waiting for parts", "category": "hold", "customer_name": "Soon"})
    steps = [{"from": "new", "to": status["id"], "roles": ["admin"]}, {"from": status["id"], "to": "solved"}]
    assert (await client.put("/statuses/steps", {"steps": steps})).status_code == 200
    items = [
        {"field": "price", "required": "solve"},
        {"field": "sizes", "show": "field.price>10", "customer": "hidden"},
    ]
    await made(client, "/forms", {"name": "Of goods", "category_ids": [category["id"]], "items": items})
    macro = {"title": "Close", "shared": True, "group_id": group["id"], "do": [{"set": {"status": "solved"}}]}
    await made(client, "/macros", {**macro, "comment": {"body": "Done, {{ticket.field.price}}"}})
    for rule in (
        {"name": "Dear", "on": ["ticket.created"], "when": {"all": ["field.price>=100", "requester.field.plan:gold"]},
         "do": [{"fill": {"group": "Returns"}}, {"set": {"custom_status": "Waiting for parts"}}], "stop": True},
        {"name": "Remind", "after": "3d", "since": "staff.wrote", "when": "status:pending",
         "repeat": {"every": "1d", "most": 2}, "do": [{"reply": {"text": "Still there?"}}],
         "finally": [{"set": {"status": "solved"}}], "enabled": False},
        {"name": "Mondays", "every": "mon 08:00", "for": "field.sizes:l", "do": [{"assign": agent.email}]},
    ):  # fmt: skip
        await made(client, "/rules", rule)
    contact = await made(
        client, "/contacts", {"name": "Jane", "email": f"jane@{shop.domain}", "fields": {"plan": "gold"}}
    )
    filed = await made(
        client, "/tickets",
        {"subject": "Coat", "description": "Torn", "requester_id": contact["id"], "category_id": category["id"],
         "fields": {"sizes": ["l", "s"], "price": 12.5}},
    )  # fmt: skip
    changed = await client.put(f"/tickets/{filed['id']}", {"custom_status_id": status["id"]})
    assert changed.status_code == 200, changed.text


async def test_an_export_imported_into_an_empty_desk_is_exported_again_to_the_letter(
    shop: Organization, desk: Desk
) -> None:
    storage = Storage.open(desk.settings)
    await filled(shop)
    first = await exported(desk.database, shop.id, storage)
    lines = [json.loads(line) for line in first]
    assert {kind: sum(line["kind"] == kind for line in lines) for kind in KINDS} == dict(
        zip(KINDS, (3, 1, 2, 1, 1, 3), strict=True)
    )
    [coat] = [line for line in lines if line["kind"] == "ticket"]
    assert coat["custom_status"] == "Waiting for parts"
    assert coat["custom_fields"] == {"price": 12.5, "sizes": ["l", "s"]}

    copy = await desk.organization("Copy")
    summary = await loaded(desk.database, copy.id, lines, storage)
    assert summary.problems == []
    assert summary.counts.definitions == 11
    second = await exported(desk.database, copy.id, storage)
    assert second[1:] == first[1:]
    again = await loaded(desk.database, copy.id, lines, storage)
    assert (again.problems, again.counts.definitions) == ([], 0)
    assert await exported(desk.database, copy.id, storage) == second

    await work(desk, copy)
    owner = await copy.client("owner")
    [listed] = (await owner.get("/tickets", params={"search": "field.price>12 field.sizes:l"})).json()["data"][
        "tickets"
    ]
    assert (listed["custom_status"]["name"], listed["subject"]) == ("Waiting for parts", "Coat")
    contacts = (await owner.get("/contacts", params={"fields": "field.plan:gold"})).json()["data"]["contacts"]
    assert [each["name"] for each in contacts] == ["Jane"]


async def test_a_definition_that_does_not_hold_is_refused_by_its_line_and_the_others_are_loaded(
    shop: Organization, desk: Desk
) -> None:
    storage = Storage.open(desk.settings)
    text = {"type": "text", "label": "Serial"}
    lines: list[dict[str, Any]] = [
        {"kind": "organization", "format": "deskbell", "version": 1, "name": "Old"},
        {"kind": "field", "definition": {"field": "serial", **text}},
        {"kind": "field", "definition": {"field": "Serial number", **text}},
        {"kind": "form", "definition": {"form": "All", "items": [{"field": "unheard_of"}]}},
        {
            "kind": "rule",
            "definition": {"trigger": "To nobody", "on": ["ticket.created"], "do": [{"assign": "gone@x.example"}]},
        },
        {"kind": "rule", "definition": {"trigger": "Typo", "dooo": []}},
        {"kind": "rule", "definition": {"trigger": "Fine", "on": ["ticket.created"], "do": [{"add_tags": ["new"]}]}},
        ticket("One", custom_fields={"serial": "Walrus"}, custom_status="Unheard of"),
    ]
    summary = await loaded(desk.database, shop.id, lines, storage)
    assert [(problem.line, problem.field) for problem in summary.problems] == [
        (each, "definition") for each in (3, 4, 5, 6)
    ]
    assert (summary.counts.definitions, summary.counts.tickets) == (2, 1)
    admin = await shop.client("admin")
    [listed] = (await admin.get("/tickets", params={"search": "field.serial:walrus"})).json()["data"]["tickets"]
    assert {"name": "import_custom_status", "value": "Unheard of"} in listed["custom_fields"]
    assert listed["tags"] == []  # imports wake no rule
