"""Sockets of guests: the token of a chat opens this chat alone, and no note."""

from deskbell.realtime.limits import Close
from tests.realtime.live import Live
from tests.realtime.test_events import file_ticket
from tests.support.desk import Desk, Organization
from tests.web.test_chat import Guest, chat_of, staffed
from tests.web.test_embed import Site, set_up, tickets_of


async def chatting(desk: Desk, shop: Organization, email: str) -> tuple[Guest, str]:
    """A guest in a chat, and its ticket."""
    await set_up(shop, chat_enabled=True)
    await staffed(shop)
    guest = await chat_of(Site(desk, shop), email=email)
    [ticket] = [each for each in await tickets_of(shop) if each["channel"] == "chat"]
    return guest, ticket["id"]


async def test_a_guest_learns_of_the_chat_and_of_nothing_else(desk: Desk, live: Live, shop: Organization) -> None:
    customer, agent = await shop.person("customer"), await shop.person("agent")
    other = await file_ticket(shop)
    guest, ticket_id = await chatting(desk, shop, customer.email)
    async with await live.listening("", token=guest.token) as socket:
        await agent.client.post(f"/tickets/{other['id']}/comments", {"body": "About the other one"})
        await agent.client.post(f"/tickets/{ticket_id}/comments", {"body": "Secret among us", "public": False})
        await agent.client.post(f"/tickets/{ticket_id}/comments", {"body": "Which tent?"})
        received = [await socket.next("changed"), *await socket.caught_up()]
        assert {each["event"] for each in received} == {"changed"}
        assert [each["data"] for each in received] == [{"ticket_id": ticket_id}] * len(received)
        await socket.send_message({"subscribe": {"tickets": None}})
        assert (await socket.next("error"))["data"]["code"] == "BAD_MESSAGE"
        for refused in ({"include": ["counts"]}, {"watch": [ticket_id]}, {"typing": other["id"]}):
            await socket.send_message(refused)
            assert (await socket.next("error"))["data"]["code"] == "BAD_MESSAGE"
        await agent.client.delete(f"/tickets/{ticket_id}/guest-links")
        assert await socket.closed() == Close.SIGNED_OUT.code


async def test_writing_is_shown_both_ways(desk: Desk, live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    guest, ticket_id = await chatting(desk, shop, (await shop.person("customer")).email)
    async with await live.listening(agent.token) as staff, await live.listening("", token=guest.token) as socket:
        await staff.send_message({"viewing": ticket_id})
        await socket.send_message({"typing": ticket_id})
        shown = await staff.next("presence")
        assert [each["activity"] for each in shown["data"]["users"]] == ["typing"]
        await staff.send_message({"typing": ticket_id})
        assert (await socket.next("typing", "presence"))["data"] == {"names": [agent.name]}
        await staff.send_message({"left": ticket_id})
        assert (await socket.next("typing", "presence"))["data"] == {"names": []}


async def test_a_forged_token_opens_no_socket(desk: Desk, live: Live, shop: Organization) -> None:
    guest, _ = await chatting(desk, shop, (await shop.person("customer")).email)
    for token in (guest.token[:-1] + ("A" if guest.token[-1] != "A" else "B"), guest.token + "a", "x" * 92):
        async with await live.listener(None, token=token) as socket:
            assert await socket.closed() == Close.SIGNED_OUT.code


async def test_the_end_of_the_chat_closes_its_socket(desk: Desk, live: Live, shop: Organization) -> None:
    agent = await shop.person("agent")
    guest, ticket_id = await chatting(desk, shop, (await shop.person("customer")).email)
    async with await live.listening("", token=guest.token) as socket:
        assert (await guest.post("chat/end")).status_code == 200
        assert await socket.closed() == Close.RIGHTS_CHANGED.code
    await agent.client.post(f"/tickets/{ticket_id}/comments", {"body": "By mail"})
    async with await live.listener(None, token=guest.token) as socket:
        assert await socket.closed() == Close.SIGNED_OUT.code
