"""Planted words: what each caller of the customers' side finds on all of its pages, and what nobody finds.

The walk takes every route that the site has. A new page is called without a line here; if its path has a place that is new, it
fails until it gets a value.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import pytest

from deskbell.features.chats import queries as chats
from deskbell.features.chats.records import Chat
from deskbell.features.mail.service.making import ensure_keys
from deskbell.kernel.clock import utc_now
from deskbell.kernel.guest_links import GuestKind, GuestLink, make_guest_token
from deskbell.kernel.mail.ids import make_rating_token
from tests.support.canaries import CANARIES, SEARCHED, made, plant
from tests.support.desk import PASSWORD, Client, Desk, Organization
from tests.support.site_walk import SAME, Caller, at_portal, found_in, pages_of, visitor, walk, with_password
from tests.support.work import work

SITE: Final = "https://outfitters.example"
PUBLIC: Final = {"brand"}
ONE_REQUEST: Final = {
    "ticket subject", "ticket description", "public comment", "file name on a comment", "file content", "contact name",
    "category",
}  # fmt: skip
"""The parts of a request that its page shows. The planted field is the staff's."""
OWN_DATA: Final = {"contact mail", "contact phone", "rating"}
"""The parts that one's account and download show besides."""
HIDDEN: Final = {
    "draft of a reply": "Hiddendraftofareply",
    "draft of a note": "Hiddendraftofanote",
    "held reply": "Hiddenheldreply",
    "earlier text": "Hiddenearliertext",
    "withdrawn article": "Hiddenwithdrawn",
    "withdrawn text": "Hiddenoldtext",
}
"""Words that no one finds who is not of the staff: not sent, not published, or not published any more."""
SECRET: Final = {**CANARIES, **HIDDEN}

WORDS: Final = {
    "q": SEARCHED, "subject": SEARCHED, "name": "c", "text": "t", "description": "d", "body": "b", "step": "solve",
    "rating": "5", "comment": "Thanks", "helpful": "yes", "form": "notifications", "current_password": "x",
}  # fmt: skip


class Planted:
    """An organization full of words, and the ways to come to its site."""

    def __init__(self, shop: Organization, ids: dict[str, str], places: dict[str, Sequence[str]]) -> None:
        self.shop, self.ids, self.places = shop, ids, places

    async def token(self, kind: GuestKind) -> str:
        """The token that the requester of the planted ticket has got."""
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            await uow.begin()
            link = GuestLink(
                kind=kind, organization_id=self.shop.id, ticket_id=UUID(self.ids["ticket_id"]),
                person_id=UUID(self.ids["contact_id"]), made_at=utc_now(),
            )  # fmt: skip
            return make_guest_token(await ensure_keys(uow), link)

    async def rating_token(self) -> str:
        """The token of a mail that asks for a rating."""
        async with self.shop.desk.database.unit(self.shop.system()) as uow:
            await uow.begin()
            keys, ticket, person = await ensure_keys(uow), UUID(self.ids["ticket_id"]), UUID(self.ids["contact_id"])
            return make_rating_token(keys, self.shop.id, ticket, person)

    async def at_portal(self, email: str) -> Client:
        """A browser that is signed in."""
        return await at_portal(self.shop.desk, self.shop, email, PASSWORD)


async def planted_in(shop: Organization) -> Planted:
    """Fills an organization with words, and with those that no page may show."""
    ids, owner = await plant(shop), await shop.client("owner")
    ticket = f"/tickets/{ids['ticket_id']}"
    for kind in ("reply", "note"):
        words = {"body": HIDDEN[f"draft of a {kind}"]}
        assert (await owner.put(f"{ticket}/drafts/{kind}", words)).status_code == 200
    await made(await shop.client("agent"), f"{ticket}/comments", {"body": HIDDEN["held reply"], "hold_seconds": 30})
    article = {"title": f"{SEARCHED} shown", "content": HIDDEN["earlier text"], "category": "c", "published": True}
    shown = await made(owner, "/kb/articles", article)
    assert (await owner.put(f"/kb/articles/{shown['id']}", {"content": f"{SEARCHED} now"})).status_code == 200
    withdrawn = {**article, "title": f"{SEARCHED} {HIDDEN['withdrawn article']}", "content": HIDDEN["withdrawn text"]}
    gone = await made(owner, "/kb/articles", withdrawn)
    assert (await owner.put(f"/kb/articles/{gone['id']}", {"published": False})).status_code == 200
    assert (await owner.put("/widget", {"enabled": True, "origins": [SITE], "chat_enabled": True})).status_code == 200
    reply = (await owner.get(f"{ticket}/comments")).json()["data"]
    files = [file["url"].rpartition("/")[2] for each in reply if each["public"] for file in each["attachments"]]
    draft = (await owner.get(f"/kb/articles/{ids['article_id']}")).json()["data"]
    places = {
        "organization": [shop.domain], "number": [str((await owner.get(ticket)).json()["data"]["number"])],
        "file_id": [*files, ids["file_id"]], "locale": ["en"], "slug": [shown["slug"], draft["slug"], gone["slug"]],
        "name": ["v1"], "file_path": ["help.css", "portal.js"], "address": ["inbox"],
    }  # fmt: skip
    return Planted(shop, ids, places)


async def chatting(planted: Planted) -> str:
    """The token of a chat whose ticket is the planted one."""
    chat = Chat(
        ticket_id=UUID(planted.ids["ticket_id"]), guest_name="c", language="en", wait_seconds=60, started_at=utc_now(),
        seen_at=utc_now(), ended_at=None,
    )  # fmt: skip
    async with planted.shop.desk.database.unit(planted.shop.system()) as uow:
        await chats.add(uow.db, planted.shop.id, chat)
    return await planted.token(GuestKind.CHAT)


async def caller(planted: Planted, name: str) -> Caller:
    """Someone who comes to the site."""
    shop, desk = planted.shop, planted.shop.desk
    match name:
        case "the requester":
            client = await planted.at_portal(await with_password(shop, planted.ids["contact_id"]))
            await client.request("POST", f"/portal/{shop.domain}/profile", data={"form": "download"}, headers=SAME)
            await work(desk, shop)
            return Caller(name, client)
        case "another customer" | "an owner at the portal":
            person = await shop.person("customer" if name == "another customer" else "owner")
            return Caller(name, await planted.at_portal(person.email))
        case "a guest":
            return Caller(name, visitor(desk), {"token": await planted.token(GuestKind.LINK)})
        case "who rates":
            return Caller(name, visitor(desk), {"token": await planted.rating_token()})
        case "a guest of a chat":
            return Caller(name, visitor(desk, origin=SITE), {"token": await chatting(planted)})
        case "a site":
            return Caller(name, visitor(desk, origin=SITE))
        case "a member of the staff":
            return Caller(name, visitor(desk, await shop.person("owner")))
    return Caller(name, visitor(desk))


FINDS: Final = {
    "a visitor": PUBLIC,
    "a member of the staff": PUBLIC,
    "a site": PUBLIC,
    "another customer": PUBLIC | {"category"},
    "an owner at the portal": PUBLIC | {"category"},
    "the requester": PUBLIC | ONE_REQUEST | OWN_DATA,
    "a guest": PUBLIC | ONE_REQUEST,
    "who rates": PUBLIC | {"ticket subject"},
    "a guest of a chat": PUBLIC | {"ticket description", "public comment"},
}
"""The planted words that each caller finds, on all pages together."""


@pytest.mark.parametrize("name", FINDS)
async def test_every_page_shows_each_caller_their_own_and_nothing_else(shop: Organization, name: str) -> None:
    planted = await planted_in(shop)
    answers = await walk(await caller(planted, name), pages_of(shop.desk), planted.places, WORDS)
    assert [each for each in answers if each.status >= 500] == []
    found = found_in(answers, SECRET)
    assert found.keys() - FINDS[name] == set(), {word: found[word][:3] for word in found.keys() - FINDS[name]}
    assert found.keys() == FINDS[name], "what they may see, they must find: else the walk does not get to the pages"
