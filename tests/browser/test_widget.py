"""The form on a page of another site, in a browser: with the keyboard alone, under a strict policy, in both themes."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, Route, expect

from deskbell.web.embed.script import BUILT
from tests.browser.test_account_pages import served, shoot
from tests.browser.test_help_centre import AXE, FAULTS
from tests.support.accounts import fresh_address
from tests.support.desk import Desk, Organization
from tests.support.mail import mails_to
from tests.support.work import work

SITE = "http://localhost:7171"


@asynccontextmanager
async def site_at(
    page: Page, desk: Desk, shop: Organization, *, attributes: str = "", language: str = "en"
) -> AsyncIterator[str]:
    """A page of another site, whose policy allows our script and its calls, no style of ours and no markup from text."""
    if not BUILT.is_file():
        pytest.skip("the web assets are not built here: make assets")
    owner = await shop.client("owner")
    assert (await owner.put("/widget", {"enabled": True, "origins": [SITE]})).status_code == 200
    await page.route_web_socket("**/ws?*", lambda _socket: None)  # the application in this process has no socket
    async with served(page, desk) as base:
        policy = (
            f"default-src 'none'; script-src {base}; connect-src {base} {base.replace('http', 'ws')}; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )
        body = (
            f'<!doctype html><html lang="{language}" {attributes}><head><title>Outfitters</title>'
            f'<script src="{base}/embed.js" data-organization="{shop.domain}" async></script></head>'
            "<body><main><h1>Tents</h1></main></body></html>"
        )

        async def answer(route: Route) -> None:
            headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
            await route.fulfill(status=200, headers=headers, body=body)

        await page.route(f"{SITE}/**", answer)
        # Chromium asks before a site whose own address it does not know may load from this machine.
        await page.context.grant_permissions(["local-network-access"], origin=SITE)
        yield base
        await page.goto("about:blank")


async def test_a_visitor_asks_by_keyboard_and_follows_the_link(page: Page, desk: Desk, shop: Organization) -> None:
    address = fresh_address()
    async with site_at(page, desk, shop) as base:
        await page.goto(f"{SITE}/tents")
        button = page.get_by_role("button", name="Help")
        await expect(button).to_be_visible()
        await page.keyboard.press("Tab")
        await expect(button).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Your name")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(button).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.type("Ann")
        for words in (address, "My tent leaks", "Since it rained."):
            await page.keyboard.press("Tab")
            await page.keyboard.type(words)
        for _ in range(2):
            await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Send")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Thank you, we have your request")).to_be_focused()
        assert await page.context.cookies() == []
        await work(desk, shop)
        await work(desk, shop)
        [link] = re.findall(r"https?://\S+/guest\?token=\S+", (await mails_to(desk, address))[0].text)
        assert link.startswith(base)
        await page.goto(link)
        await expect(page.get_by_text("Since it rained.")).to_be_visible()
        await page.get_by_label("Your message").fill("It still rains.")
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_text("It still rains.")).to_be_visible()
        await page.evaluate(AXE.read_text("utf-8") + "; 0")
        assert await page.evaluate(FAULTS) == []
        await shoot(page, "guest")


async def test_without_an_agent_there_is_the_form_and_no_chat(page: Page, desk: Desk, shop: Organization) -> None:
    address = fresh_address()
    async with site_at(page, desk, shop):
        settings = {"enabled": True, "origins": [SITE], "chat_enabled": True}
        assert (await (await shop.client("owner")).put("/widget", settings)).status_code == 200
        await page.goto(f"{SITE}/tents")
        await page.get_by_role("button", name="Help").click()
        await expect(page.get_by_role("button", name="Send")).to_be_visible()
        await expect(page.get_by_role("button", name="Begin the chat")).to_have_count(0)
        for label, words in (("Your name", "Ann"), ("E-mail address", address), ("Your message", "It leaks.")):
            await page.get_by_label(label).fill(words)
        await page.get_by_label("What is it about?").fill("My tent")
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("heading", name="Thank you, we have your request")).to_be_visible()
        await work(desk, shop)
        await work(desk, shop)
        assert len(await mails_to(desk, address)) == 1


@pytest.mark.console("status of 422")
async def test_what_was_typed_survives_a_refusal_and_a_closed_panel(page: Page, desk: Desk, shop: Organization) -> None:
    async with site_at(page, desk, shop, attributes='dir="rtl"', language="de"):
        await page.goto(f"{SITE}/tents")
        await page.get_by_role("button", name="Hilfe").click()
        await page.get_by_label("Ihre Nachricht").fill("Es regnet hinein.")
        await page.get_by_label("E-Mail-Adresse").fill("keine")
        await page.get_by_role("button", name="Senden").click()
        name = page.get_by_label("Ihr Name")
        await expect(name).to_have_attribute("aria-invalid", "true")
        await expect(name).to_be_focused()
        await page.get_by_role("button", name="Schließen").click()
        await page.get_by_role("button", name="Hilfe").click()
        await expect(page.get_by_label("Ihre Nachricht")).to_have_value("Es regnet hinein.")
        await page.get_by_role("button", name="Meine Anfragen").click()
        await page.get_by_label("E-Mail-Adresse").fill(fresh_address())
        await page.get_by_role("button", name="Link zuschicken").click()
        await expect(page.get_by_role("status")).to_contain_text("ist eine Mail mit einem Link unterwegs")


async def test_no_state_of_the_form_has_a_fault_of_accessibility(page: Page, desk: Desk, shop: Organization) -> None:
    owner = await shop.client("owner")
    article = {"title": "A tent that leaks", "content": "Dry it.", "category": "Tents", "published": True}
    assert (await owner.post("/kb/articles", article)).status_code == 201
    assert (await owner.post("/brands", {"name": "Outfitters", "color": "#e8b04a"})).status_code == 201
    async with site_at(page, desk, shop) as base:
        for scheme, width in (("light", 1280), ("dark", 320)):
            await page.set_viewport_size({"width": width, "height": 700})
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            await page.goto(f"{SITE}/tents")
            await expect(page.get_by_role("button", name="Help")).to_be_visible()
            await shoot(page, f"widget-{scheme}-closed")
            await page.get_by_role("button", name="Help").click()
            await page.get_by_label("What is it about?").fill("tent leaks")
            await expect(page.get_by_role("link", name="A tent that leaks")).to_be_visible()
            await shoot(page, f"widget-{scheme}-ask")
            assert await faults(page) == [], scheme
            await page.get_by_role("button", name="My requests").click()
            await shoot(page, f"widget-{scheme}-mine")
            assert await faults(page) == [], scheme
            await page.goto(f"{base}/help/{shop.domain}/contact")
            await page.evaluate(AXE.read_text("utf-8") + "; 0")
            assert await page.evaluate(FAULTS) == [], scheme
            await shoot(page, f"contact-{scheme}")


async def faults(page: Page) -> list[str]:
    """The faults that axe finds; the site's policy keeps its script from being added, not from being evaluated."""
    await page.evaluate(AXE.read_text("utf-8") + "; 0")
    found: list[str] = await page.evaluate(FAULTS)
    return found
