"""Planted words: no frame of a socket shows a customer or a guest anything that is not theirs."""

from typing import Any, Final
from uuid import UUID

import msgspec

from deskbell.features.access.queries import memberships
from deskbell.features.access.service.sessions import Device, start_session
from tests.realtime.live import Live
from tests.support.canaries import CANARIES
from tests.support.desk import Organization
from tests.web.test_planted_words import HIDDEN, SECRET, Planted, chatting, planted_in

NEVER: Final = {
    *HIDDEN, "internal note", "file name on a note", "field value", "contact field value", "article draft", "internal article",
    "rule", "macro", "canned response", "view", "webhook address", "API key", "mail", "mailbox",
}  # fmt: skip


def words_in(frames: Any) -> set[str]:
    """The planted words in frames or other data."""
    text = msgspec.json.encode(frames).decode().lower()
    return {name for name, word in SECRET.items() if word.lower() in text}


async def token_of(planted: Planted) -> str:
    """An access token of the planted contact."""
    shop, user_id = planted.shop, UUID(planted.ids["contact_id"])
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update users set email_verified_at = now() where id = $1", user_id)
        member = await memberships.find_member(uow.db, user_id)
        assert member is not None
        return (await start_session(uow, shop.desk.keys, member, Device("tests", "127.0.0.1"))).token


async def readable(planted: Planted, token: str) -> set[str]:
    """The planted words that contract v1 answers a caller with, about their tickets."""
    client, path = planted.shop.desk.client(token), f"/tickets/{planted.ids['ticket_id']}"
    return words_in([(await client.get(each)).json() for each in ("/tickets", path, f"{path}/comments")])


async def happen(planted: Planted) -> None:
    """Everything that may be kept from customers, once more."""
    owner, ids = await planted.shop.client("owner"), planted.ids
    ticket = f"/tickets/{ids['ticket_id']}"
    comments: tuple[tuple[str, dict[str, Any]], ...] = (
        ("comments", {"body": CANARIES["internal note"], "public": False}),
        ("comments", {"body": HIDDEN["held reply"], "hold_seconds": 30}),
    )
    for path, body in comments:
        assert (await owner.post(f"{ticket}/{path}", body)).status_code == 201
    changes: tuple[tuple[str, dict[str, Any]], ...] = (
        (f"{ticket}/drafts/reply", {"body": HIDDEN["draft of a reply"]}),
        (ticket, {"tags": [], "fields": {"order_number": f"{CANARIES['field value']}2"}}),
        (f"/kb/articles/{ids['article_id']}", {"content": f"{CANARIES['article draft']} again"}),
        (f"/contacts/{ids['contact_id']}", {"fields": {"customer_number": f"{CANARIES['contact field value']}2"}}),
        (f"/tags/{ids['tag_id']}", {"name": f"{CANARIES['tag']}2"}),
    )
    for path, body in changes:
        answer = await owner.put(path, body)
        assert answer.status_code == 200, answer.text


async def test_no_frame_shows_a_customer_what_is_kept_from_them(live: Live, shop: Organization) -> None:
    other = await shop.person("customer")
    async with await live.listener(other.token, since="now") as socket:
        begun = (await socket.next("ready"))["data"]["since"]
        planted = await planted_in(shop)
        assert words_in(await socket.caught_up()) == set()
    for token in (await token_of(planted), other.token):
        theirs = await readable(planted, token)
        assert theirs & NEVER == set()
        async with await live.listener(token, since=begun) as socket:
            missed = await socket.caught_up()
            await happen(planted)
            received = [*missed, *await socket.caught_up()]
            assert words_in(received) <= theirs, [each for each in received if words_in([each]) - theirs]
            assert ("public comment" in words_in(received)) is (token != other.token)


async def test_no_frame_of_one_ticket_shows_its_requester_what_is_kept_from_them(
    live: Live, shop: Organization
) -> None:
    planted = await planted_in(shop)
    path = f"/ws/tickets/{planted.ids['ticket_id']}"
    token = await token_of(planted)
    async with await live.listener(token, path=path) as socket:
        await happen(planted)
        await (await shop.client("agent")).post(
            f"/tickets/{planted.ids['ticket_id']}/comments", {"body": "The last one"}
        )
        received = [await socket.next("message.received")]
        assert words_in(received) <= await readable(planted, token), received
        assert received[0]["data"]["content"] == "The last one"


async def test_no_frame_shows_a_guest_of_a_chat_any_word(live: Live, shop: Organization) -> None:
    planted = await planted_in(shop)
    async with await live.listening("", token=await chatting(planted)) as socket:
        await happen(planted)
        received = await socket.caught_up()
        assert {each["event"] for each in received} <= {"changed"}
        assert words_in(received) == set()
