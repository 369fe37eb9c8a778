"""A whole day of an agent by keyboard alone: no pointer, no address typed after the first."""

from typing import Any

from playwright.async_api import Locator, Page, Request, expect

from tests.browser.test_desk_inbox_list import base, file_tickets, press, sockets
from tests.support.desk import PASSWORD, Organization

__all__ = ["base", "sockets"]

NO_POINTER = """
window.pointed = [];
for (const kind of ["pointerdown", "mousedown", "touchstart"])
  window.addEventListener(kind, (event) => window.pointed.push(kind), true);
"""


def heading(page: Page, words: str) -> Locator:
    return page.get_by_role("article", name="Ticket #").get_by_role("heading", name=words)


def rows(page: Page) -> Locator:
    return page.get_by_role("grid").get_by_role("row")


async def by_subject(shop: Organization, subject: str) -> dict[str, Any]:
    listed = (await (await shop.client("agent")).get("/tickets?limit=100")).json()["data"]["tickets"]
    return next(dict(each) for each in listed if each["subject"] == subject)


async def tab_to(page: Page, wanted: Locator) -> None:
    """Presses Tab until the wanted control has the focus; everything that can be set can be reached so."""
    for _ in range(60):
        if await wanted.evaluate("element => element === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {wanted}")


async def sign_in_and_take(page: Page, shop: Organization) -> None:
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await page.keyboard.type((await shop.person("agent")).email)
    await press(page, "Tab")
    await page.keyboard.type(PASSWORD)
    await press(page, "Enter")
    await page.wait_for_url("**/inbox/mine")
    await expect(page.get_by_role("heading", name="Mine · 0")).to_be_visible()
    await press(page, "g", "u")
    await expect(rows(page)).to_have_count(6)
    await press(page, "j")
    await expect(heading(page, "Question 6")).to_be_visible()
    await press(page, "j")
    await expect(heading(page, "Question 5")).to_be_visible()
    await press(page, "k")
    await expect(heading(page, "Question 6")).to_be_visible()
    await press(page, "Enter")
    await expect(page.get_by_role("feed")).to_be_focused()
    async with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        await press(page, "i")
    await expect(page.get_by_role("button", name="Assignee Agent", exact=True)).to_be_visible()


async def write(page: Page) -> None:
    await press(page, "n")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()
    await page.keyboard.type("A known fault.")
    async with page.expect_response(lambda answer: answer.url.endswith("/comments") and answer.ok):
        await press(page, "Control+Enter")
    await expect(page.get_by_role("feed")).to_contain_text("A known fault.")
    await press(page, "r")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()
    await press(page, "/", "t", "h")
    await expect(page.get_by_role("option", name="Thanks")).to_have_attribute("aria-selected", "true")
    await press(page, "Enter")
    field = page.get_by_role("textbox", name="Reply to Customer")
    await expect(field).to_contain_text("Thank you.")
    await page.keyboard.type(" A new one is on its way.")
    async with page.expect_response(lambda answer: answer.url.endswith("/comments") and answer.ok):
        await press(page, "Control+Shift+Enter")
    await expect(field).to_have_count(0)
    async with page.expect_response(lambda answer: answer.url.endswith("/undo") and answer.ok):
        await press(page, "z")
    await expect(field).to_have_text("Thank you. A new one is on its way.")
    await expect(field).to_be_focused()
    async with page.expect_response(lambda answer: answer.url.endswith("/comments") and answer.ok):
        await press(page, "Control+Shift+Enter")
    await expect(field).to_have_count(0)


async def edit_details(page: Page) -> None:
    details = page.get_by_role("complementary", name="Details")
    await expect(details.get_by_label("Priority")).to_be_visible()  # the key comes with the details
    await press(page, "h")
    await expect(page.get_by_role("combobox", name="Let it wait until …")).to_be_focused()
    await page.keyboard.type("2d")
    await expect(page.get_by_role("option", name="In 2d")).to_have_attribute("aria-selected", "true")
    async with page.expect_response(lambda answer: answer.url.endswith("/snooze") and answer.ok):
        await press(page, "Enter")
    await expect(page.get_by_role("button", name="waits until")).to_be_visible()
    while not await details.evaluate("element => element.contains(document.activeElement)"):
        await press(page, "F6")
    await tab_to(page, details.get_by_label("Priority"))
    async with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        await page.keyboard.type("Urg")
    await expect(details.get_by_label("Priority")).to_have_value("urgent")
    await tab_to(page, details.get_by_label("Order"))
    await page.keyboard.type("A-1042")
    async with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        await press(page, "Enter")
    await press(page, "Escape")  # out of the field's own change
    await press(page, "Shift+F6")
    await expect(page.get_by_role("region", name="Ticket", exact=True)).to_be_visible()


async def act_on_many(page: Page) -> None:
    await press(page, "g", "u")
    await expect(page.get_by_role("heading", name="Unassigned · 5")).to_be_visible()
    await press(page, "j")
    await expect(heading(page, "Question 5")).to_be_visible()
    await press(page, "x", "Shift+J", "e")
    await expect(page.get_by_text("Solved: 2 tickets.").first).to_be_visible()
    await press(page, "z")
    await expect(page.get_by_text("undone").first).to_be_visible()
    await press(page, "Escape")


async def search_and_find(page: Page) -> None:
    await press(page, "/")
    await expect(page.get_by_role("combobox", name="Search in this list")).to_be_focused()
    await page.keyboard.type("Question 3")
    await press(page, "Enter")
    await expect(page.get_by_role("heading", name="Unassigned · 1")).to_be_visible()
    await press(page, "j")
    await expect(heading(page, "Question 3")).to_be_visible()
    await press(page, "Enter")
    await expect(page.get_by_role("feed")).to_be_focused()
    await press(page, "Escape")
    await expect(rows(page).first).to_be_focused()
    await press(page, "Escape")
    await expect(page.get_by_role("heading", name="No ticket is open")).to_be_visible()
    await expect(rows(page).first).to_be_focused()
    await press(page, "Control+k")
    await page.keyboard.type("#2")
    await expect(page.get_by_role("option", name="Ticket #2")).to_have_attribute("aria-selected", "true")
    await press(page, "Enter")
    await expect(heading(page, "Question 2")).to_be_visible()


async def sign_out(page: Page) -> None:
    await press(page, "Control+k")
    await page.keyboard.type("> sign out")
    await expect(page.get_by_role("option", name="Sign out")).to_have_attribute("aria-selected", "true")
    await press(page, "Enter")
    await page.wait_for_url("**/sign-in")
    await expect(page.get_by_label("E-mail address")).to_be_focused()


async def test_a_whole_day_needs_no_pointer(page: Page, base: str, shop: Organization) -> None:
    agent, owner = await shop.client("agent"), await shop.client("owner")
    await agent.put("/settings/preferences", {"undo_seconds": 30, "after_solve": "stay"})
    canned = {"title": "Thanks", "content": "Thank you.", "shortcut": "th"}
    assert (await owner.post("/canned-responses", canned)).status_code == 201
    assert (await owner.post("/fields", {"key": "order", "label": "Order", "type": "text"})).status_code == 201
    await file_tickets(shop, 6)
    await page.add_init_script(NO_POINTER)
    pending: set[Request] = set()

    def begun(request: Request) -> None:
        pending.add(request)

    def ended(request: Request) -> None:
        pending.discard(request)

    page.on("request", begun)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    await page.goto(f"{base}/sign-in")
    await sign_in_and_take(page, shop)
    await write(page)
    await edit_details(page)
    await act_on_many(page)
    await search_and_find(page)
    assert await page.evaluate("window.pointed") == []
    while pending:  # the neighbours of a ticket are fetched ahead, and would be refused without a session
        await page.evaluate("null")
    await sign_out(page)
    ticket = await by_subject(shop, "Question 6")
    assert (ticket["priority"], ticket["fields"]["order"]) == ("urgent", "A-1042")
