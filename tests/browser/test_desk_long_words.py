"""Every page of the agents' app with words two fifths longer than the English ones, on a phone and a large screen.

German is a seventh longer than English, counted over the catalogs; a quarter more makes the rest. No language that the app may
be put into needs more, by the experience of those who translate programs.
"""

import json
import math
import re
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.desk_pages import arrive, desk_at
from tests.browser.test_desk_every_page import WIDTHS, addresses
from tests.browser.waiting import Walk
from tests.support.canaries import plant
from tests.support.desk import Desk, Organization

MORE: Final = 0.25
CATALOG: Final = re.compile(r"JSON\.parse\(`(.*?[^\\])`\)", re.DOTALL)
ESCAPED: Final = re.compile(r"\\([\\`$])")
TO_ESCAPE: Final = re.compile(r"([\\`]|\$(?=\{))")
WORD: Final = re.compile(r"[^\W\d_]{2,}")
TAG: Final = re.compile(r"(</?\d+/?>)")
CUT: Final = """() => {
    const scrolls = (it) => ['auto', 'scroll'].includes(getComputedStyle(it).overflowX);
    const hides = (it) => ['hidden', 'clip'].includes(getComputedStyle(it).overflowX);
    const shortens = (it) => getComputedStyle(it).textOverflow === 'ellipsis';
    const holdsWords = (it) => [...it.childNodes].some((each) => each.nodeType === 3 && each.data.trim() !== '');
    const frames = (it) => it ? [it, ...frames(it.parentElement)] : [];
    return [...document.body.querySelectorAll('*')].filter((it) => {
        if (!holdsWords(it) || !it.checkVisibility() || it.closest('[aria-hidden=true], select, textarea')) return false;
        const range = document.createRange();
        range.selectNodeContents(it);
        const words = range.getBoundingClientRect();
        for (const frame of frames(it)) {
            const {left, right, width} = frame.getBoundingClientRect();
            if (width <= 1 || shortens(frame) || scrolls(frame)) return false;
            if (hides(frame) && (words.right > right + 1 || words.left < left - 1)) return true;
        }
        return words.right > innerWidth + 1;
    }).map((it) => it.outerHTML.slice(0, 200));
}"""
"""Words that are cut off, where neither an ellipsis nor a scroll bar says that there are more."""


def longer(part: Any) -> Any:
    """A compiled message whose words have a quarter more letters; its values, tags and forms stay."""
    if isinstance(part, str):
        return "".join(piece if TAG.fullmatch(piece) else WORD.sub(_stretched, piece) for piece in TAG.split(part))
    if len(part) < 3:  # a value, and how it is written
        return part
    name, kind, forms = part
    if not isinstance(forms, dict):
        return part
    return [name, kind, {form: [longer(each) for each in words] if isinstance(words, list) else words
                         for form, words in forms.items()}]  # fmt: skip


def _stretched(word: re.Match[str]) -> str:
    return word[0] + word[0][-1] * math.ceil(len(word[0]) * MORE)


def longer_catalog(script: str) -> str:
    """The script of a German catalog with longer words."""

    def rewritten(found: re.Match[str]) -> str:
        messages = json.loads(ESCAPED.sub(r"\1", found[1]))
        words = {id_: [longer(part) for part in message] for id_, message in messages.items()}
        return "JSON.parse(`" + TO_ESCAPE.sub(r"\\\1", json.dumps(words, ensure_ascii=False)) + "`)"

    answer, count = CATALOG.subn(rewritten, script)
    assert count == 1, script[:200]
    return answer


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    client = desk.client(base="")

    async def answer(route: Route) -> None:
        found = await client.get(urlsplit(route.request.url).path)
        await route.fulfill(content_type="text/javascript", body=longer_catalog(found.text))

    async with desk_at(page, desk) as address:
        await page.route("**/desk/assets/de-*.js", answer)
        yield address


async def test_each_page_has_room_for_words_longer_by_two_fifths(page: Page, base: str, shop: Organization) -> None:
    ids = await plant(shop)
    await arrive(page, base, shop, "owner", "/dashboard")
    await (await shop.client("owner")).put("/settings/preferences", {"language": "de"})
    await page.reload()
    await expect(page.get_by_role("navigation", name="Ortee")).to_be_visible()
    walk = Walk(page)
    found: dict[str, list[str]] = {}
    for path in addresses(ids):
        await walk.to(base + path)
        for width, height in WIDTHS:
            await page.set_viewport_size({"width": width, "height": height})
            await walk.rest()
            faults = await page.evaluate(CUT)
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                faults.append(f"{wide} pixels wider than the screen")
            if faults:
                found[f"{path} at {width}"] = faults
    assert found == {}
