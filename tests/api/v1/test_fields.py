"""v1: fields that an organization defines, and their values on tickets."""

from typing import Any

import pytest

from tests.support.desk import Client, Organization
from tests.support.journal import events_about
from tests.support.work import run_job, work

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}
PURGE = "tickets.purge_deleted_fields"
OPTIONS = [{"key": "s", "label": "S"}, {"key": "m", "label": "M"}]
SIZE = {"key": "size", "type": "dropdown", "label": "Size", "options": OPTIONS}


async def defined(client: Client, key: str, type_: str, **more: Any) -> dict[str, Any]:
    answer = await client.post("/fields", {"key": key, "type": type_, "label": key.title(), **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def filed(client: Client, **more: Any) -> dict[str, Any]:
    answer = await client.post("/tickets", {**TICKET, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def index(shop: Organization, key: str) -> list[tuple[Any, ...]]:
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select v.place, v.word, v.number, v.moment::text from ticket_values v join fields f "
            "on f.organization_id = v.organization_id and f.number = v.field where f.key = $1 order by v.ticket_id, v.place",
            key,
        )
    return [tuple(row.values()) for row in rows]


async def test_a_field_is_defined_changed_deleted_and_restored_each_with_an_event(shop: Organization) -> None:
    admin = await shop.client("admin")
    size = (await admin.post("/fields", SIZE)).json()["data"]
    assert size.items() >= {"key": "size", "type": "dropdown", "customer": "hidden", "position": 1}.items()
    assert (await admin.get("/fields/size")).json()["data"] == size
    assert (await admin.get("/fields")).json()["data"] == [size]
    taken = await admin.post("/fields", SIZE)
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "CONFLICT")

    same = await admin.put("/fields/size", {"label": " Size "})
    assert same.json()["data"] == size
    stale = await admin.put("/fields/size", {"label": "Fit"}, headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    changed = await admin.put("/fields/size", {"label": "Fit"}, headers={"If-Match": same.headers["etag"]})
    assert changed.json()["data"]["label"] == "Fit"
    assert (await admin.delete("/fields/size")).status_code == 200
    assert (await admin.get("/fields/size")).status_code == 404
    assert [each["key"] for each in (await admin.get("/fields/deleted")).json()["data"]] == ["size"]
    assert (await admin.post("/fields/size/restore")).json()["data"]["label"] == "Fit"
    kinds = [kind for kind, _ in await events_about(shop, size["id"])]
    assert kinds == ["field.created", "field.updated", "field.deleted", "field.restored"]


async def test_an_order_that_another_admin_has_changed_is_not_overwritten(shop: Organization) -> None:
    admin = await shop.client("admin")
    for key in ("one", "two", "three"):
        await defined(admin, key, "text")
    tag = (await admin.get("/fields")).headers["etag"]
    first = await admin.put("/fields/order", {"keys": ["three", "one", "two"]}, headers={"If-Match": tag})
    assert [each["key"] for each in first.json()["data"]] == ["three", "one", "two"]
    second = await admin.put("/fields/order", {"keys": ["two", "one", "three"]}, headers={"If-Match": tag})
    assert second.status_code == 412
    assert (await admin.get("/fields")).headers["etag"] == first.headers["etag"]
    incomplete = await admin.put("/fields/order", {"keys": ["one", "two"]})
    assert (incomplete.status_code, incomplete.json()["error"]["details"]["fields"][0]["path"]) == (422, "keys")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"key": "a", "type": "pattern", "label": "A", "limits": {"pattern": "("}}, "limits.pattern"),
        ({"key": "a", "type": "dropdown", "label": "A"}, "options"),
        ({"key": "a", "type": "text", "label": "A", "limits": {"minimum": 1}}, "limits.minimum"),
        ({"key": "a", "type": "lookup", "label": "A"}, "limits.lookup"),
        ({"key": "A", "type": "text", "label": "A"}, "key"),
        ({"key": "a", "type": "nested", "label": "A", "options": [{"key": "x/y", "label": "Y"}]}, "options.0.key"),
    ],
)
async def test_a_contradictory_definition_is_refused(body: dict[str, Any], place: str, shop: Organization) -> None:
    answer = await (await shop.client("admin")).post("/fields", body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["details"]["fields"][0]["path"] == place


async def test_values_are_merged_cleared_checked_and_indexed(shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    await admin.post("/fields", SIZE)
    await defined(admin, "price", "decimal", limits={"places": 2})
    await defined(admin, "device", "nested", options=[{"key": "hw", "label": "H"}, {"key": "hw/pc", "label": "P"}])
    await defined(admin, "bought", "date")
    ticket = await filed(agent, fields={"size": "m", "price": 19.99, "device": "hw/pc", "bought": "2026-01-31"})
    path = f"/tickets/{ticket['id']}"
    assert ticket["fields"] == {"size": "m", "price": 19.99, "device": "hw/pc", "bought": "2026-01-31"}
    assert {"name": "size", "value": "m"} in ticket["custom_fields"]
    assert await index(shop, "price") == [(0, None, 1999, None)]
    assert await index(shop, "device") == [(0, "hw/pc", None, None), (1, "hw", None, None)]
    assert await index(shop, "bought") == [(0, None, None, "2026-01-31 00:00:00+00")]

    changed = (await agent.put(path, {"fields": {"size": None, "price": 5}})).json()["data"]
    assert changed["fields"] == {"price": 5, "device": "hw/pc", "bought": "2026-01-31"}
    assert (await index(shop, "size"), await index(shop, "price")) == ([], [(0, None, 500, None)])
    again = (await agent.put(path, {"fields": {"price": 5}})).json()["data"]
    assert again["version"] == changed["version"]
    refused = await agent.put(path, {"fields": {"price": "much", "nothing": 1}})
    assert refused.status_code == 422
    assert [each["path"] for each in refused.json()["error"]["details"]["fields"]] == [
        "fields.price",
        "fields.nothing",
    ]
    by_name = await agent.put(path, {"custom_fields": [{"name": "size", "value": "xl"}]})
    assert by_name.json()["error"]["details"]["fields"][0]["path"] == "custom_fields.0.value"
    free = (await agent.put(path, {"custom_fields": [{"name": "note", "value": "free"}]})).json()["data"]
    assert (free["custom_fields"], free["fields"]) == ([{"name": "note", "value": "free"}], {})


async def test_customers_see_and_set_only_what_they_may_and_erase_nothing(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await defined(admin, "secret", "text")
    await defined(admin, "shown", "text", customer="read")
    await defined(admin, "asked", "text", customer="write")
    for body in ({"fields": {"secret": "x"}}, {"custom_fields": [{"name": "shown", "value": "x"}]}):
        assert (await customer.post("/tickets", {**TICKET, **body})).status_code == 422
    ticket = await filed(customer, fields={"asked": "a"}, custom_fields=[{"name": "free", "value": 1}])
    assert (ticket["fields"], len(ticket["custom_fields"])) == ({"asked": "a"}, 2)
    path = f"/tickets/{ticket['id']}"
    await admin.put(path, {"fields": {"secret": "s", "shown": "r"}})
    theirs = (await customer.get(path)).json()["data"]
    assert theirs["fields"] == {"asked": "a", "shown": "r"}
    listed = (await customer.get("/tickets")).json()["data"]["tickets"][0]
    assert "secret" not in str(listed)
    assert (await customer.get("/fields")).json()["data"] == []
    assert (await admin.get(path)).json()["data"]["fields"] == {"asked": "a", "secret": "s", "shown": "r"}
    assert (await customer.patch(f"{path}/status", {"status": "closed"})).status_code == 200
    assert (await admin.get(path)).json()["data"]["fields"]["secret"] == "s"


async def test_renaming_an_option_touches_no_ticket_and_a_removed_one_stays(shop: Organization) -> None:
    admin = await shop.client("admin")
    await admin.post("/fields", SIZE)
    ticket = await filed(admin, fields={"size": "m"})
    options = (await admin.put("/fields/size", {"options": [{"key": "s", "label": "Small"}]})).json()["data"]["options"]
    assert options == [{"key": "s", "label": "Small"}, {"key": "m", "label": "M", "retired": True}]
    path = f"/tickets/{ticket['id']}"
    kept = (await admin.put(path, {"subject": "Zip", "fields": {"size": "m"}})).json()["data"]
    assert (kept["fields"], kept["version"]) == ({"size": "m"}, ticket["version"] + 1)
    other = await admin.post("/tickets", {**TICKET, "fields": {"size": "m"}})
    assert other.status_code == 422


async def test_a_type_or_limit_that_values_break_is_refused_with_their_number(shop: Organization) -> None:
    admin = await shop.client("admin")
    await defined(admin, "code", "text")
    await filed(admin, fields={"code": "abcdef"})
    await filed(admin, fields={"code": "abcdefg"})
    for change in ({"limits": {"max_length": 5}}, {"type": "integer"}):
        refused = await admin.put("/fields/code", change)
        assert refused.status_code == 422, refused.text
        assert refused.json()["error"]["details"]["fields"][0]["message"].startswith("2 tickets")
    assert (await admin.put("/fields/code", {"limits": {"max_length": 7}})).status_code == 200
    assert (await admin.put("/fields/code", {"type": "multiline"})).status_code == 200


async def test_a_lookup_takes_only_what_the_organization_has(shop: Organization, rival: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.person("agent")
    await defined(admin, "expert", "lookup", limits={"lookup": "agent"})
    stranger = await rival.person("agent")
    assert (await filed(admin, fields={"expert": str(agent.id)}))["fields"] == {"expert": str(agent.id)}
    for unknown in (stranger.id, (await shop.person("customer")).id):
        refused = await admin.post("/tickets", {**TICKET, "fields": {"expert": str(unknown)}})
        assert refused.json()["error"]["details"]["fields"][0]["path"] == "fields.expert"


async def test_a_definition_adopts_values_that_tickets_have_and_deleting_hides_them(shop: Organization) -> None:
    admin = await shop.client("admin")
    ticket = await filed(admin, custom_fields=[{"name": "order_number", "value": "A-1"}])
    path = f"/tickets/{ticket['id']}"
    await defined(admin, "order_number", "text")
    await work(shop.desk, shop)
    assert await index(shop, "order_number") == [(0, "a-1", None, None)]
    assert (await admin.get(path)).json()["data"]["fields"] == {"order_number": "A-1"}
    await admin.delete("/fields/order_number")
    hidden = (await admin.put(path, {"custom_fields": [{"name": "other", "value": 1}]})).json()["data"]
    assert (hidden["fields"], hidden["custom_fields"]) == ({}, [{"name": "other", "value": 1}])
    await admin.post("/fields/order_number/restore")
    assert (await admin.get(path)).json()["data"]["fields"] == {"order_number": "A-1"}


async def test_a_field_deleted_thirty_days_ago_goes_with_its_values(shop: Organization) -> None:
    admin = await shop.client("admin")
    field = await defined(admin, "old", "text")
    ticket = await filed(admin, fields={"old": "x"})
    await admin.delete("/fields/old")
    await run_job(shop.desk, PURGE)
    assert len(await index(shop, "old")) == 1
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update fields set deleted_at = deleted_at - interval '31 days'")
    for _ in range(2):
        await run_job(shop.desk, PURGE)
    assert [kind for kind, _ in await events_about(shop, field["id"])][-1:] == ["field.purged"]
    await defined(admin, "old", "integer")
    assert (await admin.get(f"/tickets/{ticket['id']}")).json()["data"]["custom_fields"] == []


async def numbers(client: Client, text: str) -> list[int]:
    answer = await client.get("/tickets", params={"search": text, "sort": "number", "order": "asc"})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert data["pagination"]["total"] == len(data["tickets"])
    return [each["number"] for each in data["tickets"]]


async def test_every_type_is_searched_by_its_operators(shop: Organization) -> None:
    admin = await shop.client("admin")
    await admin.post("/fields", SIZE)
    await defined(admin, "price", "decimal", limits={"places": 2})
    await defined(admin, "device", "nested", options=[{"key": "hw", "label": "H"}, {"key": "hw/pc", "label": "P"}])
    await defined(admin, "due", "date")
    await defined(admin, "at", "datetime")
    await defined(admin, "paid", "checkbox")
    await defined(admin, "code", "text")
    await defined(admin, "colours", "multi_select", options=OPTIONS)
    one = {"size": "s", "price": 9.99, "device": "hw/pc", "due": "2026-01-31", "at": "2026-01-31T23:30:00Z"}
    await filed(admin, fields={**one, "paid": True, "code": "Größe 7", "colours": ["s", "m"]})
    await filed(admin, fields={"size": "m", "price": 10, "device": "hw", "due": "2026-02-01", "paid": False})
    await filed(admin)
    found = {
        "field.size:s": [1], "field.size:s,m": [1, 2], "field.size:none": [3], "-field.size:s": [2, 3],
        "-field.size:none": [1, 2], "field.size:none,m": [2, 3], "field.size:M": [2],
        "field.price:9.99": [1], "field.price:9.991": [], "field.price<10": [1], "field.price<=10": [1, 2],
        "field.price>9.99": [2], "field.price>=9.995": [2], "-field.price<10": [2, 3],
        "field.device:hw": [1, 2], "field.device:hw/pc": [1], "field.due:2026-01": [1], "field.due>2026-01-31": [2],
        "field.due<=2026-02-01": [1, 2], "field.at:2026-01-31": [1], "field.paid:yes": [1], "field.paid:no": [2],
        'field.code:"grosse 7"': [1], "field.colours:m": [1], "field.size:s zip status:new": [1],
    }  # fmt: skip
    assert {text: await numbers(admin, text) for text in found} == found


@pytest.mark.parametrize(
    "text", ["field.size:xl", "field.nothing:1", "field.price:much", "field.size<3", "field.due:soon"]
)
async def test_a_search_points_at_what_a_field_does_not_have(text: str, shop: Organization) -> None:
    admin = await shop.client("admin")
    await admin.post("/fields", SIZE)
    await defined(admin, "price", "integer")
    await defined(admin, "due", "date")
    for refused in (
        await admin.get("/tickets", params={"search": text}),
        await admin.post("/views", {"name": "V", "query": text}),
    ):
        assert refused.status_code == 422, refused.text


async def test_customers_search_only_by_fields_that_they_may_read(shop: Organization, rival: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await defined(admin, "secret", "text")
    await defined(admin, "shown", "text", customer="write")
    await filed(customer, fields={"shown": "x"})
    await filed(admin, fields={"shown": "x", "secret": "y"})
    assert await numbers(customer, "field.shown:x") == [1]
    assert (await customer.get("/tickets", params={"search": "field.secret:y"})).status_code == 422
    assert (await (await rival.client("admin")).get("/tickets", params={"search": "field.shown:x"})).status_code == 422


async def test_a_view_keeps_a_search_by_a_field(shop: Organization) -> None:
    admin = await shop.client("admin")
    await admin.post("/fields", SIZE)
    await filed(admin, fields={"size": "m"})
    await filed(admin, fields={"size": "s"})
    view = (await admin.post("/views", {"name": "Medium", "query": "field.size:m status:new"})).json()["data"]
    tickets = (await admin.get(f"/views/{view['id']}/tickets")).json()["data"]["tickets"]
    assert [each["number"] for each in tickets] == [1]
    assert (await admin.get("/views")).json()["data"][0]["count"] == 1


async def test_a_report_counts_tickets_by_the_values_of_a_field(shop: Organization) -> None:
    admin, agent, customer = await shop.client("admin"), await shop.client("agent"), await shop.client("customer")
    options = [{"key": "a", "label": "First"}, {"key": "b", "label": "Second"}, {"key": "c", "label": "Third"}]
    for field in (
        {"key": "part", "type": "multi_select", "label": "Part", "customer": "write", "options": options},
        {"key": "gift", "type": "checkbox", "label": "Gift", "customer": "write"},
        {"key": "order_no", "type": "text", "label": "Order"},
    ):
        assert (await admin.post("/fields", field)).status_code == 201
    tickets = []
    for fields in ({"part": ["a", "b"], "gift": True}, {"part": ["b"], "gift": False}, {}):
        answer = await customer.post("/tickets", {"subject": "Lamp", "description": "Dark", "fields": fields})
        tickets.append(answer.json()["data"]["id"])
    await agent.patch(f"/tickets/{tickets[0]}/status", {"status": "solved"})
    report = (await admin.get("/reports/fields/part")).json()["data"]
    assert [(each["value"], each["label"], each["created"], each["resolved"]) for each in report["values"]] == [
        ("a", "First", 1, 1), ("b", "Second", 2, 1), ("c", "Third", 0, 0), (None, None, 1, 0),
    ]  # fmt: skip
    gift = (await admin.get("/reports/fields/gift")).json()["data"]
    assert [(each["value"], each["created"]) for each in gift["values"]] == [("yes", 1), ("no", 1), (None, 1)]
    before = {"start_date": "2020-01-01", "end_date": "2020-12-31"}
    assert all(
        each["created"] == 0
        for each in (await admin.get("/reports/fields/part", params=before)).json()["data"]["values"]
    )
    assert (await admin.get("/reports/fields/order_no")).status_code == 422
    assert (await admin.get("/reports/fields/nothing")).status_code == 404
    assert (await customer.get("/reports/fields/part")).status_code == 403


async def test_an_organization_may_take_values_of_its_fields_alone(shop: Organization) -> None:
    owner, agent, customer = await shop.client("owner"), await shop.client("agent"), await shop.client("customer")
    body = {"subject": "Lamp", "description": "Dark", "custom_fields": [{"name": "free", "value": 1}]}
    old = (await customer.post("/tickets", body)).json()["data"]
    answer = await owner.put(f"/organizations/{shop.id}", {"settings": {"own_field_names": "defined"}})
    assert answer.json()["data"]["settings"]["own_field_names"] == "defined"
    refused = await customer.post("/tickets", body)
    assert (refused.status_code, "custom_fields.0.value" in refused.text) == (422, True)
    assert (
        await owner.post("/fields", {"key": "free", "type": "integer", "label": "Free", "customer": "write"})
    ).status_code == 201
    assert (await customer.post("/tickets", body)).status_code == 201
    path = f"/tickets/{old['id']}"
    other = [{"name": "free", "value": 1}, {"name": "other", "value": 2}]
    assert (await agent.put(path, {"custom_fields": other})).status_code == 422
    await owner.put(f"/organizations/{shop.id}", {"settings": {"own_field_names": None}})
    assert (await agent.put(path, {"custom_fields": other})).status_code == 200
    await owner.put(f"/organizations/{shop.id}", {"settings": {"own_field_names": "defined"}})
    kept = await agent.put(path, {"custom_fields": [{"name": "free", "value": 3}, {"name": "other", "value": 2}]})
    assert kept.status_code == 200, "a value that a ticket has stays"
    wrong = await owner.put(f"/organizations/{shop.id}", {"settings": {"own_field_names": "some"}})
    assert wrong.status_code == 422


async def test_a_total_by_a_value_counts_what_the_list_shows(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    await defined(admin, "size", "dropdown", options=OPTIONS, customer="read")
    kinds = [
        {"key": "hard", "label": "Hard"},
        {"key": "hard/lap", "label": "Lap"},
        {"key": "hard/desk", "label": "Desk"},
    ]
    await defined(admin, "kind", "nested", options=kinds)
    await defined(admin, "parts", "multi_select", options=[{"key": "a", "label": "A"}, {"key": "b", "label": "B"}])
    await defined(admin, "price", "decimal", limits={"places": 2})
    for each in (
        {"size": "m", "kind": "hard/lap", "parts": ["a", "b"], "price": 1.5},
        {"size": "m", "kind": "hard/desk", "parts": ["b"], "price": 20},
        {"size": "s", "kind": "hard", "price": 30},
        {"size": "m", "kind": "hard/lap", "parts": ["a", "b"], "price": 1.5},
    ):
        last = await filed(admin, fields=each)
    mine = await filed(customer)
    await admin.put(f"/tickets/{mine['id']}", {"fields": {"size": "m"}})
    assert (await admin.delete(f"/tickets/{last['id']}")).status_code == 200
    for client, text, expected in (
        (admin, "field.size:m", 3), (admin, "field.size:m,s", 4), (admin, "-field.size:m", 1), (admin, "field.kind:hard", 3),
        (admin, "field.kind:hard/lap", 1), (admin, "field.parts:b", 2), (admin, "field.parts:a,b", 2),
        (admin, "field.price>=20", 2), (admin, "field.price:1.5", 1), (admin, "field.size:m status:new", 3),
        (admin, "field.kind:none", 1), (customer, "field.size:m", 1),
    ):  # fmt: skip
        answer = await client.get("/tickets", params={"search": text, "limit": 1})
        data = answer.json()["data"]
        assert (data["pagination"]["total"], len(data["tickets"])) == (expected, 1), text


async def test_a_report_by_a_field_is_exported_with_a_row_for_each_value(shop: Organization) -> None:
    admin = await shop.client("admin")
    await defined(admin, "size", "dropdown", options=OPTIONS)
    await defined(admin, "serial", "text")
    for size in ("s", "m", "m", None):
        await filed(admin, fields={"size": size})
    path = "/reports/export"
    link = (await admin.get(path, params={"by": "field.size", "format": "csv"})).json()["data"]
    content = (await shop.desk.client().get("/" + link["url"].split("/api/v1/")[1])).text
    lines = [line.split(",")[:2] for line in content.lstrip("\ufeff").splitlines()]
    assert [lines[0][0].casefold(), *lines[1:]] == ["size", ["S", "1"], ["M", "2"], ["–", "1"]]
    for by, type_, status in (("field.serial", "tickets", 422), ("field.none", "tickets", 404), ("size", "tickets", 422),
                              ("field.size", "sla", 422)):  # fmt: skip
        assert (await admin.get(path, params={"by": by, "type": type_})).status_code == status, by
    workbook = (await admin.get(path, params={"by": "field.size", "format": "xlsx"})).json()["data"]
    opened = await shop.desk.client().get("/" + workbook["url"].split("/api/v1/")[1])
    assert (opened.status_code, opened.content[:2]) == (200, b"PK")
