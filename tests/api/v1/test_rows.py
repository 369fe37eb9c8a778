"""v1: tickets as rows of lists, what is unread in them, and which lists they belong to."""

from typing import Any

import pytest

from deskbell.features.tickets.preview import LENGTH, preview_of
from tests.support.desk import Client, Organization


async def filed(client: Client, subject: str = "Lamp", **more: Any) -> str:
    made = await client.post("/tickets", {"subject": subject, "description": "It is *dark*."} | more)
    assert made.status_code == 201, made.text
    return str(made.json()["data"]["id"])


async def row_of(client: Client, ticket: str) -> dict[str, Any]:
    found = await client.get(f"/tickets?fields=row&ids={ticket}")
    assert found.status_code == 200, found.text
    rows = found.json()["data"]["tickets"]
    assert len(rows) == 1
    return dict(rows[0])


async def ids_of(client: Client, query: str) -> list[str]:
    found = await client.get(f"/tickets?{query}")
    assert found.status_code == 200, found.text
    return [each["id"] for each in found.json()["data"]["tickets"]]


async def say(client: Client, ticket: str, body: str, *, public: bool = True) -> str:
    said = await client.post(f"/tickets/{ticket}/comments", {"body": body, "public": public})
    assert said.status_code == 201, said.text
    return str(said.json()["data"]["id"])


async def test_a_row_shows_the_last_public_words_and_each_reader_what_they_may_see(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = await filed(customer)
    row = await row_of(agent, ticket)
    assert "description" not in row
    assert (row["preview"], row["comments_count"], row["attachments_count"]) == ("It is dark.", 0, 0)
    assert row["last_comment"] is None
    await say(agent, ticket, "> It is dark.\n\nPlease **turn** [the lamp](https://shop.example) on.")
    note = await say(agent, ticket, "Known fault", public=False)
    for_agent, for_customer = await row_of(agent, ticket), await row_of(customer, ticket)
    assert for_agent["preview"] == for_customer["preview"] == "Please turn the lamp on."
    assert (for_agent["comments_count"], for_customer["comments_count"]) == (2, 1)
    assert for_agent["last_comment"]["id"] == note
    assert for_customer["last_comment"]["public"] is True
    whole = (await agent.get(f"/tickets?ids={ticket}")).json()["data"]["tickets"][0]
    assert whole["description"] == "It is *dark*."
    assert "preview" not in whole


async def test_what_others_say_is_unread_until_it_is_read(shop: Organization) -> None:
    customer, agent, colleague = await shop.client("customer"), await shop.client("agent"), await shop.client("admin")
    ticket = await filed(customer)
    assert (await row_of(agent, ticket))["unread"] is True
    assert (await row_of(customer, ticket))["unread"] is False
    read = await agent.put(f"/tickets/{ticket}/read", {})
    assert read.json()["data"] == {"unread": False}
    await say(agent, ticket, "My own words")
    assert (await row_of(agent, ticket))["unread"] is False
    await say(colleague, ticket, "A note", public=False)
    assert (await row_of(agent, ticket))["unread"] is True
    assert (await customer.put(f"/tickets/{ticket}/read", {})).json()["data"] == {"unread": False}
    await say(colleague, ticket, "Another note", public=False)
    assert (await row_of(customer, ticket))["unread"] is False, "a note is nothing to a customer"
    await agent.put(f"/tickets/{ticket}/read", {})
    again = await agent.put(f"/tickets/{ticket}/read", {"event_id": 0})
    assert again.json()["data"] == {"unread": True}
    late = await agent.put(f"/tickets/{ticket}/read", {"event_id": 2**62})
    assert late.status_code == 422


async def test_a_ticket_waits_from_the_customers_words_until_an_answer(shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = await filed(customer)

    async def waiting() -> str | None:
        value: str | None = (await row_of(agent, ticket))["waiting_since"]
        return value

    since = await waiting()
    assert since is not None
    await say(customer, ticket, "Hello?")
    await say(agent, ticket, "Looking", public=False)
    assert await waiting() == since
    await say(agent, ticket, "Here you are")
    assert await waiting() is None
    await say(customer, ticket, "No")
    assert await waiting() not in (None, since)
    await agent.patch(f"/tickets/{ticket}/status", {"status": "solved"})
    assert await waiting() is None
    await agent.patch(f"/tickets/{ticket}/status", {"status": "open"})
    assert await waiting() is not None


@pytest.mark.parametrize("sort", ["waiting_since", "next_due_at"])
async def test_lists_by_waiting_and_by_deadline_are_paged_and_end_with_those_that_have_none(
    shop: Organization, sort: str
) -> None:
    agent = await shop.client("agent")
    customer = await shop.client("customer")
    first, second, third = [await filed(customer, f"Lamp {n}", priority="normal") for n in range(3)]
    await agent.patch(f"/tickets/{first}/status", {"status": "solved"})
    assert await ids_of(agent, f"sort={sort}&order=asc") == [second, third, first]
    assert await ids_of(agent, f"sort={sort}&order=desc&fields=row") == [first, third, second]
    page = (await agent.get(f"/tickets?sort={sort}&order=asc&limit=2&fields=row")).json()["data"]
    assert [each["id"] for each in page["tickets"]] == [second, third]
    rest = f"sort={sort}&order=asc&limit=2&cursor={page['pagination']['nextCursor']}"
    assert await ids_of(agent, rest) == [first]


async def test_some_tickets_by_id_are_only_those_that_one_may_see(shop: Organization, rival: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    own, other = await filed(customer), await filed(agent)
    foreign = await filed(await rival.client("customer"))
    asked = f"ids={own},{other},{foreign}"
    assert set(await ids_of(agent, asked)) == {own, other}
    assert await ids_of(customer, asked) == [own]
    assert (await agent.get("/tickets?ids=lamp")).status_code == 422
    assert (await agent.get(f"/tickets?ids={','.join([own] * 101)}")).status_code == 422


async def test_matches_say_which_tickets_belong_to_which_lists(shop: Organization, rival: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    lamp, chair = await filed(customer, "Lamp"), await filed(customer, "Chair", priority="urgent")
    foreign = await filed(await rival.client("customer"), "Lamp")
    specs: list[dict[str, Any]] = [
        {"query": "lamp"},
        {"filter": {"priority": ["urgent"]}},
        {"query": "status:solved"},
        {"query": "lamp", "filter": {"priority": ["urgent"]}},
    ]
    asked = {"ids": [lamp, chair, foreign], "specs": specs}
    found = await agent.post("/tickets/match", asked)
    assert found.json()["data"] == {"matches": [[lamp], [chair], [], []]}
    stranger = await rival.client("agent")
    assert (await stranger.post("/tickets/match", asked)).json()["data"]["matches"] == [[foreign], [], [], []]
    wrong = await agent.post("/tickets/match", asked | {"specs": [{"query": "status:bogus"}]})
    assert wrong.status_code == 422
    assert "specs.0.query" in wrong.text


def test_a_preview_is_short_and_in_one_line() -> None:
    assert preview_of("# Hello\n\n- *one*\n- `two`\n") == "Hello one two"
    assert preview_of("> only\n> quoted") == "> only > quoted"
    assert preview_of("snake_case stays, \\*so does this\\*") == "snake_case stays, *so does this*"
    assert len(preview_of("word " * 500)) <= LENGTH
    assert preview_of("[" * 1_000 + "(" * 1_000).startswith("[[")
