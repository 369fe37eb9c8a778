"""What clients say, and what they cost."""

import contextlib
import socket
from typing import Any
from uuid import UUID

import pytest
import websockets

from deskbell.features.tickets.events import TicketUpdated
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from tests.realtime.live import Live
from tests.realtime.test_events import file_ticket
from tests.support.desk import Organization


@pytest.mark.parametrize(
    "said",
    [
        "{", "7", "[]", "{}", '{"viewing": 7}', '{"viewing": "no-id"}', '{"dance": true}', "[" * 5000,
        '{"subscribe": {"tickets": "all"}}', '{"ping": 1, "pong": 1}', '{"subscribe": {"tickets": ["x"]}}', "\ud7ff",
    ],
)  # fmt: skip
async def test_a_message_that_means_nothing_is_answered_with_an_error(
    live: Live, shop: Organization, said: str
) -> None:
    agent = await shop.person("agent")
    async with await live.settled(agent.token) as ear:
        await ear.say(said)
        told = await ear.next()
        assert (told["event"], told["data"]["code"], told["id"]) == ("error", "BAD_MESSAGE", None)
        await ear.say({"ping": 2})
        assert (await ear.next())["data"] == 2


async def test_bytes_are_refused_and_what_is_too_big_ends_it(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    async with await live.settled(agent.token) as ear:
        await ear.connection.send(b"\x00\x01")
        assert (await ear.next())["event"] == "error"
        await ear.say({"ping": "x" * 40_000})
        assert await ear.closed() == 1009


async def test_a_flood_of_messages_ends_it(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    async with await live.settled(agent.token) as ear:
        with contextlib.suppress(websockets.ConnectionClosed):
            for i in range(80):
                await ear.say({"ping": i})
        assert await ear.closed() == 4429


async def test_narrowing_leaves_other_tickets_out_until_it_is_taken_back(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    one, other = await file_ticket(shop), await file_ticket(shop)
    async with await live.settled(agent.token) as ear:
        await ear.say({"subscribe": {"tickets": [one["id"]]}})
        assert (await ear.next("subscribed"))["data"] == {"tickets": [one["id"]]}
        for ticket in (other, one):
            await agent.client.put(f"/tickets/{ticket['id']}", {"priority": "high"})
        assert (await ear.next())["data"]["id"] == one["id"]
        await ear.say({"subscribe": {}})
        assert (await ear.next())["data"] == {"tickets": None}
        await agent.client.put(f"/tickets/{other['id']}", {"priority": "low"})
        assert (await ear.next())["data"]["id"] == other["id"]


async def test_it_can_be_narrowed_to_as_many_tickets_as_are_promised_and_no_more(
    live: Live, shop: Organization
) -> None:
    agent = await shop.person("agent")
    wanted = [str(new_id()) for _ in range(501)]
    async with await live.settled(agent.token) as ear:
        await ear.say({"subscribe": {"tickets": wanted[:500]}})
        assert (await ear.next())["data"] == {"tickets": wanted[:500]}
        await ear.say({"subscribe": {"tickets": wanted}})
        assert (await ear.next())["event"] == "error"


async def test_staff_on_a_ticket_sees_who_else_is_there_and_what_they_do(live: Live, shop: Organization) -> None:
    agent, other, third = [await shop.person(key) for key in ("agent", "agent2", "team_lead")]
    ticket = (await file_ticket(shop))["id"]
    async with (
        await live.settled(agent.token) as mine,
        await live.settled(other.token) as theirs,
        await live.settled(third.token) as elsewhere,
    ):
        await mine.say({"viewing": ticket})
        await mine.caught_up()
        await theirs.say({"viewing": ticket})

        def seen(person_id: object, name: str, activity: str) -> dict[str, object]:
            return {"ticket_id": ticket, "users": [{"id": str(person_id), "name": name, "activity": activity}]}

        assert (await mine.next("presence"))["data"] == seen(other.id, other.name, "viewing")
        assert (await theirs.next("presence"))["data"] == seen(agent.id, agent.name, "viewing")
        await theirs.say({"typing": ticket})
        assert (await mine.next("presence"))["data"] == seen(other.id, other.name, "typing")
        await theirs.connection.close()
        assert (await mine.next("presence"))["data"] == {"ticket_id": ticket, "users": []}
        assert await elsewhere.caught_up() == []


async def test_customers_take_no_part_in_presence(live: Live, shop: Organization) -> None:
    customer = await shop.person("customer")
    ticket = (await file_ticket(shop))["id"]
    async with await live.settled(customer.token) as ear:
        await ear.say({"viewing": ticket})
        assert (await ear.next())["event"] == "error"


async def announce(shop: Organization, ticket: dict[str, Any], subjects: list[str]) -> None:
    """Changes of a ticket, all in one unit of work."""
    async with shop.desk.database.unit(shop.system()) as uow:
        for subject in subjects:
            uow.record(TicketUpdated(ticket_id=UUID(ticket["id"]), changes={"subject": Change("", subject)}))


async def test_a_slow_reader_is_cut_off_and_holds_up_nobody(live: Live, shop: Organization) -> None:
    slow, quick = await shop.person("agent"), await shop.person("agent2")
    ticket = await file_ticket(shop, description="x" * 60_000)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect(("127.0.0.1", live.port))
    lazy = await live.settled(slow.token, sock=narrow, max_queue=1)
    async with await live.settled(quick.token) as ear:
        changes: list[str] = []
        # In portions that a reader can take in, and quickly: one that is cut off has ten seconds to hear why.
        for portion in range(0, 450, 50):
            await announce(shop, ticket, [f"Subject {i}" for i in range(portion, portion + 50)])
            changes += [(await ear.next("ticket.updated"))["data"]["changes"]["subject"]["now"] for _ in range(50)]
        assert changes == [f"Subject {i}" for i in range(450)]
    before = 0
    code = None
    while code is None:
        try:
            await lazy.connection.recv()
            before += 1
        except websockets.ConnectionClosed as cut:
            code = cut.rcvd.code if cut.rcvd else 0
    assert code == 4408
    assert before < 450
