"""v1: drafts, words sent with changes of their ticket, and held replies that can be undone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from deskbell.features.drafts.sending import release_due
from deskbell.kernel.clock import utc_now
from tests.support.desk import Client, Organization
from tests.support.work import work

DOCUMENT = {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Soon"}]}]}


async def filed(client: Client, subject: str = "Lamp") -> str:
    made = await client.post("/tickets", {"subject": subject, "description": "It is dark."})
    assert made.status_code == 201, made.text
    return str(made.json()["data"]["id"])


async def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()["data"]


async def release(shop: Organization, later: int = 31) -> None:
    """Sends what is due some seconds from now."""
    await release_due(shop.desk.database, utc_now() + timedelta(seconds=later))


async def test_a_draft_is_saved_by_version_and_is_its_authors_alone(shop: Organization) -> None:
    customer, agent, colleague = await shop.client("customer"), await shop.client("agent"), await shop.client("admin")
    ticket = await filed(customer)
    place = f"/tickets/{ticket}/drafts/reply"
    assert (await agent.get(place)).status_code == 404
    words = {"body": "Soon", "document": DOCUMENT, "version": 0}
    draft = await ok(await agent.put(place, words))
    assert (draft["version"], draft["document"], draft["ticket"]["id"]) == (1, DOCUMENT, ticket)
    assert (await agent.put(place, words)).status_code == 412
    unknown = await agent.put(place, {"body": "With a file", "file_ids": [draft["id"]]})
    assert unknown.json()["error"]["details"]["fields"][0]["path"] == "file_ids.0"
    again = await ok(await agent.put(place, {"body": "Sooner", "version": 1}))
    assert (again["id"], again["version"]) == (draft["id"], 2)
    assert (await agent.put(place, {"body": "Late", "version": 1})).status_code == 412
    assert (await ok(await agent.get(place)))["body"] == "Sooner"
    assert (await colleague.get(place)).status_code == 404
    assert (await customer.get(place)).status_code == 404
    assert (await customer.put(f"/tickets/{ticket}/drafts/note", {"body": "x"})).status_code == 403
    assert [each["id"] for each in await ok(await agent.get("/drafts"))] == [draft["id"]]
    assert await ok(await colleague.get("/drafts")) == []
    assert (await agent.delete(f"{place}?version=1")).status_code == 412
    assert (await agent.delete(f"{place}?version=2")).status_code == 200
    assert (await agent.put(place, {"body": "Late again", "version": 2})).status_code == 412, "it stays deleted"
    assert await ok(await agent.get("/drafts")) == []


async def test_words_and_changes_are_one_version_and_the_draft_is_gone(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.person("agent")
    ticket = await filed(customer)
    draft = await ok(await agent.client.put(f"/tickets/{ticket}/drafts/reply", {"body": "Done"}))
    before = await ok(await agent.client.get(f"/tickets/{ticket}"))
    update = {"status": "solved", "priority": "high", "assignee_id": str(agent.id)}
    said = await agent.client.post(
        f"/tickets/{ticket}/comments", {"body": "Done", "update": update, "draft_id": draft["id"]},
        headers={"if-match": f'"{before["version"]}"'},
    )  # fmt: skip
    assert (await ok(said, 201))["state"] == "sent"
    after = await ok(await agent.client.get(f"/tickets/{ticket}"))
    assert (after["status"], after["priority"], after["assignee_id"]) == ("solved", "high", str(agent.id))
    assert after["version"] == before["version"] + 1
    assert after["first_response_at"] is not None
    assert await ok(await agent.client.get("/drafts")) == []
    stale = await agent.client.post(
        f"/tickets/{ticket}/comments", {"body": "Again"}, headers={"if-match": f'"{before["version"]}"'}
    )
    assert stale.status_code == 412
    refused = await customer.post(f"/tickets/{ticket}/comments", {"body": "x", "update": {"priority": "urgent"}})
    assert refused.status_code == 403
    wrong = await agent.client.post(
        f"/tickets/{ticket}/comments", {"body": "Lost?", "update": {"group_id": ticket, "status": "open"}}
    )
    assert wrong.status_code == 422
    assert "Lost?" not in (await agent.client.get(f"/tickets/{ticket}/comments")).text


async def test_a_mentioned_colleague_is_notified(shop: Organization) -> None:
    agent, colleague = await shop.client("agent"), await shop.person("agent2")
    ticket = await filed(await shop.client("customer"))
    await ok(await agent.post(f"/tickets/{ticket}/comments", {"body": "Please look", "public": False,
                                                             "mentions": [str(colleague.id)]}), 201)  # fmt: skip
    await work(shop.desk, shop)
    kinds = [each["type"] for each in (await colleague.client.get("/notifications")).json()["data"]]
    assert "mention" in kinds


VIEWS = [
    "/tickets/{id}", "/tickets/{id}/comments", "/tickets/{id}/history", "/tickets/{id}/timeline", "/tickets?fields=row",
    "/tickets/{id}?include=timeline,requester", "/search?q=Heldwords", "/search/tickets?q=Heldwords", "/notifications",
]  # fmt: skip
OTHERS = {
    "/api/v2": ["/tickets/{id}", "/tickets"],
    "/api": ["/tickets/{id}", "/tickets/{id}/comments"],
    "": ["/customer/tickets/{id}", "/customer/tickets"],
}


async def test_a_held_reply_is_seen_by_the_staff_alone_until_it_is_released_once(shop: Organization) -> None:
    customer, agent, colleague = await shop.client("customer"), await shop.client("agent"), await shop.client("admin")
    ticket = await filed(customer)
    before = await ok(await customer.get(f"/tickets/{ticket}"))
    held = await ok(
        await agent.post(
            f"/tickets/{ticket}/comments", {"body": "Heldwords", "update": {"status": "solved"}, "hold_seconds": 10}
        ),
        201,
    )
    assert (held["state"], held["send_at"] is not None) == ("held", True)
    for path in VIEWS:
        assert "Heldwords" not in (await customer.get(path.format(id=ticket))).text, path
    for base, paths in OTHERS.items():
        for person in (customer,) if base == "/api" else (customer, agent):
            for path in paths:
                assert "Heldwords" not in (await person.at(base).get(path.format(id=ticket))).text, (base, path)
    assert await ok(await customer.get(f"/tickets/{ticket}")) == before
    await work(shop.desk, shop)
    assert "Heldwords" not in (await colleague.get("/export/events")).text
    assert "Heldwords" not in (await colleague.get("/search?q=Heldwords")).text
    seen = await ok(await colleague.get(f"/tickets/{ticket}/timeline"))
    assert (seen["entries"][0]["comment"]["id"], seen["entries"][0]["comment"]["state"]) == (held["id"], "held")
    await release(shop, later=9)
    assert "Heldwords" not in (await customer.get(f"/tickets/{ticket}/comments")).text, "its time has not come"
    await asyncio.gather(*(release(shop) for _ in range(4)))
    comments = await ok(await customer.get(f"/tickets/{ticket}/comments"))
    assert [(each["id"], each["body"], each["state"]) for each in comments] == [(held["id"], "Heldwords", "sent")]
    after = await ok(await agent.get(f"/tickets/{ticket}"))
    assert (after["status"], after["version"]) == ("solved", before["version"] + 1)
    assert after["first_response_at"] == comments[0]["created_at"] > held["created_at"]
    late = await agent.post(f"/comments/{held['id']}/undo")
    assert late.status_code == 409


async def test_undo_gives_back_the_draft_and_nothing_was_said(shop: Organization) -> None:
    customer, agent, colleague = await shop.client("customer"), await shop.client("agent"), await shop.client("admin")
    ticket = await filed(customer)
    draft = await ok(await agent.put(f"/tickets/{ticket}/drafts/reply", {"body": "Soon", "document": DOCUMENT}))
    body = {"body": "Soon", "hold_seconds": 10, "draft_id": draft["id"], "update": {"status": "solved"}}
    held = await ok(await agent.post(f"/tickets/{ticket}/comments", body), 201)
    assert (await agent.get(f"/tickets/{ticket}/drafts/reply")).status_code == 404
    assert (await colleague.post(f"/comments/{held['id']}/undo")).status_code == 403
    assert (await customer.post(f"/comments/{held['id']}/undo")).status_code == 403
    later = {"type": "doc", "content": [{"type": "paragraph"}]}
    await ok(await agent.put(f"/tickets/{ticket}/drafts/reply", {"body": "More", "document": later}))
    back = await ok(await agent.post(f"/comments/{held['id']}/undo"))
    assert (back["body"], back["kind"], back["version"]) == ("Soon\n\nMore", "reply", 2)
    assert len(back["document"]["content"]) == 2
    await release(shop)
    assert await ok(await agent.get(f"/tickets/{ticket}/comments")) == []
    assert (await ok(await agent.get(f"/tickets/{ticket}")))["status"] == "new"
    assert (await agent.post(f"/comments/{held['id']}/undo")).status_code == 404


@pytest.mark.parametrize("_", range(5))
async def test_of_undo_and_release_exactly_one_wins(shop: Organization, _: int) -> None:
    agent = await shop.client("agent")
    ticket = await filed(agent)
    held = await ok(await agent.post(f"/tickets/{ticket}/comments", {"body": "Race", "hold_seconds": 1}), 201)
    undone, _none = await asyncio.gather(agent.post(f"/comments/{held['id']}/undo"), release(shop))
    await release(shop)
    comments = await ok(await agent.get(f"/tickets/{ticket}/comments"))
    drafts = await ok(await agent.get("/drafts"))
    assert undone.status_code in (200, 409)
    assert (len(comments), len(drafts)) == ((0, 1) if undone.status_code == 200 else (1, 0))


async def test_a_reply_that_cannot_be_sent_says_so_and_is_given_back(shop: Organization) -> None:
    agent, admin = await shop.client("agent"), await shop.client("admin")
    ticket = await filed(agent)
    held = await ok(await agent.post(f"/tickets/{ticket}/comments", {"body": "Late", "hold_seconds": 5}), 201)
    await ok_status(await admin.delete(f"/tickets/{ticket}"))
    await release(shop)
    await ok_status(await admin.post(f"/tickets/{ticket}/restore"))
    failed = (await ok(await agent.get(f"/tickets/{ticket}/comments")))[0]
    assert (failed["id"], failed["state"], failed["failure"]) == (held["id"], "failed", "ticket.not_found")
    assert (await ok(await agent.post(f"/comments/{held['id']}/undo")))["body"] == "Late"


async def ok_status(answer: Any) -> None:
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "body", [{"hold_seconds": 31}, {"hold_seconds": -1}, {"mentions": ["x"]}, {"update": {"x": 1}}]
)
async def test_wrong_ways_of_sending_are_refused(shop: Organization, body: dict[str, Any]) -> None:
    agent = await shop.client("agent")
    ticket = await filed(agent)
    assert (await agent.post(f"/tickets/{ticket}/comments", {"body": "x"} | body)).status_code in (400, 422)


async def test_customers_cannot_hold(shop: Organization) -> None:
    customer = await shop.client("customer")
    ticket = await filed(customer)
    assert (await customer.post(f"/tickets/{ticket}/comments", {"body": "x", "hold_seconds": 5})).status_code == 403


async def test_words_that_come_back_before_words_of_another_editor_are_plain(shop: Organization) -> None:
    agent = await shop.client("agent")
    ticket = await filed(await shop.client("customer"))
    draft = await ok(await agent.put(f"/tickets/{ticket}/drafts/reply", {"body": "Soon", "document": DOCUMENT}))
    body = {"body": "Soon", "hold_seconds": 10, "draft_id": draft["id"]}
    held = await ok(await agent.post(f"/tickets/{ticket}/comments", body), 201)
    await ok(await agent.put(f"/tickets/{ticket}/drafts/reply", {"body": "By a program"}))
    back = await ok(await agent.post(f"/comments/{held['id']}/undo"))
    assert (back["body"], back["document"]) == ("Soon\n\nBy a program", None)


async def test_a_key_that_may_not_write_sees_no_drafts_of_its_owner(shop: Organization) -> None:
    admin = await shop.client("admin")
    ticket = await filed(await shop.client("customer"))
    await ok(await admin.put(f"/tickets/{ticket}/drafts/reply", {"body": "Soon"}))
    key = await ok(await admin.post("/api-keys", {"name": "Reader", "scopes": ["tickets:read"]}), 201)
    reader = shop.desk.client(x_api_key=key["key"])
    assert len((await ok(await admin.get(f"/tickets/{ticket}?include=draft")))["drafts"]) == 1
    assert (await ok(await reader.get(f"/tickets/{ticket}?include=draft")))["drafts"] == []
