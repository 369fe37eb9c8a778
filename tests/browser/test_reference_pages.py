"""The reference page of each contract draws it whole, under the content security policy that it is sent with."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from deskbell.app import CONTRACTS, openapi_document
from tests.browser.test_account_pages import served
from tests.support.desk import Desk


@pytest.fixture
async def desk_page(page: Page, desk: Desk) -> AsyncIterator[Page]:
    """A page whose every request the application of this process answers."""
    async with served(page, desk):
        yield page


@pytest.mark.parametrize("contract", CONTRACTS)
async def test_the_page_draws_the_contract(desk_page: Page, contract: str) -> None:
    document = openapi_document(contract)
    await desk_page.goto(f"http://127.0.0.1:8000/docs/{contract}")
    await expect(desk_page).to_have_title(document["info"]["title"])
    # What is far down a long page is drawn when it is scrolled to; filtering brings it up.
    last = document["tags"][-1]["name"]
    ids = [each["operationId"] for item in document["paths"].values() for each in item.values() if last in each["tags"]]
    await desk_page.get_by_placeholder("Filter").fill(last)
    for name in ids[:5]:
        await expect(desk_page.locator(f"[id$='-{name}']")).to_be_visible()
    await expect(desk_page.locator(".errors-wrapper")).to_have_count(0)


async def test_an_operation_shows_its_permission_and_an_example(desk_page: Page) -> None:
    await desk_page.goto("http://127.0.0.1:8000/docs/v1")
    await desk_page.locator("#operations-Tickets-createTicket .opblock-summary").click()
    opened = desk_page.locator("#operations-Tickets-createTicket")
    await expect(opened.get_by_text("Permission: tickets:create")).to_be_visible()
    await expect(opened.get_by_role("textbox").filter(has_text="Where is my order?")).to_be_visible()
    await expect(opened.get_by_text("Ticket created")).to_be_visible()
