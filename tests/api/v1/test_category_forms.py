"""v1: forms of categories: what is required when, and the part that customers see."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.api.v1.test_fields import OPTIONS, defined
from tests.api.v1.test_statements import counted, logged
from tests.support.desk import Client, Organization
from tests.support.journal import events_about

__all__ = ["logged"]
TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


async def made(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def problems(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {each["path"] for each in answer.json()["error"]["details"]["fields"]}


@pytest.fixture
async def admin(shop: Organization) -> Client:
    """An admin, after the fields `kind`, `size` and `serial` have been defined."""
    client = await shop.client("admin")
    kinds = [{"key": "return", "label": "Return"}, {"key": "other", "label": "Other"}]
    await defined(client, "kind", "dropdown", options=kinds, customer="write")
    await defined(client, "size", "dropdown", options=OPTIONS, customer="write")
    await defined(client, "serial", "text", customer="read")
    return client


ITEMS = [
    {"field": "kind", "required": "create"},
    {"field": "size", "required": "solve", "show": "field.kind:return"},
    {"field": "serial", "customer": "hidden"},
]


async def test_a_form_is_created_changed_and_deleted_each_with_an_event(admin: Client, shop: Organization) -> None:
    category = await made(admin, "/categories", {"name": "Returns"})
    answer = await admin.post("/forms", {"name": " Returns ", "category_ids": [category["id"]], "items": ITEMS})
    form = answer.json()["data"]
    assert form["name"] == "Returns"
    assert [each["show"] for each in form["items"]] == [None, "field.kind:return", None]
    path = f"/forms/{form['id']}"
    assert (await admin.get(path)).json()["data"] == form
    assert (await admin.get("/forms")).json()["data"] == [form]
    taken = await admin.post("/forms", {"name": "Other", "category_ids": [category["id"]]})
    assert taken.status_code == 409
    stale = await admin.put(path, {"name": "R"}, headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    same = await admin.put(path, {"name": "Returns", "items": ITEMS}, headers={"If-Match": answer.headers["etag"]})
    assert same.json()["data"] == form
    assert (await admin.put(path, {"default": True})).json()["data"]["default"] is True
    other = await made(admin, "/forms", {"name": "All", "default": True})
    assert (await admin.get(path)).json()["data"]["default"] is False, "there is one default form"
    assert (await admin.delete(f"/forms/{other['id']}")).status_code == 200
    assert [kind for kind, _ in await events_about(shop, form["id"])] == [
        "form.created",
        "form.updated",
        "form.updated",
    ]
    agent = await shop.client("agent")
    assert (await agent.get(path)).status_code == 200
    assert (await agent.put(path, {"name": "x"})).status_code == 403
    customer = await shop.client("customer")
    assert (await customer.get("/forms")).json()["data"] == []
    assert (await customer.get(path)).status_code == 404


async def test_a_mistake_in_a_form_is_named_with_its_place(admin: Client) -> None:
    items = [
        {"field": "size", "show": "field.kind:return"},
        {"field": "kind", "show": "status:open"},
        {"field": "kind"},
        {"field": "nothing"},
    ]
    answer = await admin.post("/forms", {"name": "F", "items": items})
    assert await problems(answer) == {"items.0.show", "items.1.show", "items.2.field", "items.3.field"}
    unknown = await admin.post("/forms", {"name": " ", "category_ids": [str(uuid4())]})
    assert await problems(unknown) == {"name"}


async def test_required_on_solve_refuses_alike_in_every_contract_and_command(admin: Client, shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    category = await made(admin, "/categories", {"name": "Returns"})
    await made(admin, "/forms", {"name": "F", "category_ids": [category["id"]], "items": ITEMS})
    fields, assignee = {"kind": "return"}, str((await shop.person("agent")).id)
    body = {**TICKET, "category_id": category["id"], "fields": fields, "assignee_id": assignee}
    ticket = await made(agent, "/tickets", body)
    path = f"/tickets/{ticket['id']}"
    wanted = {"custom_fields.size"}
    for answer in (
        await agent.patch(f"{path}/status", {"status": "solved"}),
        await agent.put(path, {"status": "closed"}),
        await agent.post(f"{path}/comments", {"body": "Done", "update": {"status": "solved"}}),
    ):
        assert await problems(answer) == wanted
    macro = await made(agent, "/macros", {"title": "Done", "do": [{"set": {"status": "solved"}}]})
    seen = (await agent.post(f"/macros/{macro['id']}/preview", {"ticket_ids": [ticket["id"]]})).json()["data"][0]
    assert [each["path"] for each in seen["problems"]] == ["custom_fields.size"]
    used = (await agent.post(f"/macros/{macro['id']}/apply", {"ticket_ids": [ticket["id"]]})).json()["data"]
    bulk = await agent.post("/tickets/bulk-update", {"ticket_ids": [ticket["id"]], "updates": {"status": "solved"}})
    for result in (used["results"][0], bulk.json()["data"]["results"][0]):
        assert (result["ok"], result["code"]) == (False, "VALIDATION_ERROR")
    others = (
        await agent.at("/api/v2").patch(f"/tickets/{ticket['id']}", {"status": "resolved"}),
        await agent.at("/api/v2").post(f"/tickets/{ticket['id']}/close", {}),
        await agent.at("").patch(f"/tickets/{ticket['id']}", {"status": "solved"}),
        await agent.at("").put(f"/agent/tickets/{ticket['id']}", {"status": "Closed"}),
    )
    assert [answer.status_code for answer in others] == [400, 400, 400, 400], [answer.text for answer in others]
    rule = {"name": "Solve", "on": ["ticket.updated"], "do": [{"set": {"status": "solved"}}]}
    rule_id = (await made(admin, "/rules", rule))["id"]
    after = await agent.put(path, {"priority": "high"})
    assert after.json()["data"]["status"] == "open", "the person's change goes on, the rule's is left out"
    fired = [payload for kind, payload in await events_about(shop, ticket["id"]) if kind == "rule.fired"]
    assert [payload["refused"] for payload in fired] == [["field.required"]]
    assert (await admin.delete(f"/rules/{rule_id}")).status_code == 200
    solved = await agent.put(path, {"status": "solved", "fields": {"size": "m"}})
    assert solved.json()["data"]["status"] == "solved"
    assert (await agent.put(path, {"fields": {"size": None}})).status_code == 200
    assert (await agent.put(path, {"status": "closed"})).json()["data"]["status"] == "closed", (
        "solved to closed is free"
    )
    own = await made(customer, "/tickets", {**TICKET, "category_id": category["id"], "fields": fields})
    closed = await customer.patch(f"/tickets/{own['id']}/status", {"status": "closed"})
    assert closed.status_code == 200, "customers close their own ticket without being asked"


async def test_what_is_hidden_is_never_required_and_keeps_its_value(admin: Client, shop: Organization) -> None:
    agent = await shop.client("agent")
    await made(admin, "/forms", {"name": "F", "default": True, "items": ITEMS})
    ticket = await made(agent, "/tickets", {**TICKET, "fields": {"kind": "return", "size": "m"}})
    path = f"/tickets/{ticket['id']}"
    other = (await agent.put(path, {"fields": {"kind": "other"}})).json()["data"]
    assert other["fields"] == {"kind": "other", "size": "m"}
    assert (await agent.put(path, {"fields": {"size": None}})).status_code == 200
    assert (await agent.put(path, {"status": "solved"})).status_code == 200


async def test_required_on_create_binds_people_of_v1_and_others_are_found(admin: Client, shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    await made(admin, "/forms", {"name": "F", "default": True, "items": ITEMS})
    assert await problems(await agent.post("/tickets", TICKET)) == {"custom_fields.kind"}
    assert await problems(await customer.post("/tickets", TICKET)) == {"custom_fields.kind"}
    good = await made(customer, "/tickets", {**TICKET, "fields": {"kind": "other"}})
    key = (await admin.post("/api-keys", {"name": "k", "scopes": ["tickets:*"]})).json()["data"]["key"]
    taken = await made(shop.desk.client(x_api_key=key), "/tickets", TICKET)
    second = await customer.at("").post("/customer/tickets", {"subject": "s", "description": "d"})
    assert second.status_code < 300
    half = await made(agent, "/tickets", {**TICKET, "fields": {"kind": "return"}})

    async def found(search: str) -> set[str]:
        listed = (await agent.get("/tickets", params={"search": search})).json()["data"]
        assert listed["pagination"]["total"] == len(listed["tickets"])
        return {each["id"] for each in listed["tickets"]}

    lacking = await found("has:missing")
    assert {taken["id"], half["id"]} <= lacking
    assert len(lacking) == 3
    assert await found("-has:missing") == {good["id"]}
    await agent.put(f"/tickets/{half['id']}", {"fields": {"size": "s"}})
    assert half["id"] not in await found("has:missing")
    theirs = (await customer.get("/tickets", params={"search": "has:missing"})).json()["data"]
    assert theirs["tickets"] == []


async def test_customers_see_and_set_what_form_and_field_let_them(admin: Client, shop: Organization) -> None:
    agent, customer = await shop.client("agent"), await shop.client("customer")
    category = await made(admin, "/categories", {"name": "Returns"})
    body = {"name": "F", "category_ids": [category["id"]], "items": [ITEMS[2], {"field": "kind", "customer": "read"}]}
    await made(admin, "/forms", body)

    async def form(client: Client, query: str) -> list[tuple[str, bool]]:
        data = (await client.get(f"/forms/for{query}")).json()["data"]
        return [(each["field"]["key"], each["writable"]) for each in data["items"]]

    of = f"?category_id={category['id']}"
    assert await form(agent, of) == [("serial", True), ("kind", True)]
    assert await form(customer, of) == [("kind", False)]
    assert await form(agent, "") == [("kind", True), ("size", True), ("serial", True)]
    assert await form(customer, "") == [("kind", True), ("size", True), ("serial", False)]
    values = {"kind": "other", "size": "m"}
    free = await made(customer, "/tickets", {**TICKET, "fields": values})
    assert free["fields"] == values
    refused = await customer.post("/tickets", {**TICKET, "category_id": category["id"], "fields": {"kind": "other"}})
    assert await problems(refused) == {"fields.kind"}
    await agent.put(f"/tickets/{free['id']}", {"category_id": category["id"], "fields": {"serial": "S 1"}})
    seen = (await customer.get(f"/tickets/{free['id']}")).json()["data"]
    assert seen["fields"] == {"kind": "other"}
    assert seen["custom_fields"] == [{"name": "kind", "value": "other"}]
    hidden = await customer.get("/tickets", params={"search": "field.size:m"})
    assert hidden.status_code == 422, "a field that a form hides from customers is not searched by them"


async def test_a_form_of_a_hundred_fields_is_decided_with_the_statements_of_a_small_one(
    admin: Client, shop: Organization
) -> None:
    agent = await shop.client("agent")

    async def statements(path: str, body: dict[str, Any], status: int) -> int:
        with counted() as found:
            answer = await agent.post(path, body) if status == 201 else await agent.put(path, body)
            await asyncio.sleep(0)  # the last statement is reported after the request
        assert answer.status_code == status, answer.text
        return len(found)

    async def cost(name: str, items: list[dict[str, Any]], fields: dict[str, Any]) -> tuple[int, int]:
        category = await made(admin, "/categories", {"name": name})
        await made(admin, "/forms", {"name": name, "category_ids": [category["id"]], "items": items})
        body = {**TICKET, "category_id": category["id"], "fields": fields}
        await made(agent, "/tickets", body)  # this worker has read the form
        filing = await statements("/tickets", body, 201)
        ticket = await made(agent, "/tickets", body)
        return filing, await statements(f"/tickets/{ticket['id']}", {"status": "solved"}, 200)

    for number in range(100):
        await defined(admin, f"f{number}", "text")
    small = await cost("Small", ITEMS[:1], {"kind": "return"})
    many = [{"field": f"f{n}", "required": "solve", "show": "field.kind:return"} for n in range(100)]
    large = await cost("Large", [ITEMS[0], *many], {"kind": "return"} | {f"f{n}": "x" for n in range(100)})
    assert large == small


async def test_a_merge_asks_for_no_fields_and_no_step(admin: Client, shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    items = [{"field": "size", "required": "solve"}]
    await made(admin, "/forms", {"name": "All", "default": True, "items": items})
    steps = {"steps": [{"from": "new", "to": "open", "roles": ["agent"]}]}
    assert (await admin.put("/statuses/steps", steps)).status_code == 200
    first, again = [await made(customer, "/tickets", TICKET) for _ in range(2)]
    refused = await agent.put(f"/tickets/{again['id']}", {"status": "solved"})
    assert await problems(refused) == {"custom_fields.size"}
    merged = await agent.post(f"/tickets/{again['id']}/links", {"ticket_id": first["id"], "kind": "merged"})
    assert merged.status_code == 201, merged.text
    assert (await agent.get(f"/tickets/{again['id']}")).json()["data"]["status"] == "closed"
