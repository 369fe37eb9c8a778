"""The list of tickets: by keyboard alone, live, for many tickets, on every screen."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.browser.test_account_pages import served
from tests.browser.test_desk_inbox import sign_in
from tests.browser.test_desk_sign_in import look
from tests.browser.waiting import until_holds
from tests.support.desk import PASSWORD, Desk, Organization
from tests.support.work import work

REFUSED = r"the server responded with a status of 422"


@pytest.fixture
async def sockets(page: Page) -> list[WebSocketRoute]:
    """The page's sockets, whose other end is the test."""
    opened = list[WebSocketRoute]()
    await page.route_web_socket("**/ws*", lambda socket: opened.append(socket))  # noqa: PLW0108 - a builtin is refused
    return opened


@pytest.fixture
async def base(page: Page, desk: Desk, sockets: list[WebSocketRoute]) -> AsyncIterator[str]:
    await page.set_viewport_size({"width": 1440, "height": 900})
    client = desk.client()
    if (await client.get("/setup")).json()["data"]["needed"]:
        first = {"organization": "First", "name": "Olu", "email": "olu@first.example", "password": PASSWORD}
        await client.post("/setup", first)
    async with served(page, desk) as address:
        yield f"{address}/desk"
        await page.goto("about:blank")


async def file_tickets(shop: Organization, count: int, **more: Any) -> list[dict[str, Any]]:
    customer, agent = await shop.person("customer"), await shop.client("agent")
    filed = []
    for number in range(1, count + 1):
        body = {"subject": f"Question {number}", "description": f"Words {number}", "requester_id": str(customer.id)}
        filed.append((await agent.post("/tickets", {**body, **more})).json()["data"])
    return filed


async def at_list(page: Page, base: str, shop: Organization, view: str) -> None:
    await sign_in(page, base, shop)
    await page.goto(f"{base}/inbox/{view}")
    await until_holds(page, "document.fonts.status === 'loaded'")
    await expect(page.get_by_role("grid")).to_be_visible()


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def statuses(shop: Organization) -> dict[str, str]:
    listed = (await (await shop.client("agent")).get("/tickets?limit=100")).json()["data"]["tickets"]
    return {ticket["subject"]: ticket["status"] for ticket in listed}


async def test_one_key_reads_the_next_ticket_and_the_row_keeps_the_focus(
    page: Page, base: str, shop: Organization
) -> None:
    await file_tickets(shop, 3)
    await at_list(page, base, shop, "unassigned?sort=number&order=asc")
    rows = page.get_by_role("grid").get_by_role("row")
    await expect(rows).to_have_count(3)
    for text in ("Customer", "Question 1", "Words 1"):
        await expect(rows.first).to_contain_text(text)
    for name in ("New", "Normal", "unassigned"):
        await expect(rows.first.get_by_role("img", name=name)).to_be_visible()
    await press(page, "j")
    await expect(page.get_by_role("heading", name="Question 1")).to_be_visible()
    await expect(rows.nth(0)).to_be_focused()
    await press(page, "j")
    await expect(page.get_by_role("heading", name="Question 2")).to_be_visible()
    await expect(rows.nth(1)).to_be_focused()
    await press(page, "ArrowDown", "k")
    await expect(page.get_by_role("heading", name="Question 2")).to_be_visible()
    assert await page.get_by_role("grid").get_attribute("aria-rowcount") == "3"
    assert await page.locator("[role=row][tabindex='0']").count() == 1, "one tab stop for all rows"


async def test_many_are_selected_and_solved_by_their_keys_and_one_key_takes_it_back(
    page: Page, base: str, shop: Organization
) -> None:
    await file_tickets(shop, 4)
    await at_list(page, base, shop, "unassigned?sort=number&order=asc")
    await press(page, "j", "x", "Shift+J")
    await expect(page.get_by_text("2 selected")).to_be_visible()
    await press(page, "e")
    await expect(page.get_by_text("Solved: 2 tickets.").first).to_be_visible()
    solved = {"Question 1": "solved", "Question 2": "solved", "Question 3": "new", "Question 4": "new"}
    assert await statuses(shop) == solved
    await press(page, "z")
    await expect(page.get_by_text("Solved, undone: 2 tickets.").first).to_be_visible()
    assert set((await statuses(shop)).values()) == {"new"}


async def test_status_and_priority_of_one_take_two_keys(page: Page, base: str, shop: Organization) -> None:
    await file_tickets(shop, 2)
    await at_list(page, base, shop, "all?sort=number&order=asc")
    row = page.get_by_role("grid").get_by_role("row").nth(0)
    await row.get_by_role("checkbox").check(force=True)
    await press(page, "s", "3")
    await expect(row.get_by_role("img", name="Pending")).to_be_visible()
    await row.get_by_role("checkbox").check(force=True)
    await press(page, "p", "4")
    await expect(row.get_by_role("img", name="Urgent")).to_be_visible()
    await expect(page.get_by_text("Urgent: 1 ticket.").first).to_be_visible()
    ticket = (await (await shop.client("agent")).get("/tickets?search=status:pending")).json()["data"]["tickets"][0]
    assert (ticket["subject"], ticket["priority"]) == ("Question 1", "urgent")


async def test_a_whole_list_is_changed_beyond_what_is_loaded(
    page: Page, base: str, desk: Desk, shop: Organization
) -> None:
    await file_tickets(shop, 60)
    await at_list(page, base, shop, "unassigned")
    await press(page, "Control+a", "Control+a")
    await expect(page.get_by_text("60 selected")).to_be_visible()
    await press(page, "i")
    await expect(page.get_by_text("Agent: 0 of 60 …").first).to_be_visible()
    await work(desk, shop)
    await expect(page.get_by_text("Agent: 60 tickets.").first).to_be_visible()
    counted = (await (await shop.client("agent")).get("/views/counts")).json()["data"]["built_in"]
    assert {each["id"]: each["count"] for each in counted}["mine"] == 60


async def test_rows_hold_still_under_the_keyboard_and_what_is_new_waits_behind_a_line(
    page: Page, base: str, shop: Organization, sockets: list[WebSocketRoute]
) -> None:
    tickets = await file_tickets(shop, 3)
    await at_list(page, base, shop, "unassigned?sort=number&order=asc")
    await press(page, "j")
    agent = await shop.person("agent")
    first = (await agent.client.patch(f"/tickets/{tickets[0]['id']}/status", {"status": "solved"})).json()["data"]
    [new] = await file_tickets(shop, 1)
    sockets[-1].send(json.dumps({"id": 5, "event": "ticket.updated", "data": {**first, "changes": {"status": {}}}}))
    sockets[-1].send(json.dumps({"id": 6, "event": "ticket.created", "data": new}))
    rows = page.get_by_role("grid").get_by_role("row")
    await expect(page.get_by_role("button", name="1 new .")).to_be_visible()
    await expect(rows.first).to_contain_text("no longer in this view")
    await expect(rows).to_have_count(3)
    await press(page, ".")
    await expect(page.get_by_role("button", name="1 new .")).to_be_hidden()
    await expect(rows.first).to_contain_text("Question 2")
    await expect(rows).to_have_count(3)
    await press(page, "j")
    await expect(page.get_by_role("heading", name="Question 2")).to_be_visible()


@pytest.mark.console(REFUSED)
async def test_chips_filter_a_list_and_become_a_view(page: Page, base: str, shop: Organization) -> None:
    await file_tickets(shop, 1, priority="urgent")
    await file_tickets(shop, 1)
    await at_list(page, base, shop, "unassigned")
    await press(page, "/")
    field = page.get_by_role("combobox", name="Search in this list")
    await expect(field).to_be_focused()
    await page.keyboard.type("prio")
    await expect(page.get_by_role("option", name="priority:")).to_be_visible()
    await press(page, "ArrowDown", "Enter")
    await page.keyboard.type("urg")
    await expect(page.get_by_role("option", name="urgent")).to_be_visible()
    await press(page, "ArrowDown", "Enter", "Enter")
    await expect(page.get_by_role("grid").get_by_role("row")).to_have_count(1)
    await expect(page).to_have_url(f"{base}/inbox/unassigned?q=priority:urgent")
    await look(page, "chips")
    await page.get_by_role("button", name="Save as view").click()
    await page.get_by_label("Name of the view").fill("Burning")
    await press(page, "Enter")
    await expect(page.get_by_role("heading", name="Burning · 1")).to_be_visible()
    await expect(page.get_by_role("link", name="Burning 1")).to_be_attached()
    await field.fill("priority:urgent staus:open")
    await press(page, "Enter")
    await expect(page.get_by_role("alert")).to_contain_text("status:")
    await field.fill("priority:low")
    await press(page, "Enter")
    await expect(page.get_by_role("heading", name="No ticket matches")).to_be_visible()
    await page.get_by_role("button", name="Remove ‹priority:low›").first.click()
    await expect(page.get_by_role("grid").get_by_role("row")).to_have_count(1)


async def test_density_and_order_are_kept(page: Page, base: str, shop: Organization) -> None:
    await file_tickets(shop, 2)
    await at_list(page, base, shop, "unassigned")
    row = page.get_by_role("grid").get_by_role("row").first
    for words, height in (("Rows of three lines", 64), ("Rows as a table", 32), ("Rows of two lines", 48)):
        await page.get_by_role("button", name="Last change").click()
        await page.get_by_role("menuitem", name=words).click()
        await expect(row).to_have_css("height", f"{height}px")
        await expect(page.get_by_role("menu")).to_be_hidden()
        await look(page, f"rows-{height}")
    await page.get_by_role("button", name="Last change").click()
    await page.get_by_role("menuitem", name="Number").click()
    await expect(page).to_have_url(f"{base}/inbox/unassigned?sort=number")
    await expect(row).to_contain_text("Question 2")
    await page.reload()
    await expect(page.get_by_role("button", name="Number")).to_be_visible()
    await expect(row).to_have_css("height", "48px")
    await page.goto(base)  # the address without a page leads to the view of the last time
    await expect(page).to_have_url(f"{base}/inbox/unassigned")


@pytest.mark.parametrize("width", [1000, 390, 320])
async def test_the_inbox_fits_smaller_screens(page: Page, base: str, shop: Organization, width: int) -> None:
    await file_tickets(shop, 2)
    await page.set_viewport_size({"width": width, "height": 800})
    await at_list(page, base, shop, "unassigned")
    await look(page, f"inbox-{width}")
    await page.get_by_role("button", name="Views").click()
    await page.get_by_role("link", name="Open").click()
    await expect(page.get_by_role("heading", name="Open · 2")).to_be_visible()
    await page.get_by_role("grid").get_by_role("row").first.click()
    await expect(page.get_by_role("heading", name="Question 2")).to_be_visible()
    await look(page, f"inbox-ticket-{width}")
    if width < 800:
        await page.go_back()
        await expect(page.get_by_role("grid")).to_be_visible()


async def test_panes_are_reached_by_f6_and_the_views_by_sequences(page: Page, base: str, shop: Organization) -> None:
    await file_tickets(shop, 1)
    await at_list(page, base, shop, "unassigned")
    await press(page, "F6")
    await expect(page.get_by_role("link", name="Inbox")).to_be_focused()
    await press(page, "F6")
    await expect(page.get_by_role("link", name="Unassigned 1")).to_be_focused()
    await press(page, "F6")
    await expect(page.get_by_role("grid").get_by_role("row").first).to_be_focused()
    await press(page, "Shift+F6", "g", "m")
    await expect(page).to_have_url(f"{base}/inbox/mine")
    await expect(page.get_by_role("link", name="Take from Unassigned (1)")).to_be_visible()
    await look(page, "inbox-empty")


async def test_the_palette_finds_a_ticket_by_number_and_by_a_word_and_a_person(
    page: Page, base: str, shop: Organization
) -> None:
    [_, second] = await file_tickets(shop, 2)
    await sign_in(page, base, shop)
    await expect(page.get_by_role("heading", name="Mine · 0")).to_be_visible()
    field = page.get_by_role("combobox", name="Find and do")
    found = page.get_by_role("listbox", name="Found").get_by_role("option")
    await press(page, "Control+k")
    await page.keyboard.type(f"#{second['number']}")
    await press(page, "Enter")
    await expect(page.get_by_role("heading", name="Question 2")).to_be_visible()
    await press(page, "Control+k")
    await expect(found.first).to_contain_text(f"Ticket #{second['number']}")
    await page.keyboard.type("words 1")
    await expect(found.filter(has_text="Question 1")).to_be_visible()
    await look(page, "palette-found")
    await press(page, "Enter")
    await expect(page.get_by_role("heading", name="Question 1")).to_be_visible()
    await press(page, "Control+k")
    await page.keyboard.type("@customer")
    await found.filter(has_text="contact").first.click()
    await expect(field).to_be_hidden()
    await expect(page.get_by_role("heading", name="Customer", exact=True)).to_be_visible()


async def test_a_ticket_is_filed_for_a_new_contact_and_what_was_written_is_kept(
    page: Page, base: str, shop: Organization
) -> None:
    await sign_in(page, base, shop)
    await expect(page.get_by_role("heading", name="Mine · 0")).to_be_visible()
    await press(page, "c")
    await expect(page.get_by_label("Who asks")).to_be_focused()
    await page.keyboard.type("ann@new.example")
    await page.get_by_label("Their name").fill("Ann Lee")
    await page.get_by_label("Subject").fill("By phone")
    await look(page, "new-ticket")
    await page.reload()
    await expect(page.get_by_label("Subject")).to_have_value("By phone")
    await page.get_by_label("What the customer says").fill("The zip is stuck.")
    await press(page, "Control+Enter")
    await expect(page.get_by_role("heading", name="By phone")).to_be_visible()
    [ticket] = (await (await shop.client("agent")).get("/tickets")).json()["data"]["tickets"]
    assert (ticket["requester"]["name"], ticket["channel"]) == ("Ann Lee", "phone")
    await press(page, "c")
    await expect(page.get_by_label("Subject")).to_have_value("")
    await page.get_by_label("Who asks").fill("ann")
    await expect(page.get_by_role("option", name="Ann Lee")).to_be_visible()
    await press(page, "Enter")
    await expect(page.get_by_text("ann@new.example")).to_be_visible()
