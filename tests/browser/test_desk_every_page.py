"""Every page of the agents' app: no fault of accessibility, and nothing wider than the screen, wide and on a phone."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_pages import arrive, desk_at
from tests.browser.test_account_pages import shoot
from tests.browser.test_desk_sign_in import AXE, FAULTS, STILL
from tests.support.desk import Desk, Organization

SECTIONS = Path(__file__).parents[2] / "frontend" / "src" / "features" / "admin-frame" / "sections.ts"
OTHERS = (
    "/dashboard", "/contacts", "/knowledge", "/notifications", "/reports/tickets", "/reports/sla", "/reports/agents",
    "/reports/satisfaction", "/settings/profile", "/settings/security", "/settings/notifications",
    "/settings/appearance", "/settings/keyboard",
)  # fmt: skip


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.parametrize(("width", "height", "scheme"), [(1360, 800, "light"), (390, 844, "dark")])
async def test_each_page_is_accessible_and_fits(
    page: Page, base: str, shop: Organization, width: int, height: int, scheme: str
) -> None:
    sections = re.findall(r'to: "(/admin/[a-z-]+)"', SECTIONS.read_text("utf-8"))
    assert len(sections) > 20
    await page.set_viewport_size({"width": width, "height": height})
    await page.add_init_script(
        f"addEventListener('DOMContentLoaded', () => "
        f"document.documentElement.setAttribute('data-mantine-color-scheme', '{scheme}'))"
    )
    await arrive(page, base, shop, "owner", "/dashboard")
    found: dict[str, list[str]] = {}
    # Other tests look at the other pages on a wide screen.
    for path in (*(OTHERS if width < 800 else ()), *sections):
        await page.goto(base + path)
        await expect(page.get_by_role("navigation", name="Places")).to_be_visible()
        await expect(page.get_by_role("heading").first).to_be_visible()
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        await page.evaluate(STILL)
        await page.evaluate(AXE.read_text("utf-8") + "; 0")
        if faults := await page.evaluate(FAULTS):
            found[path] = faults
        await shoot(page, f"page{path.replace('/', '-')}-{width}")
    assert found == {}
