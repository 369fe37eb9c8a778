"""Chats on other sites: who can begin one, what its token opens, and how it ends."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from deskbell.features.chats import handlers, service
from deskbell.features.chats.records import ChatEnded
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import UnitOfWork
from tests.support.accounts import fresh_address
from tests.support.desk import Desk, Organization
from tests.support.mail import mails_to
from tests.support.work import run_job, work
from tests.web.test_embed import SITE, Site, set_up, tickets_of

END = "chats.end_chats"
"""The job that ends chats."""


class Guest:
    """A visitor in a chat."""

    def __init__(self, site: Site, token: str) -> None:
        self.site = site
        self.token = token

    async def read(self) -> dict[str, Any]:
        """The chat as it is shown."""
        answer = await self.site.get(f"chat?token={self.token}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def post(self, path: str, **fields: str) -> httpx.Response:
        return await self.site.client.request("POST", f"/{path}?token={self.token}", data=fields)

    async def say(self, text: str) -> httpx.Response:
        return await self.post("chat/messages", text=text)


async def begin(site: Site, **fields: str) -> httpx.Response:
    given = {"name": "Ann", "email": fresh_address(), "text": "My tent leaks", **fields}
    return await site.client.request("POST", "/chats", data=given)


async def staffed(shop: Organization, availability: str = "online") -> None:
    """An agent who says to be there."""
    agent = await shop.person("agent")
    answer = await agent.client.patch(f"/agents/{agent.id}/status", {"status": availability})
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def site(desk: Desk, shop: Organization) -> Site:
    await set_up(shop, chat_enabled=True)
    await staffed(shop)
    return Site(desk, shop)


async def chat_of(site: Site, **fields: str) -> Guest:
    answer = await begin(site, **fields)
    assert answer.status_code == 201, answer.text
    return Guest(site, answer.json()["token"])


async def reply(shop: Organization, body: str, *, public: bool = True) -> None:
    agent = await shop.client("agent")
    [ticket] = await tickets_of(shop)
    answer = await agent.post(f"/tickets/{ticket['id']}/comments", {"body": body, "public": public})
    assert answer.status_code == 201, answer.text


def said(chat: dict[str, Any]) -> list[tuple[bool, str]]:
    return [(each["own"], each["text"]) for each in chat["messages"]]


async def test_a_chat_goes_to_and_fro_and_its_transcript_is_mailed(desk: Desk, shop: Organization, site: Site) -> None:
    address = fresh_address()
    guest = await chat_of(site, email=address)
    agent = await shop.client("agent")
    (contact,) = (await agent.get("/contacts", params={"search": address})).json()["data"]["contacts"]
    assert (await agent.put(f"/contacts/{contact['id']}", {"language": "de"})).status_code == 200
    chat = await guest.read()
    assert (chat["state"], said(chat)) == ("waiting", [(True, "My tent leaks")])
    assert 0 < chat["waits"] <= 120
    [ticket] = await tickets_of(shop)
    assert (ticket["channel"], ticket["subject"]) == ("chat", "My tent leaks")
    await reply(shop, "Secret among us", public=False)
    await reply(shop, "Which tent?")
    assert (await guest.say("The blue one.")).status_code == 201
    chat = await guest.read()
    assert chat["state"] == "answered"
    assert said(chat) == [(True, "My tent leaks"), (False, "Which tent?"), (True, "The blue one.")]
    await work(desk, shop)
    await work(desk, shop)
    assert await mails_to(desk, address) == [], "what is read in the chat is not mailed, too"
    for _ in range(2):
        ended = await guest.post("chat/end")
        assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    await work(desk, shop)
    await work(desk, shop)
    [mail] = await mails_to(desk, address)
    for words in ("Das war unser Chat.", "My tent leaks", "Which tent?", "The blue one.", "/guest?token="):
        assert words in mail.text
    assert "Secret among us" not in mail.text
    late = await guest.say("One more thing")
    assert late.status_code == 409
    await reply(shop, "Here is a patch.")
    await work(desk, shop)
    await work(desk, shop)
    assert "Here is a patch." in (await mails_to(desk, address))[0].text


async def test_a_chat_begins_only_where_it_is_on_and_an_agent_is_there(desk: Desk, shop: Organization) -> None:
    await set_up(shop)
    site = Site(desk, shop)
    await staffed(shop)
    assert (await site.get("settings")).json()["chat"] is False
    assert (await begin(site)).status_code == 409
    await set_up(shop, chat_enabled=True)
    assert (await site.get("settings")).json()["chat"] is True
    await staffed(shop, "away")
    assert (await site.get("settings")).json()["chat"] is False
    assert (await begin(site)).status_code == 409
    assert (await begin(Site(desk, shop, "https://evil.example"))).status_code == 403
    assert await tickets_of(shop) == []


async def test_wrong_words_begin_and_continue_nothing(shop: Organization, site: Site) -> None:
    for field, bad in (("name", " "), ("email", "none"), ("text", ""), ("text", "x" * 4_001), ("name", "n" * 201)):
        answer = await begin(site, **{field: bad})
        assert (answer.status_code, list(answer.json()["problems"])) == (422, [field])
    assert (await begin(site, website="https://spam.example")).json() == {"token": ""}
    assert await tickets_of(shop) == []
    guest = await chat_of(site)
    for bad in ("", " \0 ", "x" * 4_001):
        assert (await guest.say(bad)).status_code == 422
    assert len((await guest.read())["messages"]) == 1


async def test_a_token_opens_its_own_chat_alone(
    desk: Desk, shop: Organization, rival: Organization, site: Site
) -> None:
    guest = await chat_of(site)
    await set_up(rival, chat_enabled=True)
    for token in ("", "x", guest.token[:-1] + ("A" if guest.token[-1] != "A" else "B"), guest.token + "a"):
        assert (await site.get(f"chat?token={token}")).status_code == 404
        assert (await Guest(site, token).say("Hello")).status_code == 404
    assert (await Site(desk, rival).get(f"chat?token={guest.token}")).status_code == 404
    assert (await Site(desk, shop, "https://evil.example").get(f"chat?token={guest.token}")).status_code == 403
    for headers in ({"authorization": f"Bearer {guest.token}"}, {"x-api-key": guest.token}):
        assert (await desk.client().get("/tickets", headers=headers)).status_code == 401
    agent = await shop.client("agent")
    [ticket] = await tickets_of(shop)
    assert (await agent.delete(f"/tickets/{ticket['id']}/guest-links")).status_code == 200
    assert (await site.get(f"chat?token={guest.token}")).status_code == 410
    assert (await guest.say("Hello")).status_code == 410


async def test_who_is_not_answered_in_time_is_answered_by_mail(desk: Desk, shop: Organization, site: Site) -> None:
    address = fresh_address()
    guest = await chat_of(site, email=address)
    await run_job(desk, END)
    assert (await guest.read())["state"] == "waiting"
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update chats set started_at = $1", utc_now() - timedelta(seconds=121))
    await run_job(desk, END)
    assert (await guest.read())["state"] == "missed"
    await work(desk, shop)
    await work(desk, shop)
    [mail] = await mails_to(desk, address)
    assert "My tent leaks" in mail.subject
    await reply(shop, "Sorry that you waited.")
    await work(desk, shop)
    await work(desk, shop)
    assert "Sorry that you waited." in (await mails_to(desk, address))[0].text


async def test_a_guest_who_leaves_gets_the_transcript(desk: Desk, shop: Organization, site: Site) -> None:
    address = fresh_address()
    guest = await chat_of(site, email=address)
    await reply(shop, "Which tent?")
    await work(desk, shop)
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update chats set seen_at = $1", utc_now() - timedelta(minutes=4))
    await guest.read()
    await run_job(desk, END)
    assert (await guest.read())["state"] == "answered", "the page was read just now"
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update chats set seen_at = $1", utc_now() - timedelta(minutes=4))
    await run_job(desk, END)
    await work(desk, shop)
    await work(desk, shop)
    [mail] = await mails_to(desk, address)
    assert "Which tent?" in mail.text
    assert SITE not in mail.text


async def test_what_is_written_after_the_chat_is_not_the_guests(desk: Desk, shop: Organization, site: Site) -> None:
    """The guest may have typed another person's address."""
    owner_of_address = await shop.person("customer")
    guest = await chat_of(site, email=owner_of_address.email, name="Mallory")
    await reply(shop, "Which tent?")
    [ticket] = await tickets_of(shop)
    browser = desk.client(base="", accept="text/html")
    page = f"/portal/{shop.domain}/guest"
    assert (await browser.get(f"{page}?token={guest.token}")).status_code == 404
    form = {"data": {"body": "Hello"}, "headers": {"Sec-Fetch-Site": "same-origin"}}
    assert (await browser.request("POST", f"{page}/reply?token={guest.token}", **form)).status_code == 404
    words = {"body": "Who is that? My number is 4711."}
    assert (await owner_of_address.client.post(f"/tickets/{ticket['id']}/comments", words)).status_code == 201
    assert "4711" not in str(await guest.read())
    assert (await guest.post("chat/end")).status_code == 200
    await reply(shop, "We have sent the new key.")
    shown = await guest.read()
    assert said(shown) == [(True, "My tent leaks"), (False, "Which tent?")]
    assert owner_of_address.name not in str(shown)
    assert shown["messages"][0]["name"] == "Mallory"


async def test_one_chat_that_fails_keeps_no_other_from_its_end(
    desk: Desk, shop: Organization, rival: Organization, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_up(rival, chat_enabled=True)
    await staffed(rival)
    broken, other = await chat_of(site), await chat_of(Site(desk, rival))
    [ticket] = await tickets_of(shop)
    for organization in (shop, rival):
        async with desk.database.unit(organization.system()) as uow:
            await uow.db.execute("update chats set seen_at = $1", utc_now() - timedelta(minutes=4))
    ends = service.finish

    async def failing(uow: UnitOfWork, ticket_id: UUID) -> None:
        if str(ticket_id) == ticket["id"]:
            raise LookupError("broken")
        await ends(uow, ticket_id)

    monkeypatch.setattr(handlers, "finish", failing)
    await run_job(desk, END)
    assert (await other.read())["state"] == "missed"
    assert (await broken.read())["state"] == "waiting"
    monkeypatch.undo()
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update chats set seen_at = $1", utc_now() - timedelta(minutes=4))
    await run_job(desk, END)
    assert (await site.get(f"chat?token={broken.token}")).json()["state"] == "missed"


async def test_a_blocked_address_begins_nothing(shop: Organization, site: Site) -> None:
    address = fresh_address()
    blocked = await (await shop.client("owner")).put(f"/mail-senders/{address}", {"standing": "blocked"})
    assert blocked.status_code == 200, blocked.text
    assert (await begin(site, email=address)).status_code == 403
    assert (await site.ask(email=address)).status_code == 403
    assert await tickets_of(shop) == []


async def test_a_socket_opens_for_a_chat_that_goes_on_alone(desk: Desk, shop: Organization, site: Site) -> None:
    guest = await chat_of(site)
    async with desk.database.unit(None) as uow:
        await service.enter(uow, guest.token)
        assert uow.actor.only_ticket is not None
    await guest.post("chat/end")
    async with desk.database.unit(None) as uow:
        with pytest.raises(ChatEnded):
            await service.enter(uow, guest.token)


async def test_the_chat_of_a_deleted_ticket_ends_without_a_mail(desk: Desk, shop: Organization, site: Site) -> None:
    address = fresh_address()
    await chat_of(site, email=address)
    [ticket] = await tickets_of(shop)
    assert (await (await shop.client("admin")).delete(f"/tickets/{ticket['id']}")).status_code == 200
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update chats set seen_at = $1", utc_now() - timedelta(minutes=4))
    await run_job(desk, END)
    async with desk.database.unit(shop.system()) as uow:
        assert await uow.db.fetch_value("select ended_at is not null from chats") is True
    await work(desk, shop)
    assert await mails_to(desk, address) == []
