"""The keys that each act of an agent costs, in addition to the words themselves: the table that the app promises."""

import re
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Response, expect

from tests.browser.test_desk_inbox_list import at_list, base, file_tickets, sockets
from tests.support.desk import Organization

__all__ = ["base", "sockets"]


def changed(answer: Response) -> bool:
    """Whether the server has taken a change of a ticket."""
    return (
        answer.request.method == "PUT" and re.search(r"/tickets/[0-9a-f-]{36}$", answer.url) is not None and answer.ok
    )


def said(answer: Response) -> bool:
    """Whether the server has taken words."""
    return answer.url.endswith("/comments") and answer.ok


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)
            self.count += 1

    async def words(self, text: str) -> None:
        """Words are no cost of the app."""
        await self.page.keyboard.type(text)

    def spent(self) -> int:
        count, self.count = self.count, 0
        return count


def rows(page: Page) -> Locator:
    return page.get_by_role("grid").get_by_role("row")


async def ticket_of(shop: Organization, number: int) -> dict[str, Any]:
    found: dict[str, Any] = (await (await shop.client("agent")).get(f"/tickets/{number}")).json()["data"]
    return found


async def written(page: Page, keys: Keys, key: str, text: str) -> None:
    await keys.press(key)
    await expect(page.get_by_role("toolbar", name="Format").or_(page.get_by_role("toolbar")).first).to_be_visible()
    await keys.words(text)


Spent = dict[str, int]


async def read_and_write(page: Page, keys: Keys, spent: Spent) -> None:
    head = page.get_by_role("article", name="Ticket #")
    await keys.press("j")
    await expect(head.get_by_role("heading", name="Question 8")).to_be_visible()
    spent["read the next"] = keys.spent()

    await written(page, keys, "r", "It is on its way.")
    async with page.expect_response(said):
        await keys.press("Control+Enter")
    await expect(page.get_by_role("feed")).to_contain_text("It is on its way.")
    spent["reply"] = keys.spent()

    await written(page, keys, "n", "A known fault.")
    async with page.expect_response(said):
        await keys.press("Control+Enter")
    spent["note"] = keys.spent()

    await written(page, keys, "r", "Solved.")
    async with page.expect_response(said):
        await keys.press("Control+Shift+Enter")
    await expect(head.get_by_role("heading", name="Question 7")).to_be_visible()
    spent["reply, solve, next"] = keys.spent()


async def set_properties(page: Page, keys: Keys, spent: Spent) -> None:
    head = page.get_by_role("article", name="Ticket #")
    async with page.expect_response(changed):
        await keys.press("p", "4")
    await expect(head.get_by_role("button", name="Urgent")).to_be_visible()
    spent["priority"] = keys.spent()
    async with page.expect_response(changed):
        await keys.press("i")
    spent["take"] = keys.spent()
    await keys.press("t")
    await expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    await keys.words("late")
    await expect(page.get_by_role("dialog").get_by_role("option", name="late")).to_be_visible()
    async with page.expect_response(changed):
        await keys.press("Enter")
    spent["tag"] = keys.spent()


async def answer_with_a_canned_response(page: Page, keys: Keys, spent: Spent) -> None:
    await written(page, keys, "r", "")
    keys.spent()  # the reply was begun
    await keys.press("/", "t", "h")
    await expect(page.get_by_role("option", name="Thanks")).to_have_attribute("aria-selected", "true")
    await keys.press("Enter")
    await expect(page.get_by_role("textbox", name="Reply to Customer")).to_contain_text("Thank you.")
    spent["canned"] = keys.spent()
    async with page.expect_response(said):
        await page.keyboard.press("Control+Enter")


async def set_statuses_and_find(page: Page, keys: Keys, spent: Spent) -> None:
    head = page.get_by_role("article", name="Ticket #")
    async with page.expect_response(changed):
        await keys.press("s", "3")
    await expect(head.get_by_role("button", name="Pending")).to_be_visible()
    spent["any status"] = keys.spent()
    async with page.expect_response(changed):
        await keys.press("e")
    await expect(head.get_by_role("button", name="Reopen")).to_be_visible()
    spent["solve"] = keys.spent()

    await keys.press("Control+k")
    await keys.words("Question 3")
    await expect(page.get_by_role("option", name="Question 3").first).to_be_visible()
    await expect(page.get_by_role("option", name="Question 3").first).to_have_attribute("aria-selected", "true")
    await keys.press("Enter")
    await expect(head.get_by_role("heading", name="Question 3")).to_be_visible()
    spent["find"] = keys.spent()


async def act_on_many(page: Page, keys: Keys, spent: Spent) -> None:
    head = page.get_by_role("article", name="Ticket #")
    await expect(rows(page)).to_have_count(6)
    await page.keyboard.press("j")
    await expect(head.get_by_role("heading", name="Question 6")).to_be_visible()
    await page.keyboard.press("Escape")
    await keys.press("x", "Shift+j", "e")
    await expect(page.get_by_text("Solved: 2 tickets.").first).to_be_visible()
    spent["two at once"] = keys.spent()
    await keys.press("z")
    await expect(page.get_by_text("undone").first).to_be_visible()
    spent["undo"] = keys.spent()


@pytest.mark.console(r"status of 412", sometimes=True)  # replies follow the agent's own changes, and are sent again
async def test_each_act_costs_the_keys_that_are_promised(page: Page, base: str, shop: Organization) -> None:
    agent = await shop.client("agent")
    await agent.put("/settings/preferences", {"undo_seconds": 0, "after_solve": "next"})
    await (await shop.client("admin")).post(
        "/canned-responses", {"title": "Thanks", "content": "Thank you.", "shortcut": "th"}
    )
    filed = await file_tickets(shop, 8)
    await at_list(page, base, shop, "unassigned")
    keys = Keys(page)
    spent: dict[str, int] = {}
    await read_and_write(page, keys, spent)
    assert (await ticket_of(shop, filed[7]["number"]))["status"] == "solved"
    await set_properties(page, keys, spent)
    assert (await ticket_of(shop, filed[6]["number"]))["tags"] == ["late"]
    await answer_with_a_canned_response(page, keys, spent)
    await set_statuses_and_find(page, keys, spent)
    await page.goto(f"{base}/inbox/unassigned")
    await act_on_many(page, keys, spent)
    assert spent == {
        "read the next": 1, "reply": 2, "note": 2, "reply, solve, next": 2, "priority": 2, "take": 1, "tag": 2,
        "canned": 4, "any status": 2, "solve": 1, "find": 2, "two at once": 3, "undo": 1,
    }  # fmt: skip
