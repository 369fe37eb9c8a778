"""Socket.IO with its own client: v2's events, in rooms."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import socketio

from tests.realtime.live import PATIENCE, Live
from tests.realtime.test_events import file_ticket
from tests.support.desk import Organization, Person

EVENTS = ("ticket:created", "ticket:updated", "ticket:assigned", "ticket:closed", "ticket:reopened")


class Guest:
    """A client and the events that it has received."""

    def __init__(self) -> None:
        self.client: Any = socketio.AsyncClient(reconnection=False)
        self.received: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        for event in EVENTS:
            self.client.on(event, self._on(event))
        self.client.on("disconnect", lambda *_: self.gone.set())

    def _on(self, event: str) -> Callable[[Any], None]:
        return lambda data: self.received.put_nowait((event, data))

    async def next(self, *, filed_before: str | None = None) -> tuple[str, Any]:
        """The next event; that of a ticket filed before may come late, and is left aside."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event, data = await self.received.get()
                if event != "ticket:created" or data["id"] != filed_before:
                    return event, data

    async def ask(self, event: str, data: Any) -> Any:
        return await self.client.call(event, data, timeout=PATIENCE)


@asynccontextmanager
async def guest(live: Live, token: str | None, **options: Any) -> AsyncIterator[Guest]:
    found = Guest()
    auth = {"token": token} if token else None
    await found.client.connect(f"http://{live.address}", auth=auth, transports=["websocket"], **options)
    try:
        yield found
    finally:
        await found.client.disconnect()


async def test_staff_receive_new_tickets_in_v2s_form_and_customers_do_not(live: Live, shop: Organization) -> None:
    agent, customer = await shop.person("agent"), await shop.person("customer")
    async with guest(live, agent.token) as staff, guest(live, customer.token) as theirs:
        ticket = await file_ticket(shop)
        event, data = await staff.next()
        assert event == "ticket:created"
        shown = (await agent.client.at("/api/v2").get(f"/tickets/{ticket['id']}")).json()["data"]
        assert data == {name: shown[name] for name in data}
        assert data["ticketNumber"] == ticket["number"]
        assert await theirs.ask("join", ticket["id"]) == {"data": {"ticketId": ticket["id"]}}
        await agent.client.put(f"/tickets/{ticket['id']}", {"priority": "high"})
        event, data = await theirs.next()
        assert (event, data["priority"]) == ("ticket:updated", "high")


async def test_a_room_is_joined_by_those_who_may_see_the_ticket(
    live: Live, shop: Organization, rival: Organization
) -> None:
    ticket = await file_ticket(shop)
    for key, organization in (("customer2", shop), ("admin", rival)):
        stranger = await organization.person(key)
        async with guest(live, stranger.token) as theirs:
            assert (await theirs.ask("join", {"ticketId": ticket["id"]}))["error"]["code"] == "NOT_FOUND"
            assert (await theirs.ask("join", 7))["error"]["code"] == "BAD_REQUEST"


async def turn(agent: Person, path: str, status: str) -> None:
    assert (await agent.client.patch(f"{path}/status", {"status": status})).status_code == 200


async def test_assigning_closing_and_reopening_reach_the_rooms_of_the_document(live: Live, shop: Organization) -> None:
    agent, customer, lead = [await shop.person(key) for key in ("agent", "customer", "team_lead")]
    ticket = await file_ticket(shop)
    path, old = f"/tickets/{ticket['id']}", ticket["id"]
    async with guest(live, agent.token) as mine, guest(live, customer.token) as theirs, guest(live, lead.token) as room:
        await room.ask("join", ticket["id"])
        await lead.client.patch(f"{path}/assign", {"assignee_id": str(agent.id)})
        event, data = await mine.next(filed_before=old)
        assert (event, data["assigneeId"]) == ("ticket:assigned", str(agent.id))
        assert await theirs.next() == ("ticket:assigned", {"id": ticket["id"], "assignee": {"name": agent.name}})
        assert [(await room.next(filed_before=old))[0] for _ in range(2)] == [
            "ticket:updated",
            "ticket:updated",
        ]  # and its status
        await turn(agent, path, "closed")
        assert [(await room.next(filed_before=old))[0] for _ in range(2)] == ["ticket:updated", "ticket:closed"]
        await turn(agent, path, "open")
        assert [(await room.next(filed_before=old))[0] for _ in range(2)] == ["ticket:updated", "ticket:reopened"]
        await room.ask("leave", ticket["id"])
        await turn(agent, path, "hold")
        await file_ticket(shop, subject="The end")
        assert (await room.next(filed_before=old))[0] == "ticket:created"


@pytest.mark.parametrize("token", [None, "nonsense"])
async def test_bad_credentials_are_refused(live: Live, token: str | None) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with guest(live, token):
            pass


async def test_a_refusal_gives_message_and_code(live: Live) -> None:
    refusals: list[Any] = []
    client: Any = socketio.AsyncClient(reconnection=False)
    client.on("connect_error", refusals.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(f"http://{live.address}", auth={"token": "nonsense"}, transports=["websocket"])
    await client.disconnect()
    (refusal,) = refusals
    assert refusal.keys() == {"message", "data"}
    assert refusal["data"] == {"code": "UNAUTHORIZED"}
    assert "{" not in refusal["message"]


async def test_a_header_does_as_well_and_signing_out_disconnects(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    async with guest(live, None, headers={"Authorization": f"Bearer {agent.token}"}) as mine:
        await agent.client.post("/auth/logout")
        async with asyncio.timeout(PATIENCE):
            await mine.gone.wait()


async def test_a_token_is_accepted_from_any_page_and_a_cookie_from_our_own(live: Live, shop: Organization) -> None:
    token = (await shop.person("agent")).token
    cookie = {"Cookie": f"deskbell_session={token}"}
    own, behind_tls = {"Origin": f"http://{live.address}"}, {"Origin": f"https://{live.address}"}
    elsewhere = {"Origin": "https://elsewhere.example"}
    for headers, auth, welcome in (
        (elsewhere, {"token": token}, True), ({**cookie, **own}, None, True), ({**cookie, **behind_tls}, None, True),
        ({**cookie, **elsewhere}, None, False), ({**cookie, "Origin": "null"}, None, False), (cookie, None, False),
    ):  # fmt: skip
        client: Any = socketio.AsyncClient(reconnection=False)
        try:
            await client.connect(f"http://{live.address}", headers=headers, auth=auth, transports=["websocket"])
            assert welcome, headers
        except socketio.exceptions.ConnectionError:
            assert not welcome, headers
        finally:
            await client.disconnect()


async def test_a_key_without_tickets_read_receives_no_tickets(live: Live, shop: Organization) -> None:
    agent, admin = await shop.person("agent"), await shop.person("admin")
    made = await admin.client.post("/api-keys", {"name": "bell", "scopes": ["notifications:read"]})
    async with guest(live, agent.token) as staff, guest(live, made.json()["data"]["key"]) as unscoped:
        ticket = await file_ticket(shop)
        assert (await staff.next())[0] == "ticket:created"
        assert (await unscoped.ask("join", ticket["id"]))["error"]["code"] == "FORBIDDEN"
        await admin.client.patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(admin.id)})
        await file_ticket(shop)
        assert (await staff.next(filed_before=ticket["id"]))[0] == "ticket:created"
        await unscoped.ask("leave", ticket["id"])  # events that were sent before this answer have arrived
        assert unscoped.received.empty()
