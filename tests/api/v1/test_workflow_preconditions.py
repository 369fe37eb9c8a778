"""v1: two admins at the same settings, such as fields, rules, brands or mailboxes; neither overwrites the other unseen."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest

from deskbell.kernel.ids import new_id
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
    "brands": ({"name": "Outfitters"}, {"color": "#2f6fde"}, {"name": "Shoes"}),
    "tags": ({"name": "late"}, {"name": "later"}, {"color": "#c92a2a"}),
    "categories": ({"name": "Parcels"}, {"description": "On their way"}, {"name": "Letters"}),
    "views": ({"name": "VIP", "shared": True}, {"query": "status:open"}, {"name": "Very important"}),
    "mailboxes": ({"name": "Returns", "addresses": []}, {"signature": "Your returns"}, {"priority": "high"}),
    "webhooks": ({"url": "https://hooks.example/in"}, {"event_types": ["mail.sent"]}, {"enabled": False}),
}
"""A new object of each kind, and two changes to it."""


async def made(client: Client, kind: str, body: Body) -> tuple[str, str]:
    """The path and the entity tag of a new object."""
    answer = await client.post(f"/{kind}", body)
    assert answer.status_code == 201, answer.text
    data = answer.json()["data"]
    path = f"/{kind}/{data['key'] if kind == 'fields' else data['id']}"
    assert answer.headers["location"] == f"/api/v1{path}"
    found = await client.get(path)
    assert found.headers["etag"] == answer.headers["etag"]
    return path, answer.headers["etag"]


def write(client: Client, path: str, body: Body, tag: str) -> Awaitable[httpx.Response]:
    """Changes an object; of webhooks alone the method is PATCH."""
    method = "PATCH" if path.startswith("/webhooks/") else "PUT"
    return client.request(method, path, json=body, headers={"If-Match": tag})


def shown(data: Body) -> Body:
    """An object without the number of tickets in a view, which a refusal does not count."""
    return {name: value for name, value in data.items() if name not in ("count", "count_exact")}


def whole(kind: str, body: Body, change: Body) -> Body:
    """A rule is saved whole, the others take the changed fields."""
    return {**body, **change} if kind == "rules" else change


@pytest.mark.parametrize("kind", MADE)
async def test_a_stale_write_is_refused_with_the_present_object(shop: Organization, kind: str) -> None:
    admin, other = await shop.client("admin"), await shop.client("admin2")
    body, one, two = MADE[kind]
    path, first = await made(admin, kind, body)
    changed = await write(admin, path, whole(kind, body, one), first)
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] != first
    for refused in (
        await write(other, path, whole(kind, body, two), first),
        await other.request("DELETE", path, headers={"If-Match": first}),
    ):
        assert refused.status_code == 412
        assert refused.headers["etag"] == changed.headers["etag"]
        assert refused.json()["error"]["details"]["current"].items() >= shown(changed.json()["data"]).items()
    assert (await admin.get(path)).json()["data"] == changed.json()["data"]
    again = await write(other, path, whole(kind, {**body, **one}, two), changed.headers["etag"])
    assert again.status_code == 200
    assert (await other.request("DELETE", path, headers={"If-Match": again.headers["etag"]})).status_code == 200


@pytest.mark.parametrize("kind", MADE)
async def test_of_concurrent_writers_one_succeeds(shop: Organization, kind: str) -> None:
    admin = await shop.client("admin")
    body, one, two = MADE[kind]
    path, tag = await made(admin, kind, body)
    bodies = [whole(kind, body, change) for change in (one, two, one, two)]
    answers = await asyncio.gather(*[write(admin, path, each, tag) for each in bodies])
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


ALONE: dict[str, tuple[Body, Body]] = {
    "/sla-policies/high": ({"first_response_seconds": 600}, {"resolution_seconds": 7200}),
    "/widget": ({"enabled": True}, {"chat_wait_seconds": 30}),
    "/mail-templates/acknowledgement/en": (
        {"text": "We have it.", "html": "<p>We have it.</p>"},
        {"text": "It is here.", "html": "<p>It is here.</p>"},
    ),
    "/settings/organization": ({"settings": {"phone": "1"}}, {"settings": {"phone": "2"}}),
}
"""Settings of which an organization has one from its beginning, and two changes to each."""


async def read(client: Client, path: str) -> httpx.Response:
    """The settings; those of the organization are read by its id."""
    if path != "/settings/organization":
        return await client.get(path)
    own = (await client.get("/auth/me")).json()["data"]["organizationId"]
    return await client.get(f"/organizations/{own}")


@pytest.mark.parametrize("path", ALONE)
async def test_settings_with_their_first_values_have_a_version_too(shop: Organization, path: str) -> None:
    admin, other = await shop.client("admin"), await shop.client("admin2")
    one, two = ALONE[path]
    first = (await read(admin, path)).headers["etag"]
    answers = await asyncio.gather(*[write(client, path, one, first) for client in (admin, other)])
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 412)
    assert lost.headers["etag"] == won.headers["etag"] == (await read(admin, path)).headers["etag"] != first
    assert lost.json()["error"]["details"]["current"] == won.json()["data"]
    assert (await write(other, path, two, first)).status_code == 412
    assert (await write(other, path, two, won.headers["etag"])).status_code == 200


async def test_a_template_that_was_changed_since_is_not_reset(shop: Organization) -> None:
    admin, path = await shop.client("admin"), "/mail-templates/acknowledgement/de"
    shipped = await admin.get(path)
    changed = await write(admin, path, {"text": "Ist da.", "html": "<p>Ist da.</p>"}, shipped.headers["etag"])
    assert changed.status_code == 200
    stale = {"If-Match": shipped.headers["etag"]}
    assert (await admin.request("DELETE", path, headers=stale)).status_code == 412
    reset = await admin.request("DELETE", path, headers={"If-Match": changed.headers["etag"]})
    assert reset.status_code == 200
    assert reset.headers["etag"] == shipped.headers["etag"]


async def test_a_mailboxes_version_covers_its_addresses(shop: Organization) -> None:
    admin, other = await shop.client("admin"), await shop.client("admin2")
    path, tag = await made(admin, "mailboxes", MADE["mailboxes"][0])
    bodies = [{"addresses": [f"{new_id()}@boxes.example"]} for _ in range(4)]
    answers = await asyncio.gather(*[write(other, path, body, tag) for body in bodies])
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
