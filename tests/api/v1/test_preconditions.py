"""v1: a write with `If-Match` applies only to the version that was read."""

import asyncio
from typing import Any

import pytest

from tests.support.desk import Client, Organization

MADE: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "tickets": ({"subject": "a", "description": "b"}, {"subject": "c"}, {"subject": "d"}),
    "contacts": ({"name": "Cleo", "email": "cleo@new.example"}, {"company": "Acme"}, {"phone": "1"}),
    "agents": ({"name": "Ada", "email": "ada@new.example"}, {"title": "Care"}, {"department": "Shop"}),
    "groups": ({"name": "Orders"}, {"description": "All of them"}, {"name": "Returns"}),
}
"""A new object of each kind, and two changes to it."""


async def made(client: Client, kind: str) -> tuple[str, str]:
    """The path and the entity tag of a new object."""
    answer = await client.post(f"/{kind}", MADE[kind][0])
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/{kind}/{answer.json()['data']['id']}"
    found = await client.get("/" + answer.headers["location"])
    assert found.json()["data"] == answer.json()["data"]
    assert found.headers["etag"] == answer.headers["etag"]
    return f"/{kind}/{answer.json()['data']['id']}", answer.headers["etag"]


@pytest.mark.parametrize("kind", MADE)
async def test_a_stale_write_is_refused_and_changes_nothing(shop: Organization, kind: str) -> None:
    admin = await shop.client("admin")
    path, first = await made(admin, kind)
    _, one, other = MADE[kind]
    changed = await admin.put(path, one, headers={"If-Match": first})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first
    for refused in (
        await admin.put(path, other, headers={"If-Match": first}),
        await admin.request("DELETE", path, headers={"If-Match": first}),
    ):
        assert refused.status_code == 412
        assert refused.json()["error"]["code"] == "PRECONDITION_FAILED"
        assert refused.headers["etag"] == changed.headers["etag"]
    present = await admin.get(path)
    assert present.headers["etag"] == changed.headers["etag"]
    assert {name: present.json()["data"][name] for name in one} == one
    gone = await admin.request("DELETE", path, headers={"If-Match": present.headers["etag"]})
    assert gone.status_code == 200
    assert (await admin.get(path)).status_code == 404


@pytest.mark.parametrize("kind", MADE)
async def test_of_concurrent_writers_one_succeeds(shop: Organization, kind: str) -> None:
    admin = await shop.client("admin")
    path, tag = await made(admin, kind)
    _, one, other = MADE[kind]
    answers = await asyncio.gather(
        *[admin.put(path, body, headers={"If-Match": tag}) for body in (one, other, one, other)]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]


async def test_the_own_organization_is_updated_with_if_match(shop: Organization) -> None:
    owner = await shop.client("owner")
    own = (await owner.get("/auth/me")).json()["data"]["organizationId"]
    path = f"/organizations/{own}"
    read = (await owner.get(path)).headers["etag"]
    changed = await owner.put(path, {"settings": {"phone": "1"}}, headers={"If-Match": read})
    assert changed.status_code == 200
    assert (await owner.put(path, {"name": "Lost"}, headers={"If-Match": read})).status_code == 412
    assert (await owner.put(path, {"name": "Kept"}, headers={"If-Match": changed.headers["etag"]})).status_code == 200


async def test_a_groups_etag_depends_on_its_members(shop: Organization) -> None:
    admin = await shop.client("admin")
    path, tag = await made(admin, "groups")
    me = (await admin.get("/auth/me")).json()["data"]["id"]
    assert (await admin.post(f"{path}/members", {"user_id": me})).status_code == 201
    assert (await admin.put(path, {"member_ids": []}, headers={"If-Match": tag})).status_code == 412


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ('"1"', 200), ('W/"1"', 200), ('"7", "1"', 200), ('"7","1" , W/"x"', 200), ("*", 200), ('"7"', 412),
        ('"7", "8"', 412), ('"anything-else"', 412), ('""', 412), ('"99999999999999999999"', 412), ("1", 422),
        ("", 422), ('"1', 422), ('"1" "2"', 422), ('*, "1"', 422),
    ],
)  # fmt: skip
async def test_every_form_of_the_header_is_understood_or_refused(shop: Organization, header: str, status: int) -> None:
    agent = await shop.client("agent")
    path, tag = await made(agent, "tickets")
    assert tag == '"1"'
    answer = await agent.put(path, {"subject": "new"}, headers={"If-Match": header})
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["error"]["details"]["fields"][0]["path"] == "If-Match"
    assert (await agent.get(path)).json()["data"]["subject"] == ("new" if status == 200 else "a")


async def test_412_shows_the_present_object_as_the_caller_sees_it(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    made = await customer.post("/tickets", {"subject": "Lamp", "description": "Dark"})
    place = f"/tickets/{made.json()['data']['id']}"
    assert (await agent.put(place, {"priority": "high"})).status_code == 200
    for client in (agent, customer):
        stale = await client.patch(f"{place}/status", {"status": "solved"}, headers={"if-match": '"1"'})
        assert stale.status_code == 412
        shown = (await client.get("/tickets")).json()["data"]["tickets"][0]
        assert stale.json()["error"]["details"] == {"current": shown}
        assert stale.headers["etag"] == '"2"'
    assert shown["sla"] is None
    draft = {"body": "Soon", "version": 0}
    assert (await agent.put(f"{place}/drafts/reply", draft)).status_code == 200
    stale = await agent.put(f"{place}/drafts/reply", draft)
    assert stale.json()["error"]["details"]["current"]["body"] == "Soon"


async def test_comments_and_canned_responses_have_versions(shop: Organization) -> None:
    agent = await shop.client("agent")
    ticket = (await agent.post("/tickets", {"subject": "Lamp", "description": "Dark"})).json()["data"]["id"]
    said = (await agent.post(f"/tickets/{ticket}/comments", {"body": "One"})).json()["data"]
    canned = (await agent.post("/canned-responses", {"title": "Hi", "content": "One"})).json()["data"]
    for path, body, method in (
        (f"/comments/{said['id']}", "body", agent.patch), (f"/canned-responses/{canned['id']}", "content", agent.put),
    ):  # fmt: skip
        changed = await method(path, {body: "Two"}, headers={"if-match": '"1"'})
        assert (changed.status_code, changed.headers["etag"], changed.json()["data"]["version"]) == (200, '"2"', 2)
        again = await method(path, {body: "Two"}, headers={"if-match": '"2"'})
        assert again.json()["data"]["version"] == 2, "what changes nothing keeps its version"
        stale = await method(path, {body: "Three"}, headers={"if-match": '"1"'})
        assert stale.status_code == 412
        current = stale.json()["error"]["details"]["current"]
        assert (current[body], current["version"]) == ("Two", 2)
        assert (await agent.delete(path, headers={"if-match": '"1"'})).status_code == 412
        assert (await agent.delete(path, headers={"if-match": '"2"'})).status_code == 200


async def test_a_bounded_total_is_a_lower_bound(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskbell.features.tickets.queries.listing.MOST_COUNTED", 2)
    agent = await shop.client("agent")
    for number in range(4):
        made = await agent.post("/tickets", {"subject": f"Lamp {number}", "description": "Dark"})
        assert made.status_code == 201
    for query, expected in (
        ("search=lamp&limit=1", (4, True)), ("search=lamp&limit=1&total=bounded", (2, False)),
        ("search=lamp&limit=1&total=bounded&fields=row", (2, False)), ("search=lamp&total=bounded", (4, True)),
        ("status=new&limit=1&total=bounded", (4, True)),
    ):  # fmt: skip
        found = (await agent.get(f"/tickets?{query}")).json()["data"]
        assert (found["pagination"]["total"], found["total_exact"]) == expected, query
        assert found["pagination"]["hasNextPage"] == ("limit=1" in query)


async def test_the_bounded_total_of_a_value_leaves_deleted_tickets_out(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await shop.client("admin")
    assert (await admin.post("/fields", {"key": "size", "type": "text", "label": "Size"})).status_code == 201
    made = []
    for size in ("m", "m", "l", "m", "m", "m"):
        answer = await admin.post("/tickets", {"subject": "Coat", "description": "Torn", "fields": {"size": size}})
        made.append(answer.json()["data"]["id"])
    for ticket_id in made[:2]:
        assert (await admin.delete(f"/tickets/{ticket_id}")).status_code == 200
    for most, expected in ((2, (2, False)), (3, (3, True)), (4, (3, True))):
        monkeypatch.setattr("deskbell.features.tickets.queries.listing.MOST_COUNTED", most)
        found = (await admin.get("/tickets?search=field.size:m&limit=1&total=bounded")).json()["data"]
        assert (found["pagination"]["total"], found["total_exact"]) == expected, most
