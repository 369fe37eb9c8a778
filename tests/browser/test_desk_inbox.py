"""An agent reads, answers and solves tickets in the browser; what others do shows without a reload."""

import json
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.browser.test_account_pages import served
from tests.support.desk import PASSWORD, Desk, Organization


@pytest.fixture
async def sockets(page: Page) -> list[WebSocketRoute]:
    """The page's sockets, whose other end is the test."""
    opened = list[WebSocketRoute]()
    await page.route_web_socket("**/ws?*", lambda socket: opened.append(socket))  # noqa: PLW0108 - a builtin is refused
    return opened


@pytest.fixture
async def base(page: Page, desk: Desk, sockets: list[WebSocketRoute]) -> AsyncIterator[str]:
    client = desk.client()
    if (await client.get("/setup")).json()["data"]["needed"]:
        first = {"organization": "First", "name": "Olu", "email": "olu@first.example", "password": PASSWORD}
        assert (await client.post("/setup", first)).status_code == 201
    async with served(page, desk) as address:
        yield f"{address}/desk"
        await page.goto("about:blank")  # nothing may be asked once the routes are gone


async def file_ticket(shop: Organization, subject: str) -> dict[str, str]:
    customer = await shop.client("customer")
    body = {"subject": subject, "description": "<b>It broke</b> on day one."}
    ticket: dict[str, str] = (await customer.post("/tickets", body)).json()["data"]
    return ticket


async def sign_in(page: Page, base: str, shop: Organization) -> None:
    await shop.person("owner")  # a desk without one asks for its first owner
    await page.goto(f"{base}/sign-in")
    await page.get_by_label("E-mail address").fill((await shop.person("agent")).email)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/inbox/mine")


@pytest.mark.console(r"status of 412", sometimes=True)  # the reply follows the agent's own changes, and is sent again
async def test_an_agent_takes_answers_and_solves_a_ticket_by_keyboard(
    page: Page, base: str, shop: Organization
) -> None:
    await (await shop.client("agent")).put("/settings/preferences", {"undo_seconds": 0, "after_solve": "stay"})
    ticket = await file_ticket(shop, "Zip is broken")
    await sign_in(page, base, shop)
    await page.goto(f"{base}/inbox/unassigned")
    await expect(page.get_by_role("heading", name="Unassigned · 1")).to_be_visible()
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", name="Zip is broken")).to_be_visible()
    await expect(page.get_by_text("<b>It broke</b> on day one.").last).to_be_visible()
    await page.keyboard.press("i")
    about = page.get_by_role("heading", name="Zip is broken").locator("xpath=..")
    await expect(about.get_by_text("Agent", exact=True)).to_be_visible()

    await page.keyboard.press("n")
    await expect(page.get_by_text("Only your team sees this")).to_be_visible()
    await page.keyboard.type("A known fault of this batch.")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()  # the editor has the words
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("textbox", name="Internal note")).to_have_count(0)
    await page.keyboard.press("r")
    await page.keyboard.type("A new one is on its way.")
    await expect(page.get_by_role("toolbar", name="Format")).to_be_visible()  # the editor has the words
    await page.keyboard.press("Control+Shift+Enter")
    await expect(page.get_by_text("status: Open → Solved")).to_be_visible()

    customer = await shop.client("customer")
    comments = (await customer.get(f"/tickets/{ticket['id']}/comments")).json()["data"]
    assert [each["body"] for each in comments] == ["A new one is on its way."]
    assert (await customer.get(f"/tickets/{ticket['id']}")).json()["data"]["status"] == "solved"


@pytest.mark.console(r"status of 404")
async def test_the_words_of_others_show_without_a_reload_and_drafts_survive_one(
    page: Page, base: str, shop: Organization, sockets: list[WebSocketRoute]
) -> None:
    ticket = await file_ticket(shop, "Where is it?")
    await sign_in(page, base, shop)
    await page.goto(f"{base}/tickets/{ticket['number']}")
    await expect(page.get_by_role("heading", name="Where is it?")).to_be_visible()
    await page.keyboard.press("r")
    await page.keyboard.type("Half an answer")
    await expect(page.get_by_text("Draft saved")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("textbox", name="Reply to Customer")).to_have_text("Half an answer")
    customer = await shop.client("customer")
    await customer.post(f"/tickets/{ticket['id']}/comments", {"body": "It has just arrived!"})
    sockets[-1].send(json.dumps({"event": "comment.added", "data": {"ticket_id": ticket["id"]}}))
    await expect(page.get_by_text("It has just arrived!").last).to_be_visible()
    await expect(page.get_by_role("textbox", name="Reply to Customer")).to_have_text("Half an answer")
    await page.goto(f"{base}/tickets/999999")
    await expect(page.get_by_role("heading", name="There is no ticket #999999")).to_be_visible()
