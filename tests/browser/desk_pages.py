"""Steps that the tests of the desk's settings and administration share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, expect

from tests.browser.test_account_pages import served
from tests.support.desk import PASSWORD, Desk, Organization

REFUSED = r"the server responded with a status of 4(00|03|04|09|12|22)"


@asynccontextmanager
async def desk_at(page: Page, desk: Desk) -> AsyncIterator[str]:
    """The address of the agents' app, whose requests the application in this process answers."""
    client = desk.client()
    if (await client.get("/setup")).json()["data"]["needed"]:
        first = {"organization": "First", "name": "Olu", "email": "olu@first.example", "password": PASSWORD}
        assert (await client.post("/setup", first)).status_code == 201
    await page.route_web_socket("**/ws?*", lambda _socket: None)  # the application in this process has no socket
    async with served(page, desk) as address:
        yield f"{address}/desk"


async def arrive(page: Page, base: str, shop: Organization, who: str, path: str) -> None:
    """Signs in as one of the organization's people and opens an address."""
    person = await shop.person(who)
    await page.goto(f"{base}/sign-in?next={path}")
    await page.get_by_label("E-mail address").fill(person.email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{base}{path}")
    await expect(page.get_by_role("navigation", name="Places")).to_be_visible()  # the address changes before the page


async def save(page: Page) -> None:
    """Saves a form by its key and waits until nothing is unsaved."""
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("group", name="Unsaved changes")).to_be_hidden()
