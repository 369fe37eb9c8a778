"""Linked tickets in the details: added by number or words, removed, taken back, and live."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.test_desk_sign_in import look
from tests.browser.test_desk_ticket import Opened, app, filed
from tests.support.desk import Organization

pytestmark = pytest.mark.intercepts

__all__ = ["app"]


def linked(page: Page) -> Locator:
    """The part of the details with the linked tickets."""
    details = page.get_by_role("complementary", name="Details")
    return details.locator("details").filter(has=page.get_by_text("Linked tickets", exact=True))


async def test_a_ticket_is_linked_by_its_number_and_by_words_and_each_link_is_taken_back(
    page: Page, app: Opened, shop: Organization
) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    zip_, seam, chair = [await filed(customer, words) for words in ("Zip is broken", "Seam is open", "Chair wobbles")]
    await app.show(zip_["number"])
    await page.get_by_role("feed").focus()
    links = linked(page)
    choices = page.get_by_role("dialog")
    field = page.get_by_role("combobox", name="Link with another ticket")

    await expect(links.get_by_role("button", name="Link a ticket")).to_be_visible()  # its key comes with the details
    await page.keyboard.press("Shift+L")
    await expect(field).to_be_focused()
    await page.keyboard.type(f"#{seam['number']}")
    await expect(choices.get_by_role("option", name="Seam is open")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(links.get_by_role("link", name="Seam is open")).to_be_visible()
    await links.get_by_role("button", name="Link a ticket").click()
    await expect(field).to_be_focused()
    await page.keyboard.type("wobbles")
    await expect(choices.get_by_role("option", name="Chair wobbles")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(links.get_by_role("link", name="Chair wobbles")).to_be_visible()
    await expect(page.get_by_text(f"linked with #{chair['number']}").first).to_be_visible()
    await look(page, "links")

    await links.get_by_role("button", name=f"Remove the link with #{seam['number']}").click()
    await expect(links.get_by_role("link", name="Seam is open")).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(links.get_by_role("link", name="Seam is open")).to_be_visible()
    listed = (await agent.get(f"/tickets/{zip_['id']}/links")).json()["data"]
    assert {each["number"] for each in listed} == {seam["number"], chair["number"]}
    await links.get_by_role("link", name="Seam is open").click()
    await expect(page.get_by_role("heading", name="Seam is open")).to_be_visible()
    await expect(links.get_by_role("link", name="Zip is broken")).to_be_visible()


@pytest.mark.console(r"net::ERR_FAILED")
async def test_a_colleagues_link_shows_from_its_event_and_a_refused_one_says_why(
    page: Page, app: Opened, shop: Organization
) -> None:
    customer, colleague = await shop.client("customer"), await shop.client("agent2")
    one, two = await filed(customer, "Zip is broken"), await filed(await shop.client("customer2"), "Seam is open")
    await app.show(one["number"])
    links = linked(page)
    await expect(links.get_by_role("button", name="Link a ticket")).to_be_visible()
    made = await colleague.post(f"/tickets/{two['id']}/links", {"ticket_id": one["id"]})
    assert made.status_code == 201, made.text
    present = (await colleague.get(f"/tickets/{one['id']}")).json()["data"]
    app.push("ticket.updated", {**present, "changes": {"links": {"was": None, "now": two["number"]}}}, 10**9)
    await expect(links.get_by_role("link", name="Seam is open")).to_be_visible()

    await page.route("**/links/*", lambda route: route.abort())
    await links.get_by_role("button", name=f"Remove the link with #{two['number']}").click()
    await expect(links.get_by_role("alert")).to_have_text("Not removed: the server cannot be reached.")
    await expect(links.get_by_role("link", name="Seam is open")).to_be_visible()
    await page.unroute("**/links/*")
    await links.get_by_role("button", name=f"Remove the link with #{two['number']}").click()
    await expect(links.get_by_role("link", name="Seam is open")).to_have_count(0)
    await expect(links.get_by_role("alert")).to_have_count(0)
