"""Reports in the agents' app: a lead's journey from numbers to the tickets behind them."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.api.v1.test_reports import plant
from tests.browser.desk_pages import arrive, desk_at
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Desk, Organization

SPAN = "span=own&from=2026-03-01&to=2026-03-09"


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


async def filled(shop: Organization) -> None:
    """Tickets of nine days in March, and of the days before."""
    admin = await shop.client("admin")
    made = await admin.post("/groups", {"name": "Returns", "description": ""})
    group = made.json()["data"]["id"]
    agent = str((await shop.person("agent")).id)
    await plant(shop, "2026-02-25T10:00:00Z", answered=1, solved=20, assignee_id=agent)
    await plant(shop, "2026-03-02T08:00:00Z", answered=1, solved=4, rating=5, assignee_id=agent, tags=["late"])
    await plant(shop, "2026-03-02T09:00:00Z", answered=9, group_id=group, tags=["late"])
    await plant(shop, "2026-03-03T10:00:00Z", group_id=group, priority="urgent")


async def test_a_lead_follows_three_numbers_to_lists_of_as_many_tickets(
    page: Page, base: str, shop: Organization
) -> None:
    await filled(shop)
    await arrive(page, base, shop, "team_lead", "/reports/tickets")
    await page.goto(f"{base}/reports/tickets?{SPAN}")
    totals = page.get_by_role("list", name="Totals")
    await expect(totals.get_by_role("link", name="3", exact=True)).to_be_visible()
    await page.get_by_label("Compare with the days before").check()
    await expect(totals.get_by_role("listitem").first).to_contain_text("before: 1 (+200%)")
    await look(page, "reports-tickets")

    await totals.get_by_role("link", name="3", exact=True).press("Enter")
    await expect(page.get_by_role("heading", name="All · 3")).to_be_visible()
    await page.go_back()

    by_group = page.get_by_role("region", name="Where the work comes from")
    await by_group.get_by_role("row", name=re.compile("^Returns")).get_by_role("link", name="2").press("Enter")
    await expect(page.get_by_role("heading", name="All · 2")).to_be_visible()
    await page.go_back()

    await page.get_by_label("By", exact=True).select_option("tag")
    await expect(by_group.get_by_role("row", name=re.compile("^late"))).to_be_visible()
    await page.get_by_text("The numbers as a table").press("Enter")
    day = page.get_by_role("row", name=re.compile("^(3 Mar|Mar 3) "))
    await day.get_by_role("link", name="1").press("Enter")
    await expect(page.get_by_role("heading", name="All · 1")).to_be_visible()


async def test_the_other_reports_and_their_files(page: Page, base: str, shop: Organization) -> None:
    await filled(shop)
    await page.set_viewport_size({"width": 390, "height": 844})
    await arrive(page, base, shop, "team_lead", "/reports/satisfaction")
    await page.goto(f"{base}/reports/satisfaction?{SPAN}")
    await expect(page.get_by_role("row", name="5 of 5 1").get_by_role("link", name="1")).to_be_visible()
    await look(page, "reports-satisfaction")
    tabs = page.get_by_role("navigation", name="Reports")
    await tabs.get_by_role("link", name="Service levels").press("Enter")
    await expect(page.get_by_role("row", name=re.compile("^Urgent")).first).to_be_visible()
    await look(page, "reports-sla")
    await tabs.get_by_role("link", name="Agents").press("Enter")
    await expect(page.get_by_role("row", name=re.compile("^Agent 1"))).to_be_visible()
    await look(page, "reports-agents")
    await page.get_by_label("Only tickets that match").fill("tag:none")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("row", name=re.compile("^Agent 0"))).to_be_visible()
    async with page.expect_request(re.compile("/reports/export/download")) as asked:
        await page.get_by_role("button", name="Download as CSV").press("Enter")
    assert "token=" in (await asked.value).url


async def test_an_agent_sees_whose_page_it_is(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "agent", "/reports/tickets")
    await expect(page.get_by_role("heading", name="This page is not yours to see")).to_be_visible()
