"""An admin keeps webhooks and API keys in the browser, and reads in the audit log what happened."""

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
async def test_a_webhook_shows_its_secret_once_and_its_deliveries(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/webhooks/new")
    await page.get_by_label("Address").fill("no address")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("Address")).to_be_focused()
    await expect(page.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Address").fill("https://hooks.example.org/desk")
    await page.get_by_label("Ticket filed").press("Space")
    await look(page, "admin-webhook")
    await page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog", name="Secret of the webhook")
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await look(page, "admin-webhook-secret")
    await dialog.get_by_role("button", name="I have kept it").press("Enter")
    await expect(page.get_by_role("heading", name="https://hooks.example.org/desk")).to_be_visible()
    [webhook] = (await client.get("/webhooks")).json()["data"]
    assert webhook["event_types"] == ["ticket.created"]
    await page.get_by_role("button", name="Send a test").press("Enter")
    await expect(page.get_by_text("under way")).to_be_visible()
    await page.get_by_label("On", exact=True).press("Space")
    await save(page)
    assert (await client.get(f"/webhooks/{webhook['id']}")).json()["data"]["enabled"] is False


@pytest.mark.console(REFUSED)
async def test_a_key_is_shown_once_works_and_is_revoked(page: Page, base: str, desk: Desk, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/api-keys/new")
    await page.get_by_label("Name").fill("Reporting")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("group", name="Unsaved changes")).to_be_visible()
    await page.get_by_label("Read tickets").press("Space")
    await look(page, "admin-api-key")
    await page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog", name="The key")
    text = await dialog.get_by_label("The key").text_content()
    await dialog.get_by_role("button", name="I have kept it").press("Enter")
    await expect(page.get_by_role("heading", name="Reporting")).to_be_visible()
    program = desk.client(x_api_key=str(text))
    assert (await program.get("/tickets")).status_code == 200
    assert (await program.get("/agents")).status_code == 403
    await look(page, "admin-api-key-made")
    await page.get_by_role("button", name="Revoke this key").press("Enter")
    question = page.get_by_role("dialog", name="Revoke this key")
    await question.get_by_role("button", name="Revoke this key").press("Enter")
    await expect(page.get_by_text("No keys yet.")).to_be_visible()
    assert (await client.get("/api-keys")).json()["data"] == []


async def test_the_audit_log_shows_who_changed_what(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    made = (await client.post("/categories", {"name": "Billing"})).json()["data"]
    await client.put(f"/categories/{made['id']}", {"name": "Invoices"})
    await arrive(page, base, shop, "admin", "/admin/audit-log")
    await expect(page.get_by_role("cell", name="category.updated")).to_be_visible()
    await look(page, "admin-audit-log")
    await page.get_by_label("Object").select_option("category")
    await expect(page.get_by_role("row")).to_have_count(3)
    row = page.get_by_role("row").filter(has_text="category.updated")
    await expect(row.get_by_text("Billing")).to_be_visible()
    await expect(row.get_by_text("Invoices")).to_be_visible()
    await expect(page).to_have_url(f"{base}/admin/audit-log?subject_type=category")
    for name, lines in (("CSV", 3), ("JSON Lines", 2)):
        place = await page.get_by_role("link", name=name).get_attribute("href") or ""
        file = await client.at("").get(place)
        assert (file.status_code, len(file.text.splitlines())) == (200, lines)
    await page.get_by_role("button", name="Take all filters off").press("Enter")
    await expect(page).to_have_url(f"{base}/admin/audit-log")
