"""Messages from clients, and the limits of connections."""

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
    async with await live.listening(agent.token) as listener:
        await listener.send_message(said)
        arrived = await listener.next()
        assert (arrived["event"], arrived["data"]["code"], arrived["id"]) == ("error", "BAD_MESSAGE", None)
        await listener.send_message({"ping": 2})
        assert (await listener.next())["data"] == 2


async def test_bytes_are_refused_and_what_is_too_big_ends_it(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    async with await live.listening(agent.token) as listener:
        await listener.connection.send(b"\x00\x01")
        assert (await listener.next())["event"] == "error"
        await listener.send_message({"ping": "x" * 40_000})
        assert await listener.closed() == 1009


async def test_a_flood_of_messages_ends_it(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    async with await live.listening(agent.token) as listener:
        with contextlib.suppress(websockets.ConnectionClosed):
            for i in range(80):
                await listener.send_message({"ping": i})
        assert await listener.closed() == 4429


async def test_a_filter_leaves_other_tickets_out_until_it_is_removed(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    one, other = await file_ticket(shop), await file_ticket(shop)
    async with await live.listening(agent.token) as listener:
        await listener.send_message({"subscribe": {"tickets": [one["id"]]}})
        assert (await listener.next("subscribed"))["data"] == {"tickets": [one["id"]]}
        for ticket in (other, one):
            await agent.client.put(f"/tickets/{ticket['id']}", {"priority": "high"})
        assert (await listener.next())["data"]["id"] == one["id"]
        await listener.send_message({"subscribe": {}})
        assert (await listener.next())["data"] == {"tickets": None}
        await agent.client.put(f"/tickets/{other['id']}", {"priority": "low"})
        assert (await listener.next())["data"]["id"] == other["id"]


async def test_a_filter_takes_the_documented_number_of_tickets_and_no_more(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    wanted = [str(new_id()) for _ in range(501)]
    async with await live.listening(agent.token) as listener:
        await listener.send_message({"subscribe": {"tickets": wanted[:500]}})
        assert (await listener.next())["data"] == {"tickets": wanted[:500]}
        await listener.send_message({"subscribe": {"tickets": wanted}})
        assert (await listener.next())["event"] == "error"


async def test_staff_on_a_ticket_sees_who_else_is_there_and_what_they_do(live: Live, shop: Organization) -> None:
    agent, other, third = [await shop.person(key) for key in ("agent", "agent2", "team_lead")]
    ticket = (await file_ticket(shop))["id"]
    async with (
        await live.listening(agent.token) as mine,
        await live.listening(other.token) as theirs,
        await live.listening(third.token) as elsewhere,
    ):
        await mine.send_message({"viewing": ticket})
        await mine.caught_up()
        await theirs.send_message({"viewing": ticket})

        def seen(person_id: object, name: str, activity: str) -> dict[str, object]:
            return {"ticket_id": ticket, "users": [{"id": str(person_id), "name": name, "activity": activity}]}

        assert (await mine.next("presence"))["data"] == seen(other.id, other.name, "viewing")
        assert (await theirs.next("presence"))["data"] == seen(agent.id, agent.name, "viewing")
        await theirs.send_message({"typing": ticket})
        assert (await mine.next("presence"))["data"] == seen(other.id, other.name, "typing")
        await theirs.connection.close()
        assert (await mine.next("presence"))["data"] == {"ticket_id": ticket, "users": []}
        assert await elsewhere.caught_up() == []


async def test_customers_have_no_presence(live: Live, shop: Organization) -> None:
    customer = await shop.person("customer")
    ticket = (await file_ticket(shop))["id"]
    async with await live.listening(customer.token) as listener:
        await listener.send_message({"viewing": ticket})
        assert (await listener.next())["event"] == "error"


async def announce(shop: Organization, ticket: dict[str, Any], subjects: list[str]) -> None:
    """Changes of a ticket, all in one unit of work."""
    async with shop.desk.database.unit(shop.system()) as uow:
        for subject in subjects:
            uow.record(TicketUpdated(ticket_id=UUID(ticket["id"]), changes={"subject": Change("", subject)}))


async def test_a_slow_reader_is_closed_and_delays_no_other(live: Live, shop: Organization) -> None:
    slow, quick = await shop.person("agent"), await shop.person("agent2")
    ticket = await file_ticket(shop, description="x" * 60_000)
    small_buffer = socket.socket()
    small_buffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small_buffer.connect(("127.0.0.1", live.port))
    lazy = await live.listening(slow.token, sock=small_buffer, max_queue=1)
    async with await live.listening(quick.token) as listener:
        changes: list[str] = []
        # In batches that a normal client can read, and quickly: a slow client has ten seconds to read the close frame.
        for portion in range(0, 450, 50):
            await announce(shop, ticket, [f"Subject {i}" for i in range(portion, portion + 50)])
            changes += [(await listener.next("ticket.updated"))["data"]["changes"]["subject"]["now"] for _ in range(50)]
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
