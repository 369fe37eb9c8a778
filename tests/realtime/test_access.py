"""Who may connect, and that losing the right ends the connection."""

import asyncio
import signal

import pytest
import websockets

from tests.realtime.live import Live, serving
from tests.realtime.test_events import file_ticket
from tests.support.desk import PASSWORD, Desk, Organization


@pytest.mark.parametrize("path", ["/ws", "/ws/tickets/00000000-0000-0000-0000-000000000000"])
async def test_no_credentials_and_bad_ones_close_with_4401(live: Live, path: str) -> None:
    assert await (await live.listener(path=path)).closed() == 4401
    assert await (await live.listener("nonsense", path=path)).closed() == 4401
    assert await (await live.listener(path=f"{path}?token=nonsense")).closed() == 4401


async def test_the_token_may_stand_in_the_address_or_be_an_api_key(live: Live, shop: Organization) -> None:
    admin = await shop.person("admin")
    key = (await admin.client.post("/api-keys", {"name": "bell", "scopes": ["*"]})).json()["data"]["key"]
    for credential in (admin.token, key):
        listener = await live.listener(path=f"/ws?token={credential}")
        async with listener:
            await listener.send_message({"ping": 1})
            assert (await listener.next())["event"] == "pong"


async def test_the_session_cookie_counts_from_our_own_pages_alone(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    cookie = {"Cookie": f"deskbell_session={agent.token}"}
    async with await live.listener(headers=cookie, origin=f"http://{live.address}") as listener:
        await listener.send_message({"ping": 1})
        assert (await listener.next())["event"] == "pong"
    assert await (await live.listener(headers=cookie, origin="http://elsewhere.example")).closed() == 4401
    assert await (await live.listener(headers=cookie)).closed() == 4401


async def test_the_web_apps_cookie_counts_from_our_own_pages_until_its_session_ends(
    live: Live, desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    body = {"email": agent.email, "password": PASSWORD, "session": "cookie"}
    own = {"x-deskbell": "web", "sec-fetch-site": "same-origin"}
    signed_in = await desk.client().post("/auth/login", body, headers=own)
    cookie = {"Cookie": signed_in.headers["set-cookie"].partition(";")[0]}
    assert await (await live.listener(headers=cookie, origin="http://elsewhere.example")).closed() == 4401
    assert await (await live.listener(headers=cookie)).closed() == 4401
    async with await live.listener(headers=cookie, origin=f"http://{live.address}") as listener:
        await listener.send_message({"ping": 1})
        assert (await listener.next())["event"] == "pong"
        assert (await desk.client(**cookie, **own).post("/auth/logout")).status_code == 200
        assert await listener.closed() == 4401


async def test_signing_out_ends_the_sessions_sockets_and_no_others(live: Live, shop: Organization) -> None:
    agent, other = await shop.person("agent"), await shop.person("agent2")
    async with await live.listening(agent.token) as mine, await live.listening(other.token) as theirs:
        assert (await agent.client.post("/auth/logout")).status_code == 200
        assert await mine.closed() == 4401
        await theirs.send_message({"ping": 1})
        assert (await theirs.next())["event"] == "pong"
    assert await (await live.listener(agent.token)).closed() == 4401


async def test_a_removed_member_and_a_changed_role_end_the_sockets(live: Live, shop: Organization) -> None:
    admin = await shop.person("admin")
    promoted, removed = await shop.person("agent"), await shop.person("agent2")
    async with await live.listening(promoted.token) as one, await live.listening(removed.token) as two:
        changed = await admin.client.put(f"/agents/{promoted.id}", {"role": "team_lead"})
        assert changed.status_code == 200, changed.text
        assert await one.closed() == 4403
        gone = await admin.client.delete(f"/agents/{removed.id}")
        assert gone.status_code == 200, gone.text
        assert await two.closed() == 4401


async def test_a_revoked_key_ends_its_sockets(live: Live, shop: Organization) -> None:
    admin = await shop.person("admin")
    made = (await admin.client.post("/api-keys", {"name": "bell", "scopes": ["*"]})).json()["data"]
    async with await live.listening(made["key"]) as listener:
        await admin.client.delete(f"/api-keys/{made['id']}")
        assert await listener.closed() == 4401


async def test_a_sign_out_while_connecting_is_not_overlooked(live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    listeners = [live.listener(agent.token) for _ in range(20)]
    opened, _ = await asyncio.gather(asyncio.gather(*listeners), agent.client.post("/auth/logout"))
    assert {await listener.closed() for listener in opened} == {4401}


async def test_elsewhere_there_is_nothing(live: Live) -> None:
    with pytest.raises(websockets.InvalidStatus):
        await live.listener(path="/ws/elsewhere")


async def test_the_ticket_socket_is_for_those_who_see_the_ticket(
    live: Live, shop: Organization, rival: Organization
) -> None:
    ticket = await file_ticket(shop)
    path = f"/ws/tickets/{ticket['id']}"
    stranger, other = await rival.person("admin"), await shop.person("customer2")
    assert await (await live.listener(stranger.token, path=path)).closed() == 4404
    assert await (await live.listener(other.token, path=path)).closed() == 4404
    assert await (await live.listener(other.token, path="/ws/tickets/nonsense")).closed() == 4404
    missing = "/ws/tickets/00000000-0000-0000-0000-000000000000"
    assert await (await live.listener((await shop.person("agent")).token, path=missing)).closed() == 4404


async def test_the_ticket_socket_takes_a_key_that_may_read_tickets(live: Live, shop: Organization) -> None:
    ticket, admin = await file_ticket(shop), await shop.person("admin")
    keys = {}
    for scope in ("tickets:read", "contacts:read"):
        made = await admin.client.post("/api-keys", {"name": scope, "scopes": [scope]})
        assert made.status_code == 201, made.text
        keys[scope] = made.json()["data"]["key"]
    path = f"/ws/tickets/{ticket['id']}"
    assert await (await live.listener(keys["contacts:read"], path=path)).closed() == 4404
    async with await live.listener(keys["tickets:read"], path=path) as listener:
        await listener.send_message({"ping": 1})
        assert (await listener.next())["event"] == "pong"


async def test_when_the_server_stops_every_socket_is_closed_with_a_reason(desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    ticket = await file_ticket(shop)
    async with serving(desk, workers=2) as server:
        listeners = [await server.listening(agent.token) for _ in range(4)]
        listeners.append(await server.listening(agent.token, path=f"/ws/tickets/{ticket['id']}"))
        server.process.send_signal(signal.SIGTERM)
        assert [await listener.closed() for listener in listeners] == [1012] * 5
        async with asyncio.timeout(30):
            assert await server.process.wait() == 0
