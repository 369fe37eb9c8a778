"""v1: links between tickets, seen from both of them and by the staff alone."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from deskbell.features.tickets.service import linking
from tests.support.desk import Client, Organization


async def filed(client: Client, subject: str) -> dict[str, Any]:
    made = await client.post("/tickets", {"subject": subject, "description": "It broke."})
    assert made.status_code == 201, made.text
    return dict(made.json()["data"])


async def links(client: Client, ticket: dict[str, Any]) -> list[tuple[str, bool, int]]:
    answer = await client.get(f"/tickets/{ticket['id']}/links")
    assert answer.status_code == 200, answer.text
    return [(each["kind"], each["refers"], each["number"]) for each in answer.json()["data"]]


async def steps(client: Client, ticket: dict[str, Any]) -> list[tuple[str, int]]:
    found = (await client.get(f"/tickets/{ticket['id']}/history")).json()["data"]
    return [(each["action"], each["changes"]["number"]) for each in found if each["action"].endswith("linked")]


async def test_two_tickets_are_linked_once_and_seen_from_both(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    zip_, seam = await filed(customer, "Zip"), await filed(customer, "Seam")
    path = f"/tickets/{zip_['id']}/links"
    for _ in range(2):
        made = await agent.post(path, {"ticket_id": seam["id"]})
        assert made.status_code == 201, made.text
        assert [each["number"] for each in made.json()["data"]] == [seam["number"]]
    assert (await agent.post(f"/tickets/{seam['id']}/links", {"ticket_id": zip_["id"]})).status_code == 201
    assert await links(agent, zip_) == [("related", True, seam["number"])]
    assert await links(agent, seam) == [("related", False, zip_["number"])]
    opened = (await agent.get(f"/tickets/{seam['number']}?include=links")).json()["data"]
    assert [each["ticket_id"] for each in opened["links"]] == [zip_["id"]]
    assert "links" not in (await agent.get(f"/tickets/{seam['id']}")).json()["data"]

    removed = await agent.delete(f"/tickets/{seam['id']}/links/{zip_['id']}")
    assert removed.status_code == 200, removed.text
    assert await links(agent, zip_) == []
    assert (await agent.delete(f"{path}/{seam['id']}")).status_code == 404
    for ticket, other in ((zip_, seam), (seam, zip_)):
        assert sorted(await steps(agent, ticket)) == [("linked", other["number"]), ("unlinked", other["number"])]
        assert await steps(customer, ticket) == []


async def test_a_ticket_is_merged_into_another_one_of_its_requester(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    first, again = await filed(customer, "Zip"), await filed(customer, "Zip, once more")
    path = f"/tickets/{again['id']}/links"
    assert (await agent.post(path, {"ticket_id": first["id"]})).status_code == 201, "they were related before"
    for _ in range(2):
        merged = await agent.post(path, {"ticket_id": first["id"], "kind": "merged"})
        assert merged.status_code == 201, merged.text
    assert await links(agent, again) == [("merged", True, first["number"])]
    assert await links(agent, first) == [("merged", False, again["number"])]
    states = [(await agent.get(f"/tickets/{each['id']}")).json()["data"]["status"] for each in (again, first)]
    assert states == ["closed", "new"]
    assert await steps(agent, again) == [("linked", first["number"])] * 2
    assert (await agent.delete(f"{path}/{first['id']}")).status_code == 200
    assert await links(agent, first) == []


async def test_tickets_that_cannot_be_merged_stay_as_they_are(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    first, second, third = [await filed(customer, name) for name in ("One", "Two", "Three")]
    other = await filed(agent, "Ours")

    async def refusal(ticket: dict[str, Any], into: dict[str, Any], client: Client = agent) -> tuple[int, str]:
        answer = await client.post(f"/tickets/{ticket['id']}/links", {"ticket_id": into["id"], "kind": "merged"})
        return answer.status_code, answer.text

    assert (await refusal(first, first))[0] == 422
    status, words = await refusal(first, other)
    assert (status, "same requester" in words) == (409, True)
    assert (await refusal(second, first, customer))[0] == 403
    assert (await refusal(second, first))[0] == 201
    for ticket, into in ((second, third), (third, second), (first, second)):
        status, words = await refusal(ticket, into)
        assert (status, "merged already" in words) == (409, True), (ticket["subject"], into["subject"])
    assert (await refusal(first, third))[0] == 201, "a chain"
    assert (await agent.get(f"/tickets/{third['id']}")).json()["data"]["status"] == "new"


async def test_links_that_cannot_be_are_refused(shop: Organization, rival: Organization) -> None:
    agent = await shop.client("agent")
    ticket, foreign = await filed(agent, "Zip"), await filed(await rival.client("agent"), "Theirs")
    path = f"/tickets/{ticket['id']}/links"
    same = await agent.post(path, {"ticket_id": ticket["id"]})
    assert same.status_code == 422, same.text
    assert "itself" in same.text
    assert (await agent.delete(f"{path}/{ticket['id']}")).status_code == 404
    for other in (foreign["id"], str(uuid4())):
        assert (await agent.post(path, {"ticket_id": other})).status_code == 404
        assert (await agent.delete(f"{path}/{other}")).status_code == 404
    assert (await agent.post(f"/tickets/{foreign['id']}/links", {"ticket_id": ticket["id"]})).status_code == 404
    for body in ({}, {"ticket_id": 5}, {"ticket_id": ticket["id"], "kind": "follow_up"}):
        assert (await agent.post(path, body)).status_code == 422
    for other in (await shop.client("customer"), await rival.client("owner")):
        assert (await other.post(path, {"ticket_id": foreign["id"]})).status_code in (403, 404)
        assert (await other.get(path)).status_code in (403, 404)
    assert await links(agent, ticket) == []


async def test_a_customer_who_opens_a_ticket_gets_no_links(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket, other = await filed(customer, "Zip"), await filed(customer, "Seam")
    await agent.post(f"/tickets/{ticket['id']}/links", {"ticket_id": other["id"]})
    opened = await customer.get(f"/tickets/{ticket['id']}?include=links")
    assert opened.status_code == 200
    assert "links" not in opened.json()["data"]


async def test_a_ticket_has_so_many_links_at_most(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "MOST_LINKS", 2)
    agent = await shop.client("agent")
    middle, last, *spokes = [await filed(agent, f"Ticket {number}") for number in range(4)]
    for refers, to in ((middle, spokes[0]), (spokes[1], middle)):
        assert (await agent.post(f"/tickets/{refers['id']}/links", {"ticket_id": to["id"]})).status_code == 201
    for first, second in ((middle, last), (last, middle)):
        refused = await agent.post(f"/tickets/{first['id']}/links", {"ticket_id": second["id"]})
        assert refused.status_code == 409
        assert "2 links" in refused.json()["error"]["message"]
    assert (await agent.post(f"/tickets/{middle['id']}/links", {"ticket_id": spokes[1]["id"]})).status_code == 201


async def test_concurrent_links_of_two_tickets_in_both_directions_are_one(shop: Organization) -> None:
    agent = await shop.client("agent")
    one, two = await filed(agent, "One"), await filed(agent, "Two")
    answers = await asyncio.gather(
        *(
            agent.post(f"/tickets/{first['id']}/links", {"ticket_id": second["id"]})
            for first, second in ((one, two), (two, one)) * 3
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len(await links(agent, one)) == len(await links(agent, two)) == 1
    assert [action for action, _ in await steps(agent, one)] == ["linked"]
