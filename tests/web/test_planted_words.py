"""Planted words: what each caller of the customers' side finds on all of its pages, and the words that none finds.

The walk takes every route that the site has. A new page is called without a line here; if its path has a place that is new, it
fails until it gets a value.
"""

from collections.abc import Mapping, Sequence
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
from tests.support.desk import PASSWORD, Client, Organization
from tests.support.site_walk import (
    HTML,
    SAME,
    Caller,
    Page,
    at_portal,
    found_in,
    pages_of,
    visitor,
    walk,
    with_password,
)
from tests.support.work import work

_CUSTOMERS: Final = ("/help", "/portal", "/embed")
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

    def __init__(self, shop: Organization, ids: dict[str, str], places: Mapping[str, Sequence[str]]) -> None:
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
    [internal] = (await owner.get("/kb/articles?visibility=internal")).json()["data"]
    slugs = [each["slug"] for each in (shown, draft, gone, internal)]
    places = {
        "organization": [shop.domain], "number": [str((await owner.get(ticket)).json()["data"]["number"])],
        "file_id": [*files, ids["file_id"]], "locale": ["en"], "slug": slugs,
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
    """The caller of this name."""
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
            return Caller(name, visitor(shop), {"token": await planted.token(GuestKind.LINK)})
        case "who rates":
            return Caller(name, visitor(shop), {"token": await planted.rating_token()})
        case "a guest of a chat":
            return Caller(name, visitor(shop, origin=SITE), {"token": await chatting(planted)})
        case "a site":
            return Caller(name, visitor(shop, origin=SITE))
        case "a member of the staff":
            return Caller(name, visitor(shop, await shop.person("owner")))
    return Caller(name, visitor(shop))


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


async def plain_in(shop: Organization) -> Planted:
    """An organization with a request and the widget, and without any planted word."""
    customer, owner = await shop.person("customer2"), await shop.client("owner")
    ticket = await made(customer.client, "/tickets", {"subject": "A tent", "description": "It leaks."})
    assert (await owner.put("/widget", {"enabled": True, "origins": [SITE], "chat_enabled": True})).status_code == 200
    return Planted(shop, {"ticket_id": ticket["id"], "contact_id": str(customer.id)}, {})


@pytest.mark.parametrize("name", FINDS)
async def test_no_page_shows_anything_of_another_organization(
    shop: Organization, rival: Organization, name: str
) -> None:
    """Callers who are at home elsewhere, with the ids and addresses of everything that is planted here."""
    planted, home = await planted_in(rival), await plain_in(shop)
    places = {**planted.places, "organization": [shop.domain, rival.domain], "number": ["1", *planted.places["number"]]}
    found = found_in(await walk(await caller(home, name), pages_of(shop.desk), places, WORDS), SECRET)
    assert found.keys() == PUBLIC, found
    assert [each for each in found["brand"] if rival.domain not in each] == []


@pytest.mark.parametrize("name", ["a guest", "who rates", "a guest of a chat"])
async def test_no_token_opens_anything_below_the_address_of_another_organization(
    shop: Organization, rival: Organization, name: str
) -> None:
    planted = await planted_in(rival)
    await plain_in(shop)
    places = {**planted.places, "organization": [shop.domain]}
    here = Caller(name, visitor(shop, origin=SITE), (await caller(planted, name)).query)
    assert found_in(await walk(here, pages_of(shop.desk), places, WORDS), SECRET) == {}


@pytest.mark.parametrize("name", ["a visitor", "a site", "another customer", "the requester"])
async def test_a_search_for_a_secret_word_is_answered_like_one_for_an_unknown_word(
    shop: Organization, name: str
) -> None:
    planted = await planted_in(shop)
    at = await caller(planted, name)
    pages = _of_customers(shop)
    secret = [
        SECRET[each] for each in ("internal note", "article draft", "internal article", "held reply", "withdrawn text")
    ]
    unknown = await texts(at, pages, planted, "Nobodywrotethis")
    for word in secret:
        assert await texts(at, pages, planted, word) == unknown, word


def _of_customers(shop: Organization) -> list[Page]:
    return [each for each in pages_of(shop.desk) if each.method == "GET" and each.path.startswith(_CUSTOMERS)]


async def texts(at: Caller, pages: Sequence[Page], planted: Planted, word: str) -> list[tuple[str, str]]:
    """Each page for a searched word, without the word itself."""
    words = dict.fromkeys(("q", "subject"), word)
    answers = await walk(at, pages, planted.places, words)
    return [(each.asked, each.text.replace(word, "·").replace(word.lower(), "·")) for each in answers]


async def test_what_is_not_published_any_more_is_in_no_kept_answer(shop: Organization, rival: Organization) -> None:
    """Kept pages, entity tags and host names of callers: an article goes from all of them when it is withdrawn."""
    planted, owner = await planted_in(shop), await shop.client("owner")
    word = "Shownfornow"
    article = {"title": f"{SEARCHED} {word}", "content": word, "category": word, "published": True}
    shown = await made(owner, "/kb/articles", article)
    places = {**planted.places, "slug": [shown["slug"]]}
    pages = _of_customers(shop)
    hosts = (shop.domain, f"help.{shop.domain}", rival.domain, "unknown.example")
    callers = [Caller(host, visitor(shop, host=host)) for host in hosts]
    callers += [await caller(planted, name) for name in ("a site", "another customer")]
    before = [await walk(each, pages, places, {**WORDS, "name": word}) for each in callers]
    kept = {each.etag for answers in before for each in answers if word in each.text and each.etag}
    assert all(found_in(answers, {"it": word}) for answers in before)
    assert kept
    assert (await owner.put(f"/kb/articles/{shown['id']}", {"published": False})).status_code == 200
    asking = Caller("with old tags", visitor(shop, if_none_match=", ".join(sorted(kept))))
    for each in (*callers, asking):
        after = await walk(each, pages, places, {**WORDS, "name": "c"})
        assert [answer.asked for answer in after if word.lower() in answer.text.lower()] == []
        assert [answer.asked for answer in after if answer.status == 304] == []


async def test_the_host_name_of_one_caller_is_in_no_page_of_another(shop: Organization) -> None:
    planted = await planted_in(shop)
    pages = _of_customers(shop)
    evil = {"host": "evil.example", "x_forwarded_host": "evil.example", "x_forwarded_proto": "gopher",
            "forwarded": "host=evil.example", "x_original_url": "/evil.example"}  # fmt: skip
    await walk(Caller("evil", shop.desk.client(base="", accept=HTML, **evil)), pages, planted.places, WORDS)
    answers = await walk(Caller("next", visitor(shop)), pages, planted.places, WORDS)
    assert found_in(answers, {"host": "evil.example"}) == {}
