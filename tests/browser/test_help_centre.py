"""The help centre in a browser without JavaScript: from a question to an article, on a phone, in light and dark."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Watch
from tests.browser.test_account_pages import served, shoot
from tests.support.desk import Desk, Organization

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FAULTS = """async () => (await axe.run(document)).violations
    .map((each) => each.id + ': ' + each.nodes.map((node) => node.html).join(' '))"""
TEXT = "# Before you begin\n\nHave your **order number** ready.\n\n# What to do\n\n1. Pack it.\n2. Send it.\n"


@pytest.fixture
async def reader(browser: Browser) -> AsyncIterator[Page]:
    """A phone whose browser runs no scripts."""
    watch = Watch()
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="en-GB"
    )
    context.on("page", watch.follow)
    context.set_default_timeout(PATIENCE_MS)
    yield await context.new_page()
    await context.close()
    assert not watch.offences, "\n".join(watch.offences)


async def published(shop: Organization) -> None:
    owner = await shop.client("owner")
    for title, content in (("Returning something", TEXT), ("Returning a gift", "Ask the giver for the order number.")):
        body = {"title": title, "content": content, "category": "Returns", "published": True}
        assert (await owner.post("/kb/articles", body)).status_code == 201
    german = {"title": "Returning something", "content": "Packen", "locale": "de", "published": True}
    assert (await owner.post("/kb/articles", german)).status_code == 201
    assert (await owner.post("/brands", {"name": "Bright", "color": "#ffd000"})).status_code == 201


async def test_a_reader_searches_reads_and_votes_without_scripts(reader: Page, desk: Desk, shop: Organization) -> None:
    await published(shop)
    async with served(reader, desk) as base:
        await reader.goto(f"{base}/help/{shop.domain}")
        await reader.get_by_label("Search the help centre").fill("returning order")
        await reader.keyboard.press("Enter")
        await expect(reader.locator("mark").first).to_be_visible()
        await reader.get_by_role("link", name="Returning something").click()
        await expect(reader.get_by_role("heading", name="Returning something", level=1)).to_be_visible()
        await reader.get_by_role("link", name="What to do").click()
        await expect(reader).to_have_url(
            f"{base}/help/{shop.domain}/articles/en/returning-something#article-what-to-do"
        )
        await reader.get_by_role("button", name="Yes").click()
        await expect(reader.get_by_role("heading", name="Thank you for your answer!")).to_be_visible()
        await reader.get_by_role("link", name="Returning a gift").click()
        await expect(reader.get_by_role("heading", name="Returning a gift", level=1)).to_be_visible()
        await reader.get_by_role("link", name="Returns").click()
        await expect(reader.get_by_role("heading", name="Returns", level=1)).to_be_visible()
        await reader.goto("about:blank")


async def test_articles_are_suggested_while_a_search_is_typed(page: Page, desk: Desk, shop: Organization) -> None:
    await published(shop)
    async with served(page, desk) as base:
        await page.goto(f"{base}/help/{shop.domain}")
        await page.get_by_label("Search the help centre").press_sequentially("returning som")
        suggested = page.get_by_role("search").get_by_role("link", name="Returning something")
        await expect(suggested).to_be_visible()
        await shoot(page, "help-suggestions")
        await page.evaluate(AXE.read_text("utf-8") + "; 0")
        assert await page.evaluate(FAULTS) == []
        await suggested.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Returning something", level=1)).to_be_visible()
        await page.goto("about:blank")


@pytest.mark.console("status of 404")
async def test_no_page_has_a_fault_of_accessibility(page: Page, desk: Desk, shop: Organization) -> None:
    await published(shop)
    await page.set_viewport_size({"width": 320, "height": 700})
    async with served(page, desk) as base:
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for path in ("", "/search?q=returning", "/search?q=zebra", "/categories?name=Returns&lang=en",
                         "/articles/en/returning-something", "/articles/en/nothing"):  # fmt: skip
                await page.goto(f"{base}/help/{shop.domain}{path}")
                await page.evaluate(AXE.read_text("utf-8") + "; 0")
                assert await page.evaluate(FAULTS) == [], f"{path} in {scheme}"
                await shoot(page, f"help-{scheme}-{path.strip('/').replace('/', '-').partition('?')[0]}")
        await page.goto("about:blank")
