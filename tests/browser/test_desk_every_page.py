"""Every page of the agents' app: no fault of accessibility, nothing wider than the screen, a way by keyboard to each place.

The app is loaded once. Each page is looked at in the four pairs of scheme and width, which it changes between without a reload.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_pages import arrive, desk_at
from tests.browser.test_account_pages import shoot
from tests.browser.test_desk_sign_in import AXE, FAULTS, STILL
from tests.browser.waiting import Walk
from tests.support.canaries import plant
from tests.support.desk import Desk, Organization

SECTIONS = Path(__file__).parents[2] / "frontend" / "src" / "features" / "admin-frame" / "sections.ts"
OTHERS = (
    "/dashboard", "/contacts", "/knowledge", "/notifications", "/reports/tickets", "/reports/sla", "/reports/agents",
    "/reports/satisfaction", "/settings/profile", "/settings/security", "/settings/notifications",
    "/settings/appearance", "/settings/keyboard",
)  # fmt: skip
NEW: Final = ("brands", "invitations", "groups", "categories", "tags", "canned-responses", "views", "fields", "forms",
              "rules", "macros", "statuses", "mailboxes", "webhooks", "api-keys", "imports", "exports")  # fmt: skip
"""The pages with a form for a new record."""
OPENED: Final = {
    "members": "agent_id", "rules": "rule_id", "macros": "macro_id", "forms": "form_id", "webhooks": "webhook_id",
    "mailboxes": "mailbox_id", "tags": "tag_id",
}  # fmt: skip
"""Records whose form has more than that of a new one, by their page."""
WIDTHS: Final = ((1360, 800), (390, 844))
MOST_TABS: Final = 400
"""More than any page has places."""

# A place shows the focus if it, or a part next to it that is drawn in its place, looks different without the focus.
STEP: Final = """() => {
    const page = document.querySelector('#page');
    const parts = (it) => [it, it.nextElementSibling, it.parentElement, it.parentElement?.parentElement, it.closest('label')];
    const look = (it) => parts(it).map((each) => {
        if (!each) return '';
        const {outline, boxShadow, borderColor, backgroundColor, textDecoration} = getComputedStyle(each);
        return [outline, boxShadow, borderColor, backgroundColor, textDecoration].join();
    }).join('|');
    const before = window.lastStop;
    const unseen = before && before.it.isConnected && look(before.it) === before.look && before.it !== document.activeElement
        ? before.it.outerHTML.slice(0, 200) : '';
    const it = document.activeElement;
    const again = it.dataset.reached !== undefined && it !== before?.it;  // the field of a date is several places
    it.dataset.reached = '';
    if (it !== before?.it) window.lastStop = {it, look: look(it)};
    return {unseen, again, outside: !page.contains(it)};
}"""
MISSED: Final = """() => {
    const composite = '[role=tablist], [role=radiogroup], [role=grid], [role=listbox], [role=menu], [role=toolbar], ul, table';
    const places = 'a[href], button, input, select, textarea, summary, [contenteditable=true], [role=button], [role=link]';
    return [...document.querySelectorAll(`#page :is(${places})`)].filter((it) => {
        if (it.disabled || it.dataset.reached !== undefined || !it.checkVisibility() || it.closest('[aria-hidden=true], [inert]'))
            return false;
        if (it.type === 'radio') return !document.querySelector(`input[name="${CSS.escape(it.name)}"][data-reached]`);
        // Arrows go on within a list or a toolbar that Tab reaches.
        return !(it.tabIndex === -1 && it.closest(composite)?.querySelector('[data-reached]'));
    }).map((it) => it.outerHTML.slice(0, 200));
}"""


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


def addresses(ids: dict[str, str]) -> list[str]:
    sections = re.findall(r'to: "(/admin/[a-z-]+)"', SECTIONS.read_text("utf-8"))
    assert len(sections) > 20
    return [
        *OTHERS, f"/contacts/{ids['contact_id']}", f"/knowledge/{ids['article_id']}", *sections,
        *(f"/admin/{section}/new" for section in NEW), *(f"/admin/{section}/{ids[key]}" for section, key in OPENED.items()),
    ]  # fmt: skip


async def test_each_page_is_accessible_and_fits_in_both_schemes_on_both_widths(
    page: Page, base: str, shop: Organization
) -> None:
    ids = await plant(shop)
    await arrive(page, base, shop, "owner", "/dashboard")
    await page.evaluate(AXE.read_text("utf-8") + "; 0")
    walk = Walk(page)
    found: dict[str, list[str]] = {}
    for path in addresses(ids):
        await walk.to(base + path)
        await expect(page.get_by_role("heading").first).to_be_visible()
        for width, height in WIDTHS:
            await page.set_viewport_size({"width": width, "height": height})
            await walk.rest()
            for scheme in ("light", "dark"):
                await page.evaluate(
                    "name => document.documentElement.setAttribute('data-mantine-color-scheme', name)", scheme
                )
                await page.evaluate(STILL)
                if faults := await page.evaluate(FAULTS):
                    found[f"{path} at {width} in {scheme}"] = faults
                await shoot(page, f"page{path.replace('/', '-')}-{width}-{scheme}")
    assert found == {}


async def test_each_place_of_each_page_is_reached_by_tab_and_shows_it(
    page: Page, base: str, shop: Organization
) -> None:
    ids = await plant(shop)
    await arrive(page, base, shop, "owner", "/dashboard")
    walk = Walk(page)
    found: dict[str, list[str]] = {}
    for path in addresses(ids):
        await walk.to(base + path)
        await expect(page.get_by_role("heading").first).to_be_visible()
        if faults := await tabbed(page):
            found[path] = faults
    assert not found, "\n".join(f"{path}: {fault}" for path, faults in found.items() for fault in faults)


async def tabbed(page: Page) -> list[str]:
    """Presses Tab from the beginning of a page to its end. Returns the places that are not reached or do not show it."""
    await page.evaluate("() => { document.querySelector('#page').focus(); window.lastStop = undefined; }")
    faults: list[str] = []
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        step = await page.evaluate(STEP)
        if step["unseen"]:
            faults.append(f"no focus to be seen: {step['unseen']}")
        if step["outside"] or step["again"]:
            break
    else:
        faults.append("Tab does not lead out of the page")
    faults += [f"not reached: {each}" for each in await page.evaluate(MISSED)]
    await page.evaluate("() => document.querySelectorAll('[data-reached]').forEach((it) => delete it.dataset.reached)")
    return faults
