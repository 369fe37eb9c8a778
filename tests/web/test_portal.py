"""The portal as customers use it, without scripts: what they may do, and what they never see."""

import re
from typing import Any

import httpx
import pytest

from tests.support.accounts import fresh_address
from tests.support.canaries import CANARIES, plant
from tests.support.desk import PASSWORD, Client, Desk, Organization, Person
from tests.support.mail import link_in, mails_to
from tests.support.work import work

HTML = "text/html,application/xhtml+xml,*/*;q=0.8"
SAME = {"Sec-Fetch-Site": "same-origin"}
HIDDEN = ("internal note", "file name on a note", "article draft", "internal article", "canned response", "macro", "rule",
          "agent mail", "agent phone", "webhook address", "API key", "mail", "mailbox",
          "suppressed address", "tag", "group", "view")  # fmt: skip
"""The things that a customer never sees, also on their own requests."""


class Browser:
    """A browser at the portal of an organization."""

    def __init__(self, desk: Desk, shop: Organization, language: str = "en") -> None:
        self.root = f"/portal/{shop.domain}"
        self.client: Client = desk.client(base="", accept=HTML, accept_language=language)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """A page; paths begin after the portal's own."""
        return await self.client.get(path if path.startswith("/portal") else self.root + path, **options)

    async def post(self, path: str, data: dict[str, Any], **options: Any) -> httpx.Response:
        """A form of one of the portal's pages."""
        return await self.client.request("POST", self.root + path, **{"data": data, "headers": SAME, **options})

    async def sign_in(self, person: Person) -> "Browser":
        """Signs a person in."""
        answer = await self.post("/sign-in", {"email": person.email, "password": PASSWORD})
        assert (answer.status_code, answer.headers["location"]) == (303, self.root), answer.text
        return self


@pytest.fixture
async def customer(desk: Desk, shop: Organization) -> Browser:
    return await Browser(desk, shop).sign_in(await shop.person("customer"))


async def ask(browser: Browser, subject: str = "My tent leaks", **fields: Any) -> str:
    """Files a request and returns the path of its page."""
    data = {"subject": subject, "description": "Since it rained.", **fields}
    answer = await browser.post("/new", data)
    assert answer.status_code == 303, answer.text
    path: str = answer.headers["location"].partition("?")[0]
    return path


async def ticket_of(shop: Organization, path: str) -> dict[str, Any]:
    """The ticket of a page, as the staff see it."""
    owner = await shop.client("owner")
    found = (await owner.get(f"/tickets/{path.rpartition('/')[2]}")).json()["data"]
    ticket: dict[str, Any] = found.get("ticket", found)
    return ticket


@pytest.mark.parametrize("path", ["", "/tickets", "/tickets/1", "/new", "/profile", "/new?subject=My+tent"])
async def test_a_page_asks_to_sign_in_and_leads_back(desk: Desk, shop: Organization, path: str) -> None:
    browser = Browser(desk, shop)
    asked = await browser.get(path)
    assert asked.status_code == 303
    assert asked.headers["location"].startswith(f"{browser.root}/sign-in?next=")
    form = await browser.get(asked.headers["location"])
    assert form.status_code == 200
    [way_back] = re.findall(r'name="next" value="([^"]*)"', form.text)
    assert way_back == browser.root + path
    person = await shop.person("customer")
    entered = await browser.post("/sign-in", {"email": person.email, "password": PASSWORD, "next": way_back})
    assert entered.headers["location"] == browser.root + path


async def test_a_sign_in_leads_to_no_other_place(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    for path in (
        "https://evil.example/",
        "//evil.example",
        "/desk",
        "/portal/../desk",
        "{root}//evil",
        "{root}/\\evil",
    ):
        browser = Browser(desk, shop)
        way_back = path.format(root=browser.root)
        answer = await browser.post("/sign-in", {"email": person.email, "password": PASSWORD, "next": way_back})
        assert answer.headers["location"] == browser.root, path


async def test_the_cookie_is_the_portals_alone_and_ends_with_the_session(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    browser = Browser(desk, shop)
    entered = await browser.post("/sign-in", {"email": person.email, "password": PASSWORD})
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/portal" in cookie
    assert "SameSite=lax" in cookie
    value = cookie.partition("=")[2].partition(";")[0]
    api = desk.client(base="/api/v1", cookie=f"deskbell_portal={value}")
    assert (await api.get("/tickets")).status_code == 401
    own_page = {"sec-fetch-site": "same-origin", "x-deskbell": "web"}
    renamed = desk.client(base="/api/v1", cookie=f"deskbell_web={value}", **own_page)
    assert (await renamed.get("/tickets")).status_code == 401
    assert (await browser.get("/profile")).status_code == 200
    assert (await browser.post("/sign-out", {"form": ""})).status_code == 303
    stolen = desk.client(base=browser.root, accept=HTML, cookie=f"deskbell_portal={value}")
    assert (await stolen.get("/profile")).status_code == 303


async def test_a_wrong_password_keeps_the_address_and_never_shows_the_password(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    answer = await Browser(desk, shop).post("/sign-in", {"email": person.email, "password": "not-the-right-one"})
    assert answer.status_code == 401
    assert person.email in answer.text
    assert "not-the-right-one" not in answer.text
    assert 'role="alert"' in answer.text


async def test_a_form_of_another_site_changes_nothing(customer: Browser) -> None:
    path = await ask(customer)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {},
    ):
        for form in ("/new", "/profile", "/sign-out", "/sign-in", "/sign-up", "/mail-link", "/link"):
            assert (await customer.post(form, {"subject": "x"}, headers=headers)).status_code == 403, form
        for form in ("reply", "status", "rating"):
            answer = await customer.client.request("POST", f"{path}/{form}", data={"body": "x"}, headers=headers)
            assert answer.status_code == 403
    assert (await customer.get("/profile")).status_code == 200


async def test_a_visitor_signs_up_and_asks(desk: Desk, shop: Organization) -> None:
    browser, address = Browser(desk, shop), fresh_address()
    refused = await browser.post("/sign-up", {"name": "Ann", "email": address, "password": "short"})
    assert refused.status_code == 422
    assert address in refused.text
    made = await browser.post("/sign-up", {"name": "Ann", "email": address, "password": "a-long-enough-one"})
    assert made.status_code == 200
    assert "confirm your address" in made.text
    entry = {"email": address, "password": "a-long-enough-one"}
    early = await browser.post("/sign-in", entry)
    assert (early.status_code, "confirm your address" in early.text) == (403, True)
    assert (await browser.get("/profile")).status_code == 303
    await work(desk, shop)
    token = link_in((await mails_to(desk, address))[0]).partition("token=")[2]
    assert (await desk.client().post("/auth/verify-email", {"token": token})).status_code == 200
    assert (await browser.post("/sign-in", entry)).status_code == 303
    assert "Since it rained." in (await browser.get(await ask(browser))).text


async def test_sign_up_is_refused_where_the_organization_does_not_allow_it(desk: Desk, shop: Organization) -> None:
    owner = await shop.client("owner")
    closed = await owner.put(f"/organizations/{shop.id}", {"settings": {"signup_allowed": False}})
    assert closed.status_code == 200, closed.text
    browser = Browser(desk, shop)
    assert '<form class="fields"' not in (await browser.get("/sign-up")).text
    data = {"name": "Ann", "email": fresh_address(), "password": "a-long-enough-one"}
    assert (await browser.post("/sign-up", data)).status_code == 403


async def test_a_mailed_link_signs_in_once_after_its_button_is_pressed(desk: Desk, shop: Organization) -> None:
    person, browser = await shop.person("customer"), Browser(desk, shop)
    assert (await browser.post("/mail-link", {"email": person.email})).status_code == 200
    await work(desk, shop)
    await work(desk, shop)
    link = link_in((await mails_to(desk, person.email))[0])
    path = link.removeprefix(desk.settings.base_url)
    token = path.partition("token=")[2]
    for _ in range(2):  # a mail scanner opens it, too
        assert (await browser.get(path)).status_code == 200
    assert (await browser.get("/profile")).status_code == 303
    assert (await browser.post("/link", {"token": token})).status_code == 303
    assert (await browser.get("/profile")).status_code == 200
    again = await Browser(desk, shop).post("/link", {"token": token})
    assert again.status_code == 422


async def test_no_link_is_mailed_to_staff_strangers_and_other_organizations(
    desk: Desk, shop: Organization, rival: Organization
) -> None:
    agent, stranger, theirs = await shop.person("agent"), fresh_address(), await rival.person("customer")
    for address in (agent.email, stranger, theirs.email):
        assert (await Browser(desk, shop).post("/mail-link", {"email": address})).status_code == 200
    await work(desk, shop)
    await work(desk, shop)
    for address in (agent.email, stranger, theirs.email):
        assert await mails_to(desk, address) == []


async def test_a_link_to_an_unconfirmed_address_ends_what_another_person_set_up(desk: Desk, shop: Organization) -> None:
    thief, address = Browser(desk, shop), fresh_address()
    data = {"name": "Thief", "email": address, "password": "a-long-enough-one"}
    assert (await thief.post("/sign-up", data)).status_code == 200
    assert (await thief.get("/profile")).status_code == 303
    assert (await thief.post("/sign-in", data)).status_code == 403
    owner = Browser(desk, shop)
    await owner.post("/mail-link", {"email": address})
    await work(desk, shop)
    await work(desk, shop)
    [mail] = [each for each in await mails_to(desk, address) if "/link?token=" in each.text]
    assert (await owner.post("/link", {"token": link_in(mail).partition("token=")[2]})).status_code == 303
    assert (await owner.get("/profile")).status_code == 200
    assert (await thief.get("/profile")).status_code == 303
    assert (await thief.post("/sign-in", data)).status_code == 401


async def test_a_customer_asks_replies_solves_reopens_and_rates(customer: Browser, shop: Organization) -> None:
    path = await ask(customer, priority="high")
    ticket = await ticket_of(shop, path)
    assert (ticket["priority"], ticket["channel"]) == ("high", "web")
    agent = await shop.client("agent")
    body = {"body": "Which **model** is it?", "public": True}
    assert (await agent.post(f"/tickets/{ticket['id']}/comments", body)).status_code == 201
    assert (
        await agent.post(f"/tickets/{ticket['id']}/comments", {"body": "Secretnote", "public": False})
    ).status_code == 201
    shown = await customer.get(path)
    assert "<strong>model</strong>" in shown.text
    assert "Secretnote" not in shown.text
    files = {"files": ("tent <1>.txt", b"photo", "text/plain")}
    sent = await customer.client.request(
        "POST", f"{path}/reply", data={"body": "The old one"}, files=files, headers=SAME
    )
    assert sent.status_code == 303, sent.text
    shown = await customer.get(path)
    assert "The old one" in shown.text
    [file] = re.findall(r'href="(/portal/[^"]+/files/[^"]+)"', shown.text)
    got = await customer.get(file)
    assert (got.content, got.headers["content-disposition"].partition(";")[0]) == (b"photo", "attachment")
    assert (
        await customer.client.request("POST", f"{path}/status", data={"step": "solve"}, headers=SAME)
    ).status_code == 303
    assert (await ticket_of(shop, path))["status"] == "solved"
    rated = await customer.client.request(
        "POST", f"{path}/rating", data={"rating": "5", "comment": "Quick"}, headers=SAME
    )
    assert rated.status_code == 303
    assert "Thank you for your rating!" in (await customer.get(path)).text
    again = await customer.client.request("POST", f"{path}/rating", data={"rating": "1"}, headers=SAME)
    assert again.status_code == 409
    assert (
        await customer.client.request("POST", f"{path}/status", data={"step": "reopen"}, headers=SAME)
    ).status_code == 303
    assert (await ticket_of(shop, path))["status"] == "open"


async def test_a_refused_form_keeps_its_words(customer: Browser) -> None:
    refused = await customer.post("/new", {"subject": "<b>My tent</b>", "description": "", "priority": "urgent"})
    assert refused.status_code == 422
    assert 'value="&lt;b&gt;My tent&lt;/b&gt;"' in refused.text
    assert '<option value="urgent" selected>' in refused.text
    assert 'id="description-wrong"' in refused.text
    path = await ask(customer)
    empty = await customer.client.request("POST", f"{path}/reply", data={"body": " "}, headers=SAME)
    assert empty.status_code == 422, re.findall(r"(?s)&lt;title&gt;.{0,300}|<h1.{0,500}|Traceback.{0,300}", empty.text)[
        :3
    ]
    rated = await customer.client.request(
        "POST", f"{path}/rating", data={"rating": "5", "comment": "too early"}, headers=SAME
    )
    assert rated.status_code == 422


async def test_the_form_of_a_category_has_its_fields(customer: Browser, shop: Organization) -> None:
    owner = await shop.client("owner")
    category = (await owner.post("/categories", {"name": "Returns"})).json()["data"]
    for key, shown in (("order_number", "write"), ("margin", "hidden")):
        field = {"key": key, "type": "text", "label": f"Label of {key}", "customer": shown}
        assert (await owner.post("/fields", field)).status_code == 201
    items = [{"field": "order_number", "required": "create"}, {"field": "margin"}]
    made = await owner.post("/forms", {"name": "Returns", "category_ids": [category["id"]], "items": items})
    assert made.status_code == 201, made.text
    page = await customer.get(f"/new?subject=Wrong+size&category={category['id']}")
    assert "Label of order_number" in page.text
    assert "Label of margin" not in page.text
    data = {"subject": "Wrong size", "description": "Too small", "category": category["id"], "field.margin": "1"}
    refused = await customer.post("/new", data)
    assert refused.status_code == 422
    assert 'id="field-order_number-wrong"' in refused.text, refused.text
    path = await ask(
        customer, "Wrong size", **{"category": category["id"], "field.order_number": "A-1", "field.margin": "1"}
    )
    ticket = await ticket_of(shop, path)
    assert ticket["fields"] == {"order_number": "A-1"}
    assert "A-1" in (await customer.get(path)).text


async def test_similar_articles_are_offered_before_the_form(customer: Browser, shop: Organization) -> None:
    owner = await shop.client("owner")
    body = {"title": "Sealing a tent", "content": "Use wax.", "published": True}
    assert (await owner.post("/kb/articles", body)).status_code == 201
    assert "Sealing a tent" in (await customer.get("/new?subject=My+tent")).text
    part = await customer.get("/suggest?subject=tent")
    assert "Sealing a tent" in part.text
    assert "<html" not in part.text


async def test_lists_are_filtered_searched_and_paged(customer: Browser) -> None:
    for number in range(22):
        await ask(customer, f"Request {number}")
    solved = await ask(customer, "Solved zebra")
    await customer.client.request("POST", f"{solved}/status", data={"step": "solve"}, headers=SAME)
    first = await customer.get("")
    assert first.text.count('<li><a href="/portal/') >= 20
    [following] = re.findall(r'<a rel="next" href="([^"]+)"', first.text)
    second = await customer.get(following.replace("&amp;", "&"))
    assert "Request 0<" in second.text
    assert "Solved zebra" in (await customer.get("/tickets?status=solved")).text
    assert "Solved zebra" not in (await customer.get("/tickets?status=open")).text
    assert "Solved zebra" in (await customer.get("/tickets?q=zebra")).text
    assert "no requests" in (await customer.get("/tickets?q=giraffe")).text
    assert 'id="q-wrong"' in (await customer.get("/tickets?q=created:nonsense")).text


async def test_the_profile_changes_name_language_notifications_and_password(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    browser = await Browser(desk, shop).sign_in(person)
    saved = await browser.post("/profile", {"form": "person", "name": "Ann Lee", "language": "de"})
    assert saved.status_code == 303
    page = await browser.get("/profile")
    assert '<html lang="de">' in page.text
    assert 'value="Ann Lee"' in page.text
    assert (await browser.post("/profile", {"form": "person", "name": " ", "language": "de"})).status_code == 422
    assert (await browser.post("/profile", {"form": "notifications", "updates": "yes"})).status_code == 303
    wants = (await person.client.get("/settings")).json()["data"]["notifications"]
    assert (wants["email_notifications"], wants["ticket_updates"]) == (False, True)
    wrong = {"form": "password", "current_password": "no", "new_password": "another-long-one"}
    assert (await browser.post("/profile", wrong)).status_code == 422
    right = {**wrong, "current_password": PASSWORD}
    assert (await browser.post("/profile", right)).status_code == 303
    assert (await browser.get("/profile")).status_code == 200


async def test_no_one_sees_what_belongs_to_another(desk: Desk, shop: Organization, rival: Organization) -> None:
    """Neither another customer, nor one of another organization, nor one of the staff, who are customers here."""
    path = await ask(await Browser(desk, shop).sign_in(await shop.person("customer")), "Mine alone")
    for place, key in ((shop, "customer2"), (rival, "customer"), (shop, "agent"), (shop, "owner")):
        browser = await Browser(desk, place).sign_in(await place.person(key))
        for asked in (path, path.replace(shop.domain, place.domain)):
            answer = await browser.client.get(asked)
            assert answer.status_code in (303, 404), (key, asked)
            assert "Mine alone" not in answer.text
        assert "Mine alone" not in (await browser.get("")).text
        for form in ("reply", "status", "rating"):
            address = f"{path.replace(shop.domain, place.domain)}/{form}"
            data = {"body": "x", "step": "solve", "rating": "5"}
            answer = await browser.client.request("POST", address, data=data, headers=SAME)
            assert answer.status_code == 404, (key, form)


async def test_no_page_shows_anything_internal(desk: Desk, shop: Organization) -> None:
    ids = await plant(shop)
    owner = await shop.client("owner")
    number = (await owner.get(f"/tickets/{ids['ticket_id']}")).json()["data"]["number"]
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update users set password_hash = $2, made_in = $3, email_verified_at = now() where id = $1::text::uuid",
            ids["contact_id"], desk.password_hash, shop.id,
        )  # fmt: skip
        email = await uow.db.fetch_value("select email from users where id = $1::text::uuid", ids["contact_id"])
    browser = Browser(desk, shop)
    entered = await browser.post("/sign-in", {"email": email, "password": PASSWORD})
    assert entered.status_code == 303, entered.text
    shown = await browser.get(f"/tickets/{number}")
    assert CANARIES["public comment"] in shown.text
    for path in (
        "",
        f"/tickets/{number}",
        "/tickets?q=zebra",
        "/tickets?q=Canarynote",
        "/new?subject=zebra",
        "/profile",
    ):
        text = (await browser.get(path)).text.lower()
        typed = path.rpartition("=")[2].lower()
        found = [name for name in HIDDEN if (word := CANARIES[name].lower()) in text and word != typed]
        assert not found, (path, found)
    note = (await browser.get(f"/files/{ids['file_id']}")).status_code
    assert note == 404, "the file of a note"


async def test_hostile_requests_are_refused_without_a_fault(customer: Browser) -> None:
    path = await ask(customer)
    for address in ("/tickets/0", "/tickets/99999999999999999999", "/tickets/x", "/tickets?cursor=x", "/tickets?q=%00",
                    "/files/00000000-0000-0000-0000-000000000000", "/new?category=x&subject=y", "/link?token=%00",
                    f"{path}?cursor=x", "/new?subject=%00"):  # fmt: skip
        assert (await customer.get(address)).status_code < 500, address
    long = "x" * 100_000
    for data in ({"subject": long, "description": long}, {"subject": "a", "description": "b", "category": "x"},
                 {"subject": "a", "description": "b", "priority": "x"}, {"subject": "a\0", "description": "\0"}):  # fmt: skip
        r = await customer.post("/new", data)
        assert 400 <= r.status_code < 500, r.text[-3000:]
    many = [("files", (f"{number}.txt", b"x", "text/plain")) for number in range(11)]
    refused = await customer.client.request(
        "POST", f"{path}/reply", data={"body": "kept words"}, files=many, headers=SAME
    )
    assert (refused.status_code, "kept words" in refused.text) == (422, True)
    json = {**SAME, "Content-Type": "application/json"}
    answer = await customer.client.request("POST", f"{customer.root}/new", content=b"{}", headers=json)
    assert answer.status_code == 400


async def test_a_long_form_of_a_stranger_is_not_read(desk: Desk, shop: Organization, customer: Browser) -> None:
    stranger, path = Browser(desk, shop), await ask(customer)
    plain = {**SAME, "Content-Type": "application/x-www-form-urlencoded"}
    for place in (f"{stranger.root}/new", f"{path}/reply"):
        sent = await stranger.client.request("POST", place, content=b"a&" * 200_000, headers=plain)
        assert sent.status_code == 303, place
        assert "/sign-in" in sent.headers["location"]
        refused = await customer.client.request("POST", place, content=b"a&" * 200_000, headers=plain)
        assert refused.status_code == 413, place
        many = await customer.client.request("POST", place, content=b"a=1&" * 1_000, headers=plain)
        assert many.status_code == 413, place
        parts = [(f"field.{number}", (None, b"x")) for number in range(1_001)]
        split = await customer.client.request("POST", place, files=parts, headers=SAME)
        assert split.status_code == 400, place


async def test_a_follower_reads_and_answers_and_decides_nothing(
    desk: Desk, shop: Organization, customer: Browser
) -> None:
    path = await ask(customer)
    ticket = await ticket_of(shop, path)
    follower, agent = await shop.person("customer2"), await shop.client("agent")
    await agent.post(f"/tickets/{ticket['id']}/followers", {"user_id": str(follower.id)})
    browser = await Browser(desk, shop).sign_in(follower)
    for step in ("solve", "reopen"):
        shown = await browser.get(path)
        assert ("/reply" in shown.text, "/status" in shown.text, "/rating" in shown.text) == (True, False, False)
        refused = await browser.client.request("POST", f"{path}/status", data={"step": step}, headers=SAME)
        assert refused.status_code == 403
        for status in ("solved", "open"):
            patched = await follower.client.patch(f"/tickets/{ticket['id']}/status", {"status": status})
            assert patched.status_code == 403
        await agent.patch(f"/tickets/{ticket['id']}/status", {"status": "solved"})
    rated = await browser.client.request("POST", f"{path}/rating", data={"rating": "1"}, headers=SAME)
    assert rated.status_code == 403
    assert (await follower.client.post(f"/feedback/tickets/{ticket['id']}", {"rating": 1})).status_code == 403
    assert (
        await customer.client.request("POST", f"{path}/rating", data={"rating": "5"}, headers=SAME)
    ).status_code == 303


async def test_a_link_asked_for_under_an_own_host_name_works_at_the_server(desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    at_home = desk.client(base="/portal", accept=HTML, host=f"help.{shop.domain}")
    asked = await at_home.request("POST", "/mail-link", data={"email": person.email}, headers=SAME)
    assert asked.status_code == 200
    await work(desk, shop)
    await work(desk, shop)
    path, _, token = link_in((await mails_to(desk, person.email))[0]).partition("?token=")
    assert path == f"{desk.settings.base_url}/portal/{shop.id}/link"
    server = desk.client(base="", accept=HTML)
    place = path.removeprefix(desk.settings.base_url)
    assert (await server.request("POST", place, data={"token": token}, headers=SAME)).status_code == 303
    assert (await server.get(f"/portal/{shop.id}/profile")).status_code == 200


async def test_neither_cookie_opens_what_the_other_does(desk: Desk, shop: Organization) -> None:
    owner = await shop.person("owner")
    own_page = {"sec-fetch-site": "same-origin", "x-deskbell": "web"}
    asked = {"email": owner.email, "password": PASSWORD, "session": "cookie"}
    signed_in = await desk.client().post("/auth/login", asked, headers=own_page)
    web = signed_in.headers["set-cookie"].partition("=")[2].partition(";")[0]
    entered = await Browser(desk, shop).post("/sign-in", {"email": owner.email, "password": PASSWORD})
    portal = entered.headers["set-cookie"].partition("=")[2].partition(";")[0]
    for value, status in ((web, 200), (portal, 401)):
        client = desk.client(cookie=f"deskbell_web={value}", **own_page)
        assert (await client.get("/tickets")).status_code == status
    for value, status in ((portal, 200), (web, 303)):
        client = desk.client(base=f"/portal/{shop.domain}", accept=HTML, cookie=f"deskbell_portal={value}")
        assert (await client.get("/profile")).status_code == status


async def test_own_requests_like_the_typed_subject_are_offered(
    desk: Desk, shop: Organization, customer: Browser
) -> None:
    path = await ask(customer, "Zipper of the green tent is broken")
    await ask(customer, "Where is my invoice")
    other = await Browser(desk, shop).sign_in(await shop.person("customer2"))
    await ask(other, "Green tent of another customer")
    for place in ("/suggest?subject=broken+zipper", "/new?subject=My+zipper+is+broken"):
        page = (await customer.get(place)).text
        assert f'{path}"' in page
        assert "invoice" not in page
        assert "another customer" not in page
    assert "requests?" not in (await customer.get("/suggest?subject=is+it+of+a")).text
