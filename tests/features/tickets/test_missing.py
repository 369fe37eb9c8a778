"""Missing values are found twice: by SQL for `has:missing`, and in memory. Both find the same tickets."""

import random
from typing import Any
from uuid import UUID

from deskbell.features.tickets.queries.tickets import by_ids
from deskbell.features.tickets.required import lacks_values
from tests.support.desk import Client, Organization

TICKETS = 60
KINDS = [{"key": key, "label": key.title()} for key in ("return", "other")]
PLACES = [{"key": key, "label": key} for key in ("hardware", "hardware/laptop", "software")]
FIELDS: list[dict[str, Any]] = [
    {"key": "kind", "type": "dropdown", "options": KINDS},
    {"key": "parts", "type": "multi_select", "options": KINDS},
    {"key": "place", "type": "nested", "options": PLACES},
    {"key": "price", "type": "decimal", "limits": {"places": 2}},
    {"key": "insured", "type": "checkbox"},
    {"key": "note", "type": "multiline"},
]
VALUES: dict[str, list[Any]] = {
    "kind": ["return", "other"], "parts": [["return"], ["other", "return"]], "place": ["hardware/laptop", "software"],
    "price": [0, 9.99, 10, 100.5], "insured": [True, False], "note": ["text"],
}  # fmt: skip
FORMS: list[dict[str, Any]] = [
    {
        "name": "All", "default": True,
        "items": [
            {"field": "kind", "required": "create"},
            {"field": "price", "required": "solve", "show": "field.kind:return"},
            {"field": "insured", "required": "solve", "show": {"any": ["field.price>=10", "priority:high"]}},
            {"field": "note", "required": "solve", "show": {"none": ["field.insured:yes", "-field.price:none type:task"]}},
        ],
    },
    {
        "name": "Boots",
        "items": [
            {"field": "parts"},
            {"field": "place", "show": "field.parts:return,none"},
            {"field": "price", "required": "solve", "show": "-field.place:hardware"},
            {"field": "kind", "required": "solve", "show": "field.place:hardware category:Boots field.price:none,9.99"},
        ],
    },
    {"name": "Shoes", "items": [{"field": "kind"}]},
]  # fmt: skip


async def made(client: Client, path: str, body: dict[str, Any]) -> str:
    answer = await client.post(path, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def test_a_search_for_missing_values_finds_what_memory_finds(shop: Organization) -> None:
    draw = random.Random(7)
    admin = await shop.client("admin")
    for field in FIELDS:
        await made(admin, "/fields", {"label": field["key"], **field})
    categories = [await made(admin, "/categories", {"name": name}) for name in ("Boots", "Shoes", "Gone")]
    forms = [FORMS[0], {**FORMS[1], "category_ids": categories[:1]}, {**FORMS[2], "category_ids": categories[1:]}]
    for form in forms:
        await made(admin, "/forms", form)
    key = (await admin.post("/api-keys", {"name": "k", "scopes": ["tickets:*"]})).json()["data"]["key"]
    program = shop.desk.client(x_api_key=key)
    filed = []
    for number in range(TICKETS):
        values = {name: draw.choice(choices) for name, choices in VALUES.items() if draw.random() < 0.6}
        body = {
            "subject": f"Ticket {number}", "description": "d", "fields": values, "priority": draw.choice(["high", "low"]),
            "type": draw.choice(["task", "question"]), "category_id": draw.choice([*categories, None]),
        }  # fmt: skip
        filed.append(UUID(await made(program, "/tickets", body)))
    assert (await admin.delete(f"/categories/{categories[2]}")).status_code == 200
    async with shop.desk.database.unit(shop.system()) as uow:
        tickets = await by_ids(uow.db, filed)
    expected = {str(ticket_id) for ticket_id, ticket in tickets.items() if lacks_values(ticket)}
    assert 10 < len(expected) < TICKETS - 5
    listed = (await admin.get("/tickets", params={"search": "has:missing", "limit": 100})).json()["data"]["tickets"]
    assert {ticket["id"] for ticket in listed} == expected
    rest = (await admin.get("/tickets", params={"search": "-has:missing", "limit": 100})).json()["data"]["tickets"]
    assert {ticket["id"] for ticket in rest} == {str(each) for each in filed} - expected
    both = (await admin.get("/tickets", params={"search": "has:missing,attachment"})).json()["data"]
    assert both["pagination"]["total"] == len(expected)
