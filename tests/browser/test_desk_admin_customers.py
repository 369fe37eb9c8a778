"""An admin puts the form and chat on a site, and decides on a customer's request for deletion."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_pages import REFUSED, arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Desk, Organization


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.console(REFUSED)
async def test_the_form_is_switched_on_for_sites(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/widget")
    sites = page.get_by_label("Sites that may show it")
    await sites.fill("no site")
    await page.get_by_label("Visitors may ask").press("Space")
    await page.keyboard.press("Control+s")
    await expect(sites).to_have_attribute("aria-invalid", "true")
    await sites.fill("https://shop.example\nhttps://www.shop.example")
    await page.get_by_label("Begin with a chat").press("Space")
    await page.get_by_label("Wait for an answer, in seconds").fill("90")
    await look(page, "admin-widget")
    await save(page)
    saved = (await client.get("/widget")).json()["data"]
    assert saved["origins"] == ["https://shop.example", "https://www.shop.example"]
    assert (saved["enabled"], saved["chat_enabled"], saved["chat_wait_seconds"]) == (True, True, 90)
    line = page.get_by_label("The line for your pages")
    await expect(line).to_contain_text(f'data-organization="{shop.id}"')
    await expect(line).to_contain_text("/embed.js")


async def test_a_request_for_deletion_is_confirmed(page: Page, base: str, shop: Organization) -> None:
    client, person = await shop.client("admin"), await shop.person("customer")
    assert (await client.post("/deletion-requests", {"contact_id": str(person.id)})).status_code == 200
    await arrive(page, base, shop, "admin", "/admin/deletion-requests")
    await page.get_by_role("link", name=person.name).press("Enter")
    await expect(page.get_by_role("heading", name=person.name, exact=True)).to_be_visible()
    await look(page, "admin-deletion-request")
    await page.get_by_role("button", name="Delete for good").press("Enter")
    question = page.get_by_role("dialog", name="Delete for good")
    await expect(question).to_contain_text("This cannot be undone")
    await question.get_by_role("button", name="Delete for good").press("Enter")
    await expect(page.get_by_text("No customer waits for the deletion of their data.")).to_be_visible()
    [decided] = (await client.get("/deletion-requests", params={"state": "confirmed"})).json()["data"]
    assert decided["user_id"] == str(person.id)
