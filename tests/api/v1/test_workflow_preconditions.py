"""v1: two admins at the same fields, forms, statuses, macros and rules; neither overwrites the other unseen."""

import asyncio
from typing import Any

import pytest

from tests.support.desk import Client, Organization

Body = dict[str, Any]
MADE: dict[str, tuple[Body, Body, Body]] = {
    "fields": ({"key": "size", "type": "text", "label": "Size"}, {"label": "Fit"}, {"help": "Of the jacket"}),
    "forms": ({"name": "Returns"}, {"name": "Goods"}, {"default": True}),
    "statuses": ({"name": "Waiting", "category": "hold"}, {"name": "Parts"}, {"customer_name": "Waiting for parts"}),
    "macros": (
        {"title": "Close", "shared": True, "do": [{"set": {"status": "solved"}}]},
        {"title": "Solve"},
        {"active": False},
    ),
    "rules": (
        {"name": "Urgent", "on": ["ticket.created"], "do": [{"set": {"priority": "urgent"}}]},
        {"name": "Very urgent"},
        {"enabled": False},
    ),
}
"""A new object of each kind, and two changes to it."""


async def made(client: Client, kind: str, body: Body) -> tuple[str, str]:
    """The path and the entity tag of a new object."""
    answer = await client.post(f"/{kind}", body)
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    path = f"/{kind}/{data['key'] if kind == 'fields' else data['id']}"
    assert answer.headers["location"] == f"/api/v1{path}"
    return path, answer.headers["etag"]


def whole(kind: str, body: Body, change: Body) -> Body:
    """A rule is saved whole, the others take the changed fields."""
    return {**body, **change} if kind == "rules" else change


@pytest.mark.parametrize("kind", MADE)
async def test_a_stale_write_is_refused_with_the_present_object(shop: Organization, kind: str) -> None:
    admin, other = await shop.client("admin"), await shop.client("admin2")
    body, one, two = MADE[kind]
    path, first = await made(admin, kind, body)
    changed = await admin.put(path, whole(kind, body, one), headers={"If-Match": first})
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] != first
    for refused in (
        await other.put(path, whole(kind, body, two), headers={"If-Match": first}),
        await other.request("DELETE", path, headers={"If-Match": first}),
    ):
        assert refused.status_code == 412
        assert refused.headers["etag"] == changed.headers["etag"]
        assert refused.json()["error"]["details"]["current"] == changed.json()["data"]
    assert (await admin.get(path)).json()["data"] == changed.json()["data"]
    again = await other.put(path, whole(kind, {**body, **one}, two), headers={"If-Match": changed.headers["etag"]})
    assert again.status_code == 200
    assert (await other.request("DELETE", path, headers={"If-Match": again.headers["etag"]})).status_code == 200


@pytest.mark.parametrize("kind", MADE)
async def test_of_concurrent_writers_one_succeeds(shop: Organization, kind: str) -> None:
    admin = await shop.client("admin")
    body, one, two = MADE[kind]
    path, tag = await made(admin, kind, body)
    bodies = [whole(kind, body, change) for change in (one, two, one, two)]
    answers = await asyncio.gather(*[admin.put(path, each, headers={"If-Match": tag}) for each in bodies])
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_of_two_concurrent_orders_one_is_refused(shop: Organization) -> None:
    admin, other = await shop.client("admin"), await shop.client("admin2")
    for key in ("one", "two", "three"):
        await made(admin, "fields", {"key": key, "type": "text", "label": key})
    tag = (await admin.get("/fields")).headers["etag"]
    orders = [["three", "two", "one"], ["two", "three", "one"]]
    answers = await asyncio.gather(
        *[
            client.put("/fields/order", {"keys": keys}, headers={"If-Match": tag})
            for client, keys in zip((admin, other), orders, strict=True)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    won = next(keys for keys, answer in zip(orders, answers, strict=True) if answer.status_code == 200)
    [refused] = [answer for answer in answers if answer.status_code == 412]
    assert refused.json()["error"]["details"]["current"] == {"keys": won}
    listed = await admin.get("/fields")
    assert [each["key"] for each in listed.json()["data"]] == won
    assert listed.headers["etag"] == refused.headers["etag"]

    ids = []
    for number in range(3):
        rule = await admin.post("/rules", {**MADE["rules"][0], "name": f"Rule {number}"})
        ids.append(rule.json()["data"]["id"])
    tag = (await admin.get("/rules")).headers["etag"]
    answers = await asyncio.gather(
        *[
            client.put("/rules/order", {"rule_ids": order}, headers={"If-Match": tag})
            for client, order in ((admin, ids[::-1]), (other, [ids[1], ids[0], ids[2]]))
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_two_admins_set_the_steps_between_statuses(shop: Organization) -> None:
    admin = await shop.client("admin")
    path, tag = "/statuses/steps", (await admin.get("/statuses/steps")).headers["etag"]
    first = await admin.put(path, {"steps": [{"from": "new", "to": "open"}]}, headers={"If-Match": tag})
    assert first.status_code == 200
    second = await admin.put(path, {"steps": []}, headers={"If-Match": tag})
    assert second.status_code == 412
    assert second.json()["error"]["details"]["current"] == first.json()["data"]
    assert (await admin.put(path, {"steps": []}, headers={"If-Match": first.headers["etag"]})).status_code == 200
