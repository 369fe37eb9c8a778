"""Words stay where an agent wrote them: in two tabs, on two tickets, without a database, after a session's end."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.test_desk_sign_in import look
from tests.browser.test_desk_ticket import Opened, app, filed
from tests.browser.waiting import until_holds
from tests.support.desk import PASSWORD, Organization

pytestmark = pytest.mark.intercepts

__all__ = ["app"]

NO_DATABASE = {
    "missing": "delete window.indexedDB; Object.defineProperty(window, 'indexedDB', {value: undefined});",
    "refusing": "Object.defineProperty(window, 'indexedDB', {value: {open() { throw new DOMException('no'); }}});",
}

NOTHING_LEFT = "!Object.keys(localStorage).some(key => key.startsWith('deskbell.left.'))"


async def begin(page: Page, key: str, words: str) -> None:
    await page.keyboard.press(key)
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()
    await page.keyboard.type(words)


@pytest.mark.parametrize("database", NO_DATABASE)
async def test_a_browser_without_a_database_keeps_the_words_too(
    page: Page, app: Opened, shop: Organization, database: str
) -> None:
    ticket = await filed(await shop.client("customer"))
    await page.add_init_script(NO_DATABASE[database])
    silent = True

    async def meet(route: Route) -> None:
        if not silent:  # what met the silence stays without an answer
            await route.fallback()

    await page.route("**/drafts/*", meet)
    await app.show(ticket["number"])
    await begin(page, "r", "Kept without a database.")
    await page.reload()
    field = page.get_by_role("textbox", name="Reply to Customer")
    await expect(field).to_have_text("Kept without a database.")
    silent = False
    await page.reload()
    await expect(field).to_have_text("Kept without a database.")
    async with page.expect_response(lambda answer: answer.url.endswith("/comments") and answer.ok):
        await field.focus()
        await page.keyboard.press("Control+Enter")
    await expect(field).to_have_count(0)
    await until_holds(page, NOTHING_LEFT)  # the app has read the answer
    await page.reload()
    await expect(page.get_by_role("feed")).to_be_visible()
    assert await page.evaluate(NOTHING_LEFT)


async def test_the_words_of_one_ticket_are_never_in_the_field_of_another(
    page: Page, app: Opened, shop: Organization
) -> None:
    customer = await shop.client("customer")
    one, two = await filed(customer, "Zip is broken"), await filed(customer, "Seam is open")
    await app.show(one["number"])
    await begin(page, "r", "About the zip.")
    await page.keyboard.press("Escape")
    await page.goto(f"{app.base}/inbox/all/{two['number']}")
    await expect(page.get_by_role("heading", name="Seam is open")).to_be_visible()
    await begin(page, "r", "About the seam.")
    field = page.get_by_role("textbox", name="Reply to Customer")
    await expect(field).to_have_text("About the seam.")
    await page.keyboard.press("Escape")
    await page.get_by_role("grid").get_by_role("row").filter(has_text="Zip is broken").click()
    await expect(page.get_by_role("heading", name="Zip is broken")).to_be_visible()
    await expect(field).to_have_text("About the zip.")


async def test_two_new_tickets_are_kept_apart_and_one_is_taken_up_again(
    page: Page, app: Opened, shop: Organization
) -> None:
    await page.goto(f"{app.base}/new")
    await page.get_by_label("Subject").fill("A call")
    await page.evaluate("sessionStorage.removeItem('deskbell.new-ticket-slot')")  # as another tab
    await page.reload()
    await expect(page.get_by_label("Subject")).to_have_value("")
    await page.get_by_label("Subject").fill("A second call")
    await look(page, "new-tickets")
    await page.get_by_role("button", name="A call").click()
    await expect(page.get_by_label("Subject")).to_have_value("A call")
    await page.reload()
    await expect(page.get_by_label("Subject")).to_have_value("A call")
    await expect(page.get_by_role("button", name="A second call")).to_be_visible()


@pytest.mark.console(r"status of 401")
async def test_a_session_that_ends_in_another_tab_keeps_what_is_being_written(
    page: Page, app: Opened, shop: Organization
) -> None:
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    await begin(page, "r", "It is on")
    ended = await page.evaluate(
        "async () => (await fetch('/api/v1/auth/logout', {method: 'POST', headers: {'X-Deskbell': 'web'}})).status"
    )
    assert ended == 200
    await page.keyboard.type(" its way.")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    await expect(dialog).to_be_visible()
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(dialog).to_be_hidden()
    field = page.get_by_role("textbox", name="Reply to Customer")
    await expect(field).to_contain_text("It is on its way.")
    async with page.expect_response(lambda answer: answer.url.endswith("/comments") and answer.ok):
        await field.focus()
        await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("feed")).to_contain_text("It is on its way.")
