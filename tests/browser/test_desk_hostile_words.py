"""Names that are HTML, that run from right to left, that are emoji or one long word: each page shows them as words, and works."""

import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_pages import arrive, desk_at
from tests.browser.test_account_pages import shoot
from tests.browser.test_desk_every_page import OTHERS, SECTIONS
from tests.browser.waiting import Walk, until_holds
from tests.support.canaries import CANARIES, plant
from tests.support.desk import Desk, Organization

HOSTILE: Final = '<img src=x onerror="hit()"> \u202eשלום 👩‍👩‍👧'
LONG: Final = f"{HOSTILE} Donaudampfschifffahrtsgesellschaft{'ü' * 60}"
BRIEF: Final = frozenset(
    {"contact field", "tag", "status", "group", "category", "field", "view", "canned response", "macro", "API key"}
)
"""Names that may have 50 to 100 characters."""
WITHIN_ADDRESSES: Final = frozenset({
    "contact mail", "contact phone", "agent mail", "agent phone", "webhook address", "missed search", "suppressed address",
    "mail account", "mail", "file name on a comment", "file name on a note", "internal note",
})  # fmt: skip
"""Words from which the fixture makes addresses, numbers and files."""
FAULTS: Final = """() => {
    const ends = document.documentElement.clientWidth;
    const all = [...document.querySelectorAll('#page, #page *, nav, nav *')].filter((each) => each.checkVisibility());
    const named = (each) => `${each.tagName} ${each.className} ${each.getAttribute('aria-label') ?? ''}`;
    const widest = (each) => [...each.querySelectorAll('*')]
        .filter((within) => within.getBoundingClientRect().right > each.getBoundingClientRect().right + 1).map(named).join('; ');
    const wide = all.filter((each) => {
        const {overflowX, textOverflow, webkitLineClamp, display} = getComputedStyle(each);
        return overflowX !== 'visible' && textOverflow !== 'ellipsis' && webkitLineClamp === 'none'
            && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1
            && !each.matches('input, textarea, select, pre, :has(> table), [role=tablist], .mantine-Avatar-root');
    });
    const covered = all.filter((each) => {
        if (!each.matches('button, a[href], input, select, textarea, [role=row]')) return false;
        each.scrollIntoView({block: 'center', inline: 'nearest'});
        const {left, right, top, width, height} = each.getBoundingClientRect();
        if (width <= 1 || height <= 1) return false;
        const hit = document.elementFromPoint(left + width / 2, top + height / 2);
        return left < -1 || (right > ends + 1 && each.closest(':has(> table)') === null)
            || (hit !== null && !each.contains(hit) && !hit.contains(each) && hit.closest('label')?.control !== each
                && hit.closest('.mantine-Checkbox-inner, .mantine-Switch-root') === null);
    });
    return [...wide.map((each) => `wide: ${named(each)}, by ${widest(each)}`),
        ...covered.map((each) => `covered: ${named(each)}`)];
}"""
"""The parts that are wider than their box, and the controls that are covered by others or reach over the edge of the screen."""
TURNED: Final = r"""() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    const shown = (each) => each.textContent.trim() !== ''
        && (each.nodeType === 3 || (each.nodeType === 1 && each.checkVisibility()));
    for (let text = walk.nextNode(); text; text = walk.nextNode()) {
        const within = text.parentElement;
        if (!text.data.includes('\u202e') || !within.checkVisibility() || within.matches('script, style, textarea, option')
            || within.closest('[class*=html]')) continue;  // a text turns its own paragraph at most
        const {display, unicodeBidi} = getComputedStyle(within);
        const alone = [...within.childNodes].filter(shown).length === 1 || /flex|grid/.test(display);
        const closed = display !== 'inline' || within.tagName === 'BDI' || /^(isolate|plaintext)/.test(unicodeBidi);
        if (!alone || !closed) found.push(`${within.tagName} ${within.className}: ${within.textContent.slice(0, 80)}`);
    }
    return found;
}"""
"""The names that turn the direction of the text next to them."""
FOREIGN: Final = "document.querySelectorAll('img[src=x], [onerror], #page script, nav script').length"


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.fixture
async def ids(shop: Organization, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The ids of everything in the organization, each with hostile names."""
    for kind, word in CANARIES.items():
        if kind not in WITHIN_ADDRESSES:
            monkeypatch.setitem(CANARIES, kind, f"{word[6:]} {HOSTILE if kind in BRIEF else LONG}")
    owner = await shop.client("owner")
    found = await plant(shop)
    assert (await owner.put("/settings/profile", {"name": LONG[:100]})).status_code == 200
    return found


def addresses(ids: dict[str, str], number: int, width: int) -> list[str]:
    """Every page, and one record of each list of the administration. On a wide screen that shows the list as well."""
    sections = re.findall(r'to: "(/admin/[a-z-]+)"', SECTIONS.read_text("utf-8"))
    opened = {
        "brands": "brand_id", "members": "agent_id", "groups": "group_id", "categories": "category_id", "tags": "tag_id",
        "canned-responses": "response_id", "views": "view_id", "rules": "rule_id", "macros": "macro_id",
        "statuses": "status_id", "forms": "form_id", "fields": "key", "webhooks": "webhook_id", "mailboxes": "mailbox_id",
    }  # fmt: skip
    return [
        "/inbox/all?q=status:open", f"/inbox/all/{number}", f"/inbox/{ids['view_id']}", "/inbox/drafts", "/new",
        f"/contacts/{ids['contact_id']}", f"/knowledge/{ids['article_id']}", *OTHERS,
        *(path for path in sections if width < 800 or path.rsplit("/", 1)[1] not in opened),
        *(f"/admin/{section}/{ids[name]}" for section, name in opened.items()),
    ]  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
async def test_names_of_every_kind_are_words_on_every_page(
    page: Page, base: str, shop: Organization, ids: dict[str, str], width: int, height: int
) -> None:
    ticket = (await (await shop.client("owner")).get(f"/tickets/{ids['ticket_id']}")).json()["data"]
    await page.set_viewport_size({"width": width, "height": height})
    await arrive(page, base, shop, "owner", "/dashboard")
    walk = Walk(page)
    found: dict[str, list[str]] = {}
    for path in addresses(ids, ticket["number"], width):
        await walk.to(base + path)
        await expect(page.get_by_role("heading").first).to_be_visible()
        await until_holds(page, "document.fonts.status === 'loaded'")
        assert await page.evaluate(FOREIGN) == 0, path
        if faults := [*await page.evaluate(FAULTS), *(f"turned: {each}" for each in await page.evaluate(TURNED))]:
            found[path] = faults
        await shoot(page, f"hostile{re.sub('[^a-z]+', '-', path)}-{width}")
    assert not found, "\n".join(f"{path} {fault}" for path, faults in found.items() for fault in faults)
