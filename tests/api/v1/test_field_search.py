"""v1: words in the values of text fields are found by a search for words: by customers only where they may read the field."""

from typing import Any

from tests.support.desk import Client, Organization
from tests.support.work import work

TICKET = {"subject": "Zip is broken", "description": "On day one."}


async def defined(client: Client, key: str, type_: str = "text", **more: Any) -> None:
    answer = await client.post("/fields", {"key": key, "type": type_, "label": key.title(), **more})
    assert answer.status_code == 201, answer.text


async def filed(client: Client, requester: str, **fields: Any) -> str:
    answer = await client.post("/tickets", {**TICKET, "requester_id": requester, "fields": fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["data"]["id"])


async def found(client: Client, text: str) -> list[str]:
    listed = await client.get("/tickets", params={"search": text})
    assert listed.status_code == 200, listed.text
    ids = [each["id"] for each in listed.json()["data"]["tickets"]]
    ranked = await client.get("/search/tickets", params={"q": text})
    assert ranked.status_code == 200, ranked.text
    assert [each["id"] for each in ranked.json()["data"]["tickets"]] == ids
    return ids


async def test_words_of_text_fields_are_found_and_follow_changes(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.person("customer")
    await defined(admin, "serial")
    await defined(admin, "report", "multiline")
    await defined(admin, "size", "dropdown", options=[{"key": "enormous", "label": "Enormous"}])
    ticket = await filed(
        admin, str(customer.id), serial="Überlingen SN-4711", report="It rattles\nand squeaks", size="enormous"
    )
    for text in ("uberlingen", "4711", "squeaking", "rattles zip"):
        assert await found(admin, text) == [ticket], text
    assert await found(admin, "enormous") == []  # an option: `field.size:enormous` finds it
    await admin.post(f"/tickets/{ticket}/comments", {"body": "Marmalade", "public": False})
    await admin.put(f"/tickets/{ticket}", {"fields": {"report": "It hums"}})
    assert await found(admin, "squeaks") == []
    assert await found(admin, "hums marmalade") == [ticket]
    await admin.put(f"/tickets/{ticket}", {"subject": "Button"})
    assert await found(admin, "hums button") == [ticket]


async def test_customers_find_words_of_fields_that_they_may_read_alone(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.person("customer")
    await defined(admin, "serial", customer="read")
    await defined(admin, "verdict")
    ticket = await filed(admin, str(customer.id), serial="Walrus", verdict="Swindler")
    assert await found(customer.client, "walrus") == [ticket]
    assert await found(customer.client, "swindler") == []
    assert await found(admin, "walrus swindler") == [ticket]

    await admin.put("/fields/serial", {"customer": "hidden"})
    await admin.put("/fields/verdict", {"customer": "write"})
    await work(shop.desk, shop)
    assert (await found(customer.client, "walrus"), await found(customer.client, "swindler")) == ([], [ticket])

    form = await admin.post(
        "/forms", {"name": "All", "default": True, "items": [{"field": "verdict", "customer": "hidden"}]}
    )
    await work(shop.desk, shop)
    assert await found(customer.client, "swindler") == []
    await admin.put(f"/forms/{form.json()['data']['id']}", {"items": [{"field": "verdict"}]})
    await work(shop.desk, shop)
    assert await found(customer.client, "swindler") == [ticket]


async def test_words_go_with_a_deleted_field_and_come_with_a_defined_one(shop: Organization) -> None:
    admin, customer = await shop.client("admin"), await shop.person("customer")
    body = {**TICKET, "custom_fields": [{"name": "serial", "value": "Walrus"}]}
    ticket = (await admin.post("/tickets", body)).json()["data"]["id"]
    assert await found(admin, "walrus") == []
    await defined(admin, "serial")
    await work(shop.desk, shop)
    assert await found(admin, "walrus") == [ticket]
    await admin.delete("/fields/serial")
    await work(shop.desk, shop)
    assert await found(admin, "walrus") == []
    await admin.post("/fields/serial/restore")
    await work(shop.desk, shop)
    assert await found(admin, "walrus") == [ticket]
    assert await found(customer.client, "walrus") == []
