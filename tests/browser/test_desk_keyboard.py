"""Every page of the administration by keyboard alone: a record is made or changed and saved, and the list is reached again."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.desk_pages import arrive, desk_at
from tests.support.desk import Desk, Organization

SECTIONS: Final = (
    Path(__file__).parents[2] / "frontend" / "src" / "features" / "admin-frame" / "sections.ts"
).read_text("utf-8")
MOST_TABS: Final = 150
"""More steps from one control to another would be no way to work."""

NEW: Final[dict[str, dict[str, str]]] = {
    "brands": {"Name": "Lamps"},
    "invitations": {"E-mail address": "jo@lamps.example", "Name": "Jo"},
    "groups": {"Name": "Returns"},
    "categories": {"Name": "Lamps"},
    "tags": {"Name": "late"},
    "canned-responses": {"Title": "Thanks", "Text": "Thank you."},
    "views": {"Name": "Late", "Tickets that match": "tag:late"},
    "statuses": {"Name": "At the workshop"},
    "fields": {"Label": "Order number", "Key": "order_number"},
    "forms": {"Name": "Returns"},
    "mailboxes": {"Name": "Help", "Addresses": "help@DOMAIN"},
}
"""The fields of a new record, by page, in their order."""
CHANGED: Final[dict[str, tuple[str, str]]] = {
    "organization": ("Business name", "Lamps and more"),
    "service-levels": ("Normal: First answer within", "2h"),
    "mail-templates": ("As plain text", "Hello. {{reply.words}}"),
    "widget": ("Sites that may show it", "https://lamps.example"),
}
"""A field to change on pages whose records exist from the start, with its new value."""
REACHED: Final[dict[str, str]] = {
    "members": "", "rules": "Name", "macros": "Title", "webhooks": "Address", "api-keys": "Name",
    "mail-connections": "", "mails": "", "unsent": "", "suppressed": "", "deletion-requests": "", "imports": "", "exports": "",
    "audit-log": "",
}  # fmt: skip
"""A field to reach on the other pages, in the form of a new record or of the first one."""


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


def test_every_page_is_walked() -> None:
    assert set(re.findall(r'to: "/admin/([a-z-]+)"', SECTIONS)) == NEW.keys() | CHANGED.keys() | REACHED.keys()


async def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Goes from control to control until this one has the focus."""
    await expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        if await wanted.evaluate("element => element === document.activeElement"):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {MOST_TABS} times {key}")


async def opened(page: Page, base: str, path: str) -> None:
    """Opens a page from the list of pages, by its link. The list is before the page, in reading order."""
    link = page.locator(f"nav a[href$='/admin/{path}']")
    await reach(page, link, "Shift+Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{base}/admin/{path}")
    await expect(link).to_have_attribute("aria-current", "page")
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)


async def entered(page: Page, field: Locator, value: str) -> None:
    """Reaches a field and types over what it holds."""
    await reach(page, field)
    await page.keyboard.press("Control+a")
    await page.keyboard.type(value)
    if await field.get_attribute("contenteditable") is None:
        await expect(field).to_have_value(value)
    else:
        await expect(field).to_have_text(value)


async def saved(page: Page) -> None:
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("group", name="Unsaved changes")).to_be_hidden()


async def test_records_are_made_by_keyboard_alone(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "owner", "/admin")
    for path, fields in NEW.items():
        await opened(page, base, path)
        await reach(page, page.locator(f"a[href$='/admin/{path}/new']"))
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{base}/admin/{path}/new")
        await expect(page.locator("form h1")).to_be_visible()
        for label, value in fields.items():
            await entered(
                page, page.locator("form").get_by_label(label, exact=True), value.replace("DOMAIN", shop.domain)
            )
        await saved(page)
        await page.wait_for_url(re.compile(rf"/admin/{path}/(?!new$)[^/]+$"))
        await reach(page, page.locator(f"ul a[href*='/admin/{path}/'][tabindex='0']"), "Shift+Tab")
        await page.keyboard.press("Home")  # a list is one stop of Tab; arrows go on from there
        await reach(page, page.locator(f"ul a[href*='/admin/{path}/'][aria-current=page]"), "ArrowDown")


async def test_present_records_are_changed_by_keyboard_alone(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "owner", "/admin")
    for path, (label, value) in CHANGED.items():
        await opened(page, base, path)
        row = page.locator(f"ul a[href*='/admin/{path}/']").first
        if path == "mail-templates":
            await reach(page, row)
            await page.keyboard.press("Enter")
            await page.wait_for_url(re.compile(rf"/admin/{path}/."))
        await entered(page, page.get_by_label(label, exact=True), value.replace("DOMAIN", shop.domain))
        await saved(page)


# A mailbox has no IMAP account yet; the next page may come before the answer that says so.
@pytest.mark.console(r"the server responded with a status of 404", sometimes=True)
async def test_every_other_page_is_reached_by_keyboard_alone(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "owner", "/admin")
    for path, label in REACHED.items():
        await opened(page, base, path)
        ways = page.locator(f"a[href$='/admin/{path}/new'], ul a[href*='/admin/{path}/']")
        if await ways.count() > 0:
            await reach(page, ways.first)
            await page.keyboard.press("Enter")
            await page.wait_for_url(re.compile(rf"/admin/{path}/."))
        if label:
            await reach(page, page.locator("form").get_by_label(label, exact=True).first)
        else:
            await expect(page.get_by_role("heading").first).to_be_visible()


async def test_unsaved_changes_are_kept_when_a_form_is_left_by_keyboard(
    page: Page, base: str, shop: Organization
) -> None:
    await arrive(page, base, shop, "owner", "/admin/organization")
    await entered(page, page.get_by_label("Business name", exact=True), "Lamps")
    await opened(page, base, "tags")
    await opened(page, base, "organization")
    await expect(page.get_by_label("Business name", exact=True)).to_have_value("Lamps")
    await expect(page.get_by_role("group", name="Unsaved changes")).to_be_visible()
