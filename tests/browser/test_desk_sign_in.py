"""The way into the agents' app, in a browser."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_account_pages import served
from tests.support.desk import Desk

UNKNOWN = r"the server responded with a status of 4(01|22)"


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with served(page, desk) as address:
        yield f"{address}/desk"


@pytest.mark.console(UNKNOWN)
async def test_without_a_session_the_sign_in_shows_and_explains_a_wrong_password(
    page: Page, base: str, desk: Desk
) -> None:
    await page.goto(f"{base}/inbox/mine")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await page.keyboard.type("nobody@example.com")
    await page.keyboard.press("Tab")
    await page.keyboard.type("no such password")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_label("E-mail address")).to_have_value("nobody@example.com")


@pytest.mark.locale("de-AT")
@pytest.mark.console(UNKNOWN)
async def test_it_speaks_the_language_of_the_browser(page: Page, base: str) -> None:
    await page.goto(f"{base}/inbox/mine")
    await expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "de"
