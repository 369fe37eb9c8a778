"""The way into the agents' app and out of it, in a browser, by keyboard, without any breach of its policy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import Page, expect

from tests.browser.test_account_pages import newest_link, served, shoot
from tests.support.accounts import NEW_PASSWORD
from tests.support.desk import PASSWORD, Desk, Organization

REFUSED = r"the server responded with a status of 4(01|22)"
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
STILL = "() => Promise.allSettled(document.getAnimations().map((each) => each.finished))"
"""Waits for what moves: half-shown words have no contrast."""
FAULTS = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter((each) => ['serious', 'critical'].includes(each.impact))
    .map((each) => each.id + ': ' + each.nodes.map((node) => node.html).join(' '))"""


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    client = desk.client()
    if (await client.get("/setup")).json()["data"]["needed"]:
        first = {"organization": "First", "name": "Olu", "email": "olu@first.example", "password": PASSWORD}
        assert (await client.post("/setup", first)).status_code == 201
    await page.route_web_socket("**/ws?*", lambda _socket: None)  # the application in this process has no socket
    async with served(page, desk) as address:
        yield f"{address}/desk"
        await page.goto("about:blank")  # nothing may be asked once the routes are gone


async def look(page: Page, name: str) -> None:
    """Looks at a page in both schemes: no serious fault of accessibility, nothing wider than the screen."""
    for scheme in ("light", "dark"):
        await page.evaluate("name => document.documentElement.setAttribute('data-mantine-color-scheme', name)", scheme)
        await page.evaluate(STILL)
        await page.evaluate(AXE.read_text("utf-8") + "; 0")
        assert await page.evaluate(FAULTS) == [], f"{name} in {scheme}"
        await shoot(page, f"desk-{name}-{scheme}")


async def sign_in(page: Page, address: str, password: str = PASSWORD) -> None:
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await page.keyboard.type(address)
    await page.keyboard.press("Tab")
    await page.keyboard.type(password)
    await page.keyboard.press("Enter")


@pytest.mark.console(REFUSED)
async def test_an_agent_signs_in_by_keyboard_stays_so_and_signs_out(
    page: Page, base: str, desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    await page.goto(f"{base}/inbox/open")
    await look(page, "sign-in")
    await sign_in(page, agent.email, "no such password")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("E-mail address")).to_have_value(agent.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    await expect(page).to_have_url(f"{base}/inbox/open")
    assert await page.evaluate("document.cookie") == "", "no script may read the session"
    await look(page, "shell")
    await page.reload()
    await page.get_by_role("button", name="Your account").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.goto(f"{base}/inbox/open")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.console(REFUSED)
async def test_a_second_factor_is_asked_for_and_a_recovery_code_serves(
    page: Page, base: str, desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    secret = (await agent.client.post("/auth/two-factor/setup")).json()["data"]["secret"]
    enabled = await agent.client.post("/auth/two-factor/enable", {"code": pyotp.TOTP(secret).now()})
    [code, *_] = enabled.json()["data"]["recovery_codes"]
    await page.goto(f"{base}/sign-in")
    await sign_in(page, agent.email)
    await expect(page.get_by_label("Code")).to_be_focused()
    await look(page, "second-factor")
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("navigation", name="Places")).to_be_visible()


@pytest.mark.console(REFUSED)
async def test_a_session_that_ends_shows_the_sign_in_over_the_page(
    page: Page, base: str, desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    await page.goto(f"{base}/inbox/mine")
    await sign_in(page, agent.email)
    await expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    await agent.client.delete("/auth/sessions")
    status = 200
    while status == 200:  # the application learns of the end by a notification
        async with page.expect_response("**/auth/me") as got:
            await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
        status = (await got.value).status
    dialog = page.get_by_role("dialog", name="Your session has ended")
    await expect(dialog).to_be_visible()
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()
    await look(page, "session-end")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    await expect(page.get_by_role("navigation", name="Places")).to_be_visible()


async def test_a_forgotten_password_is_set_anew_and_the_link_leaves_the_address_bar(
    page: Page, base: str, desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    await page.goto(f"{base}/forgot")
    await page.get_by_label("E-mail address").fill(agent.email)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text(agent.email)
    await look(page, "forgot")
    token = (await newest_link(desk, shop, agent.email)).partition("token=")[2]
    await page.goto(f"{base}/reset?token={token}")
    await expect(page).to_have_url(f"{base}/reset")
    await page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    await page.get_by_role("link", name="Sign in").click()
    await sign_in(page, agent.email, NEW_PASSWORD)
    await expect(page.get_by_role("navigation", name="Places")).to_be_visible()


@pytest.mark.locale("de-AT")
@pytest.mark.console(REFUSED)
async def test_a_german_browser_has_german_pages_that_fit_a_phone(page: Page, base: str) -> None:
    await page.set_viewport_size({"width": 320, "height": 640})
    await page.goto(f"{base}/inbox/mine")
    await expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "de"
    await look(page, "sign-in-phone")


@pytest.mark.console(REFUSED)
async def test_palette_and_key_sheet_work_by_keyboard_alone(
    page: Page, base: str, desk: Desk, shop: Organization
) -> None:
    agent = await shop.person("agent")
    await page.goto(f"{base}/inbox/mine")
    await sign_in(page, agent.email)
    await expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    await page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find and do")
    await expect(field).to_be_focused()
    await look(page, "palette")
    await page.keyboard.type("dark")
    await expect(page.get_by_role("option")).to_have_text(["Dark appearance", "Appearance and habitsown settings"])
    async with page.expect_response(
        lambda answer: answer.url.endswith("/preferences") and answer.request.method == "PUT"
    ):
        await page.keyboard.press("Enter")
    await expect(field).to_be_hidden()
    await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    await expect(page.get_by_role("navigation", name="Places")).to_be_visible()
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    await expect(sheet.get_by_text("Go to the inbox")).to_be_visible()
    await look(page, "keys")
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("no such thing")
    await expect(page.get_by_text("Nothing is called that.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(field).to_be_hidden()
    await page.keyboard.press("Control+k")  # nothing waits for the palette here: keys may be pressed ahead
    await page.keyboard.type("light")
    await page.keyboard.press("Enter")
    await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
