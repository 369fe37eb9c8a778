"""Every further page and state of the customers' side, on a narrow phone, in light and dark: no fault of accessibility."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final, Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_account_pages import served, shoot
from tests.browser.test_help_centre import AXE, FAULTS
from tests.support.desk import PASSWORD, Desk, Organization, Person
from tests.support.work import work
from tests.web.test_guest_links import token_made
from tests.web.test_rating_links import link_of, solved

Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
REFUSED: Final = r"status of 4(00|01|03|04|09|10|22)"


class Look:
    """Looks at the page that is open: in both schemes, with one measure."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def at(self, name: str, title: str | re.Pattern[str] | None = None) -> None:
        """Fails for a fault of accessibility, or a page that scrolls sideways."""
        if title is not None:
            await expect(self.page.get_by_role("heading", name=title).first).to_be_visible()
        for scheme in SCHEMES:
            await self.page.emulate_media(color_scheme=scheme)
            await self.page.evaluate(AXE.read_text("utf-8") + "; 0")
            assert await self.page.evaluate(FAULTS) == [], f"{name} in {scheme}"
            await shoot(self.page, f"customers-{scheme}-{name}")


@pytest.fixture
async def look(page: Page) -> Look:
    await page.set_viewport_size({"width": 320, "height": 700})
    return Look(page)


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    await page.route_web_socket("**/ws?*", lambda _socket: None)  # the application in this process has no socket
    async with served(page, desk) as address:
        yield address
        await page.goto("about:blank")


async def signed_in(page: Page, root: str, person: Person) -> None:
    await page.goto(f"{root}/sign-in")
    await page.get_by_label("E-mail address").fill(person.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="My requests")).to_be_visible()


async def pressed(page: Page, button: str) -> None:
    """Sends a form without what the browser itself would ask for."""
    await page.evaluate("document.querySelectorAll('form').forEach((each) => { each.noValidate = true })")
    await page.get_by_role("button", name=button).first.click()


@pytest.mark.console(REFUSED)
async def test_the_contact_form(page: Page, look: Look, base: str, shop: Organization) -> None:
    owner = await shop.client("owner")
    article = {"title": "A tent that leaks", "content": "Dry it.", "category": "Tents", "published": True}
    assert (await owner.post("/kb/articles", article)).status_code == 201
    assert (await owner.put("/widget", {"enabled": True, "origins": []})).status_code == 200
    await page.goto(f"{base}/help/{shop.domain}/contact")
    await look.at("contact")
    await page.get_by_label("What is it about?").press_sequentially("tent leaks")
    await expect(page.get_by_role("link", name="A tent that leaks")).to_be_visible()
    await look.at("contact-suggestions")
    await pressed(page, "Send")
    await expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    await look.at("contact-refused")
    await page.get_by_role("alert").get_by_role("link", name="Your message").click()
    await expect(page.get_by_label("Your message")).to_be_focused()
    for label, words in (("Your name", "Ann"), ("E-mail address", "ann@mail.example"), ("Your message", "Since May.")):
        await page.get_by_label(label).fill(words)
    await page.get_by_role("button", name="Send").click()
    await look.at("contact-sent", re.compile("we have your request"))


@pytest.mark.console(REFUSED)
async def test_the_rating_of_a_mail(page: Page, look: Look, base: str, desk: Desk, shop: Organization) -> None:
    customer = await shop.person("customer")
    ticket = await solved(shop, customer)
    path = await link_of(desk, shop, customer)
    await page.goto(f"{base}{path}&rating=4")
    await expect(page.get_by_label("4", exact=True)).to_be_checked()
    await look.at("rating", "How did we do?")
    agent = await shop.client("agent")
    for status, title in (("open", "How did we do?"), ("solved", "How did we do?")):
        assert (await agent.put(f"/tickets/{ticket['id']}", {"status": status})).status_code == 200
        await page.goto(f"{base}{path}")
        await look.at(f"rating-{status}", title)
    await page.evaluate("document.querySelectorAll('form').forEach((each) => { each.noValidate = true })")
    await page.get_by_role("button", name="Rate").click()
    await look.at("rating-refused", "How did we do?")
    await page.get_by_label("4", exact=True).check()
    await page.get_by_role("button", name="Rate").click()
    await look.at("rating-thanks", "Thank you for your rating!")
    await page.goto(f"{base}{path[:-3]}xyz")
    await look.at("rating-forged")


@pytest.mark.console(REFUSED)
async def test_a_guests_request_and_links_that_have_ended(
    page: Page, look: Look, base: str, shop: Organization
) -> None:
    customer = await shop.person("customer")
    ticket = await solved(shop, customer)
    root = f"{base}/portal/{shop.domain}/guest?token="
    await page.goto(root + await token_made(shop, ticket, customer, minutes=1))
    await look.at("guest-solved", re.compile("<tent>"))
    await page.goto(root + await token_made(shop, ticket, customer, days=31))
    await look.at("guest-expired", "This link is no longer valid")
    revoked = await token_made(shop, ticket, customer, minutes=1)
    agent = await shop.client("agent")
    assert (await agent.delete(f"/tickets/{ticket['id']}/guest-links")).status_code == 200
    await page.goto(root + revoked)
    await look.at("guest-revoked", "This link is no longer valid")
    await page.goto(root + "x")
    await look.at("guest-forged")


@pytest.mark.console(REFUSED)
async def test_own_data_the_profile_and_its_fields(
    page: Page, look: Look, base: str, desk: Desk, shop: Organization
) -> None:
    owner, person = await shop.client("owner"), await shop.person("customer")
    for key, customer in (("plan", "read"), ("mood", "hidden")):
        body = {"key": key, "type": "text", "label": f"The {key}", "target": "contact", "customer": customer}
        assert (await owner.post("/fields", body)).status_code == 201
    values = {"plan": "Gold", "mood": "Grumpyperson"}
    assert (await owner.put(f"/contacts/{person.id}", {"fields": values})).status_code == 200
    root = f"{base}/portal/{shop.domain}"
    await signed_in(page, root, person)
    await page.goto(f"{root}/profile")
    await expect(page.get_by_text("Gold", exact=True)).to_be_visible()
    assert "mood" not in await page.content()
    assert "Grumpyperson" not in await page.content()
    await pressed(page, "Set the new password")
    await look.at("profile-refused")
    await page.get_by_role("button", name=re.compile("[Pp]repare|[Dd]ownload")).first.click()
    await expect(page.get_by_text(re.compile("being prepared"))).to_be_visible()
    await look.at("profile-preparing")
    await work(desk, shop)
    await page.goto(f"{root}/profile")
    await expect(page.locator("a[href$='/data']")).to_be_visible()
    await look.at("profile-ready")
    await pressed(page, "Ask for the deletion")
    await look.at("deletion-unsure")
    await page.get_by_role("checkbox", name=re.compile("delete")).check()
    await page.get_by_role("button", name="Ask for the deletion").click()
    await expect(page.get_by_text(re.compile("have not decided yet"))).to_be_visible()
    await look.at("deletion-asked")


@pytest.mark.console(REFUSED)
async def test_the_portals_further_pages(page: Page, look: Look, base: str, desk: Desk, shop: Organization) -> None:
    owner, person = await shop.client("owner"), await shop.person("customer")
    category = (await owner.post("/categories", {"name": "Returns"})).json()["data"]
    field = {"key": "order", "type": "text", "label": "Order number", "customer": "write"}
    assert (await owner.post("/fields", field)).status_code == 201
    form = {"name": "Returns", "category_ids": [category["id"]], "items": [{"field": "order", "required": "create"}]}
    assert (await owner.post("/forms", form)).status_code == 201
    root = f"{base}/portal/{shop.domain}"
    await page.goto(f"{root}/sign-in")
    await page.get_by_label("E-mail address").fill("nobody@mail.example")
    await page.get_by_label("Password").fill("not it, surely")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").or_(page.locator(".alert")).first).to_be_visible()
    await look.at("sign-in-refused")
    await page.goto(f"{root}/sign-up")
    await pressed(page, "Create")
    await look.at("sign-up-refused")
    await page.goto(f"{root}/mail-link")
    await page.get_by_label("E-mail address").fill(person.email)
    await page.keyboard.press("Enter")
    await look.at("mail-link-sent", "Please look into your mail")
    await signed_in(page, root, person)
    await page.goto(f"{root}?q=nothing-like-this")
    await look.at("requests-none")
    await page.goto(f"{root}/new?subject=Wrong+size&category={category['id']}")
    await expect(page.get_by_label("Order number")).to_be_visible()
    await look.at("new-of-a-category")
    await pressed(page, "Send")
    await expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    await look.at("new-refused")
    ticket = await solved(shop, person)
    await page.goto(f"{root}/tickets/{ticket['number']}")
    await look.at("request-solved")
    for name, path in (("no-request", "/tickets/4711"), ("no-page", "/giraffe"), ("no-organization", "")):
        await page.goto(f"{root}{path}" if path else f"{base}/portal/nobody.example")
        await look.at(name)


PAGES: Final = ("verify-email", "change-email", "reset-password", "accept-invitation", "unsubscribe")


@pytest.mark.console(REFUSED)
async def test_the_pages_of_mailed_links(page: Page, look: Look, base: str) -> None:
    for name in PAGES:
        for token in ("", "?token=dbl_spent"):
            await page.goto(f"{base}/app/{name}{token}")
            await look.at(f"{name}-{'token' if token else 'bare'}")
    await page.goto(f"{base}/giraffe")
    await look.at("not-found")


ARABIC: Final = "# أولا\n\nاغسلها بماء بارد، **ولا** تكوها أبدا.\n\n# ثانيا\n\n1. جففها.\n2. علقها.\n"


async def test_a_language_from_right_to_left(page: Page, look: Look, base: str, shop: Organization) -> None:
    owner = await shop.client("owner")
    for locale, title, content in (("ar", "غسل السترة", ARABIC), ("en", "Drying", "In the air.")):
        body = {"title": title, "content": content, "locale": locale, "category": "Care", "published": True}
        assert (await owner.post("/kb/articles", body)).status_code == 201
    root = f"{base}/help/{shop.domain}"
    await page.goto(f"{root}?lang=en")
    await expect(page.locator("li[lang=ar]", has_text="غسل السترة").first).to_have_attribute("dir", "rtl")
    await look.at("home-with-arabic")
    await page.get_by_role("link", name="غسل السترة").first.click()
    article = page.locator("article[lang=ar]")
    await expect(article).to_have_css("direction", "rtl")
    await expect(article.locator("h1")).to_have_css("text-align", "start")
    await look.at("article-arabic", "غسل السترة")


@pytest.mark.parametrize("width", [320, 1280])
async def test_every_page_can_be_mirrored(page: Page, look: Look, base: str, shop: Organization, width: int) -> None:
    """The layout is ready for a translation into Arabic or Hebrew."""
    await page.set_viewport_size({"width": width, "height": 800})
    owner, person = await shop.client("owner"), await shop.person("customer")
    assert (await owner.put("/widget", {"enabled": True, "origins": []})).status_code == 200
    body = {"title": "Drying", "content": "# First\n\n1. In the *air*.\n", "category": "Care", "published": True}
    article = (await owner.post("/kb/articles", body)).json()["data"]
    ticket = await solved(shop, person)
    await signed_in(page, f"{base}/portal/{shop.domain}", person)
    for path in (
        "/help/{}", "/help/{}/articles/en/" + article["slug"], "/help/{}/search?q=drying", "/help/{}/contact", "/portal/{}",
        "/portal/{}/new", f"/portal/{{}}/tickets/{ticket['number']}", "/portal/{}/profile",
    ):  # fmt: skip
        await page.goto(base + path.format(shop.domain))
        before = await first_left(page)
        await page.evaluate("document.documentElement.dir = 'rtl'")
        await look.at(f"mirrored-{width}-{path.strip('/').replace('/', '-').partition('?')[0]}")
        assert await first_left(page) != before, f"{path} does not turn"


async def first_left(page: Page) -> Any:
    """Where the name of the organization begins."""
    return await page.locator(".brand").evaluate("(it) => Math.round(it.getBoundingClientRect().left)")


Public = Callable[[str], Awaitable[str]]


async def test_articles_for_the_staff_are_nowhere(page: Page, base: str, desk: Desk, shop: Organization) -> None:
    owner = await shop.client("owner")
    for title, visibility, published in (("Refund limits", "internal", False), ("Refund times", "public", True)):
        body = {"title": f"{title} zebra", "content": f"{title} giraffe", "category": "Refunds",
                "visibility": visibility, "published": published}  # fmt: skip
        assert (await owner.post("/kb/articles", body)).status_code == 201
    assert (await owner.put("/widget", {"enabled": True, "origins": ["http://site.example"]})).status_code == 200
    root = f"{base}/help/{shop.domain}"
    await page.goto(root)
    await page.get_by_label("Search the help centre").press_sequentially("refund zebra")
    suggested = page.get_by_role("search").get_by_role("link")
    await expect(suggested.first).to_have_text("Refund times zebra")
    await expect(suggested).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.locator("mark").first).to_be_visible()
    await expect(page.get_by_role("link", name="Refund times zebra")).to_be_visible()
    assert "limits" not in await page.content()
    await page.get_by_role("link", name="Refund times zebra").click()
    await expect(page.get_by_role("heading", name="Refund times zebra", level=1)).to_be_visible()
    assert "limits" not in await page.content()
    browser = desk.client(base="")
    for path in (
        f"/help/{shop.domain}", f"/help/{shop.domain}/sitemap.xml", f"/help/{shop.domain}/feed.atom?lang=en",
        f"/help/{shop.domain}/categories?name=Refunds", f"/help/{shop.domain}/contact/suggest?subject=refund+zebra",
        f"/help/{shop.domain}/suggest?q=refund+zebra", f"/embed/{shop.domain}/articles?subject=refund+zebra",
    ):  # fmt: skip
        answer = await browser.get(path, headers={"Origin": "http://site.example"})
        assert (answer.status_code, "times" in answer.text, "imits" in answer.text) == (200, True, False), path
