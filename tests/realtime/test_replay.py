"""After a replay, a client that was disconnected has the state that a new fetch shows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from deskbell.features.eventlog.service import REPLAY_LIMIT
from deskbell.features.tickets.events import TicketUpdated
from deskbell.kernel.events import Change
from deskbell.runtime.database import UnitOfWork
from tests.realtime.live import Listener, Live
from tests.realtime.mirror import Mirror
from tests.realtime.test_events import file_ticket
from tests.support.desk import Organization
from tests.support.work import work

Act = Callable[[Organization, str], Awaitable[Any]]


async def assign(shop: Organization, ticket: str) -> None:
    agent = await shop.person("agent")
    lead = await shop.client("team_lead")
    await lead.patch(f"/tickets/{ticket}/assign", {"assignee_id": str(agent.id)})


async def change(shop: Organization, ticket: str) -> None:
    await (await shop.client("agent")).put(f"/tickets/{ticket}", {"priority": "high", "tags": ["a", "b"]})


async def solve(shop: Organization, ticket: str) -> None:
    await (await shop.client("agent")).patch(f"/tickets/{ticket}/status", {"status": "solved"})


async def reopen_by_answer(shop: Organization, ticket: str) -> None:
    await solve(shop, ticket)
    await (await shop.client("customer")).post(f"/tickets/{ticket}/comments", {"body": "Still broken"})


async def reply(shop: Organization, ticket: str) -> Any:
    agent = await shop.client("agent")
    return (await agent.post(f"/tickets/{ticket}/comments", {"body": "Here is how"})).json()["data"]["id"]


async def note(shop: Organization, ticket: str) -> None:
    await (await shop.client("agent")).post(f"/tickets/{ticket}/comments", {"body": "For us", "public": False})


async def edit(shop: Organization, ticket: str) -> None:
    comment = await reply(shop, ticket)
    assert (await (await shop.client("agent")).patch(f"/comments/{comment}", {"body": "Better"})).status_code == 200


async def take_back(shop: Organization, ticket: str) -> None:
    comment = await reply(shop, ticket)
    assert (await (await shop.client("agent")).delete(f"/comments/{comment}")).status_code == 200


async def delete(shop: Organization, ticket: str) -> None:
    await reply(shop, ticket)
    assert (await (await shop.client("admin")).delete(f"/tickets/{ticket}")).status_code == 200


async def delete_and_restore(shop: Organization, ticket: str) -> None:
    admin = await shop.client("admin")
    await admin.delete(f"/tickets/{ticket}")
    assert (await admin.post(f"/tickets/{ticket}/restore")).status_code == 200


async def bulk(shop: Organization, ticket: str) -> None:
    other = await file_ticket(shop)
    agent = await shop.client("agent")
    updated = await agent.post(
        "/tickets/bulk-update", {"ticket_ids": [ticket, other["id"]], "updates": {"status": "hold"}}
    )
    assert updated.json()["data"]["updated"] == 2


async def delete_what_it_refers_to(shop: Organization, ticket: str) -> None:
    admin = await shop.client("admin")
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]["id"]
    category = (await admin.post("/categories", {"name": "Parcels"})).json()["data"]["id"]
    put = await admin.put(f"/tickets/{ticket}", {"group_id": group, "category_id": category, "tags": ["late"]})
    assert put.status_code == 200
    tag = (await admin.get("/tags?search=late")).json()["data"][0]["id"]
    for path in (f"/groups/{group}", f"/categories/{category}", f"/tags/{tag}"):
        assert (await admin.delete(path)).status_code == 200


ACTS: list[Act] = [
    assign, change, solve, reopen_by_answer, reply, note, edit, take_back, delete, delete_and_restore, bulk,
    delete_what_it_refers_to,
]  # fmt: skip


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
@pytest.mark.parametrize("away", [False, True], ids=["there", "away"])
async def test_old_state_and_events_equal_a_fresh_fetch(live: Live, shop: Organization, act: Act, away: bool) -> None:
    agent = await shop.person("agent")
    ticket = await file_ticket(shop)
    async with await live.listener(agent.token, since="now") as listener:
        begun = (await listener.next("ready"))["data"]["since"]
        mirror = await Mirror.fetch(agent.client)
        if not away:
            await act(shop, str(ticket["id"]))
            await work(shop.desk, shop)
            await catch_up(listener, shop, mirror)
    if away:
        await act(shop, str(ticket["id"]))
        await work(shop.desk, shop)
        async with await live.listener(agent.token, since=begun) as listener:
            for message in await listener.caught_up():
                mirror.apply(message)
    fresh = await Mirror.fetch(agent.client)
    mirror.assert_shows(fresh)


async def catch_up(listener: Listener, shop: Organization, mirror: Mirror) -> None:
    """Applies everything that comes before the event of one more ticket, and that."""
    last = await file_ticket(shop, subject="The end")
    for message in await listener.until("ticket.created", id=last["id"]):
        mirror.apply(message)


async def test_an_earlier_id_that_commits_later_is_delivered_live_and_replayed(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    slow, quick = await file_ticket(shop), await file_ticket(shop)
    database = shop.desk.database
    async with await live.listening(agent.token) as listener:
        first = await database.acquire()
        await first.begin()
        await first.enter(shop.system())
        await append(first, slow["id"])
        async with database.unit(shop.system()) as second:
            await append(second, quick["id"])
        seen = await listener.next()
        assert seen["data"]["id"] == quick["id"]
        await first.commit()
        await first.release()
        late = await listener.next()
        assert late["data"]["id"] == slow["id"]
        assert late["id"] < seen["id"]
    async with await live.listener(agent.token, since=seen["id"]) as back:
        assert [each["id"] for each in await back.caught_up()] == [late["id"]]
    async with await live.listener(agent.token, since=late["id"]) as back:
        received = [each["id"] for each in await back.caught_up()]
        assert late["id"] not in received
        assert set(received) >= {seen["id"]}  # concurrent events are sent twice rather than lost


async def append(uow: UnitOfWork, ticket_id: Any) -> None:
    event = TicketUpdated(ticket_id=ticket_id, changes={"subject": Change("a", "b")})
    await uow.append([event])


async def test_concurrent_events_are_not_delivered_twice_during_a_replay(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    ticket = await file_ticket(shop)
    async with await live.listener(agent.token, since="now") as listener:
        begun = (await listener.next("ready"))["data"]["since"]
    for round_ in range(10):
        await agent.client.put(f"/tickets/{ticket['id']}", {"subject": f"Before {round_}"})
    opening = live.listener(agent.token, since=begun)
    writing = agent.client.put(f"/tickets/{ticket['id']}", {"subject": "Meanwhile"})
    listener, _ = await asyncio.gather(opening, writing)
    async with listener:
        await agent.client.put(f"/tickets/{ticket['id']}", {"subject": "The end"})
        wanted = [f"Before {i}" for i in range(10)] + ["Meanwhile", "The end"]
        received: list[dict[str, Any]] = []
        while not received or received[-1]["data"]["changes"]["subject"]["now"] != "The end":
            received.append(await listener.next())
        assert [each["data"]["changes"]["subject"]["now"] for each in received] == wanted
        assert len({each["id"] for each in received}) == len(wanted)


@pytest.mark.parametrize("since", ["9223372036854775807", "x", "-1", "99999999999999999999999999"])
async def test_an_unknown_place_is_answered_with_resync_and_a_place_to_go_on_from(
    live: Live, shop: Organization, since: str
) -> None:
    agent = await shop.person("agent")
    async with await live.listener(agent.token, since=since) as listener:
        (arrived,) = await listener.caught_up()
    assert arrived["event"] == "resync"
    ticket = await file_ticket(shop)
    async with await live.listener(agent.token, since=arrived["data"]["since"]) as listener:
        assert [each["data"]["id"] for each in await listener.caught_up()] == [ticket["id"]]


async def test_too_much_to_replay_is_answered_with_resync(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    ticket = await file_ticket(shop)
    async with await live.listener(agent.token, since="now") as listener:
        begun = (await listener.next("ready"))["data"]["since"]
    async with shop.desk.database.unit(shop.system()) as uow:
        event = TicketUpdated(ticket_id=ticket["id"], changes={"subject": Change("a", "b")})
        await uow.append([event] * (REPLAY_LIMIT + 1))
    async with await live.listener(agent.token, since=begun) as listener:
        assert [each["event"] for each in await listener.caught_up()] == ["resync"]


async def test_a_customers_replay_holds_what_concerns_them_and_no_note(live: Live, shop: Organization) -> None:
    customer = await shop.person("customer")
    ticket = await file_ticket(shop)
    async with await live.listener(customer.token, since="now") as listener:
        begun = (await listener.next("ready"))["data"]["since"]
    await note(shop, ticket["id"])
    await reply(shop, ticket["id"])
    await file_ticket(shop, "customer2")
    async with await live.listener(customer.token, since=begun) as listener:
        received = await listener.caught_up()
    assert [each["data"].get("body") for each in received if each["event"].startswith("comment")] == ["Here is how"]
    assert {each["data"].get("ticket_id", each["data"]["id"]) for each in received} == {ticket["id"]}
