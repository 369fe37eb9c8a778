"""Faults in the rarer acts of an agent, and when one takes them back: each says what happened and can be tried again."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, Response, expect

from tests.browser.test_desk_faults import SAID, refuse_writes
from tests.browser.test_desk_ticket import Opened, app, filed
from tests.support.desk import Client, Organization

pytestmark = pytest.mark.intercepts

__all__ = ["app"]

FAULTS = pytest.mark.parametrize("fault", ["500", "412", "lost"])
PROVOKED = pytest.mark.console(r"status of (412|500)|ERR_FAILED")


def answered(end: str) -> Any:
    """Whether the server has performed a request whose address ends so."""

    def matches(answer: Response) -> bool:
        return answer.request.method != "GET" and answer.url.endswith(end) and answer.ok

    return matches


async def choose(page: Page, key: str, name: str, typed: str, option: str) -> None:
    """Asks by a key for the choices of a command, and takes the one that the typed words find."""
    await page.keyboard.press(key)
    await expect(page.get_by_role("combobox", name=name)).to_be_focused()
    await page.keyboard.type(typed)
    found = page.get_by_role("dialog").get_by_role("option", name=option)
    await expect(found).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def says(page: Page, before: str, fault: str) -> None:
    """Waits for the words at the pane's foot."""
    await expect(page.get_by_text(re.compile(f"{before}: .*{SAID[fault]}")).first).to_be_visible()


async def made(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


@PROVOKED
@FAULTS
async def test_a_group_and_a_macro_that_fail_change_nothing_and_so_does_an_undo(
    page: Page, app: Opened, shop: Organization, fault: str
) -> None:
    owner = await shop.client("owner")
    await made(owner, "/groups", {"name": "Returns"})
    await made(owner, "/macros", {"title": "Waiting for parts", "do": [{"set": {"status": "pending"}}], "shared": True})
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    details = page.get_by_role("complementary", name="Details")
    await expect(details.get_by_role("button", name="Group No group")).to_be_visible()
    await page.get_by_role("feed").focus()
    mend = await refuse_writes(page, fault)
    await choose(page, "m", "Move to a group", "Returns", "Returns")
    await expect(details.get_by_role("alert").first).to_be_visible()
    await expect(details.get_by_role("button", name="Group No group")).to_be_visible()
    await choose(page, "Shift+M", "Apply a macro", "parts", "Waiting for parts")
    await says(page, "not applied", fault)
    await expect(details.get_by_label("Status")).to_have_value("new")

    await mend()
    async with page.expect_response(answered("/apply")):
        await choose(page, "Shift+M", "Apply a macro", "parts", "Waiting for parts")
    await expect(page.get_by_text("Macro: Waiting for parts").first).to_be_visible()
    await expect(details.get_by_label("Status")).to_have_value("pending")
    mend = await refuse_writes(page, fault)
    await page.keyboard.press("z")
    await says(page, "Not undone", fault)
    await mend()
    async with page.expect_response(answered("/undo")):
        await page.keyboard.press("z")
    await expect(details.get_by_label("Status")).to_have_value("new")


@PROVOKED
@FAULTS
async def test_a_ticket_that_cannot_be_restored_now_is_restored_later(
    page: Page, app: Opened, shop: Organization, fault: str
) -> None:
    ticket = await filed(await shop.client("customer"))
    await page.goto("about:blank")
    await page.context.clear_cookies()
    await app.sign_in((await shop.person("owner")).email)
    async with page.expect_response("**/read"):  # it would not find a ticket that is deleted by then
        await app.show(ticket["number"])
    await page.get_by_role("feed").focus()
    await page.keyboard.press("Delete")
    gone = page.get_by_role("heading", name=f"Ticket #{ticket['number']} was deleted")
    await expect(gone).to_be_visible()
    mend = await refuse_writes(page, fault)
    await page.get_by_role("button", name="Restore").click()
    await expect(page.get_by_role("alert").filter(has_text=SAID[fault])).to_be_visible()
    await page.keyboard.press("z")
    await says(page, "Not undone", fault)
    await expect(gone).to_be_visible()
    await mend()
    async with page.expect_response(answered("/restore")):
        await page.keyboard.press("z")
    await expect(page.get_by_role("feed")).to_be_visible()


@PROVOKED
@FAULTS
async def test_an_undo_of_a_snooze_that_fails_can_be_tried_again(
    page: Page, app: Opened, shop: Organization, fault: str
) -> None:
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    waits = page.get_by_role("article", name="Ticket #").get_by_role("button", name="waits until")
    await expect(page.get_by_role("complementary", name="Details").get_by_label("Priority")).to_be_visible()
    await page.get_by_role("feed").focus()  # the key comes with the details
    async with page.expect_response(answered("/snooze")):
        await choose(page, "h", "Let it wait until …", "2d", "In 2d")
    await expect(waits).to_be_visible()
    mend = await refuse_writes(page, fault)
    await page.keyboard.press("z")
    await says(page, "Not undone", fault)
    await expect(waits).to_be_visible()
    await mend()
    async with page.expect_response(answered("/snooze")):
        await page.keyboard.press("z")
    await expect(waits).to_have_count(0)
    kept = (await (await shop.client("agent")).get(f"/tickets/{ticket['id']}")).json()["data"]
    assert kept["snoozed_until"] is None


@PROVOKED
@FAULTS
async def test_a_reply_that_cannot_be_taken_back_now_can_be_as_long_as_it_is_held(
    page: Page, app: Opened, shop: Organization, fault: str
) -> None:
    agent = await shop.client("agent")
    await agent.put("/settings/preferences", {"undo_seconds": 30})
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("Sent too early")
    async with page.expect_response(answered("/comments")):
        await page.keyboard.press("Control+Enter")
    take_back = page.get_by_role("article", name="Message from Agent").get_by_role("button", name="Undo")
    await expect(take_back).to_be_visible()
    mend = await refuse_writes(page, fault)
    await page.keyboard.press("z")
    await says(page, "Not undone", fault)
    await mend()
    await take_back.click()
    await expect(page.get_by_role("textbox", name="Reply to Customer")).to_have_text("Sent too early")
    assert (await agent.get(f"/tickets/{ticket['id']}/comments")).json()["data"] == []


@PROVOKED
@FAULTS
async def test_a_canned_response_that_is_not_saved_keeps_its_words(
    page: Page, app: Opened, shop: Organization, fault: str
) -> None:
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("Please restart it. /save")
    await page.get_by_role("option", name="Save as canned response").click()
    form = page.get_by_role("form", name="Save as canned response")
    await form.get_by_label("Title").fill("Restart")
    await form.get_by_label("Letters after /").fill("re")
    mend = await refuse_writes(page, fault)
    await form.get_by_label("Title").press("Enter")
    await expect(form.get_by_role("alert")).to_contain_text(SAID[fault])
    await expect(form.get_by_label("Title")).to_have_value("Restart")
    await expect(form.get_by_label("Letters after /")).to_have_value("re")
    await mend()
    await form.get_by_label("Title").press("Enter")
    await expect(form).to_have_count(0)
    (kept,) = (await (await shop.client("agent")).get("/canned-responses")).json()["data"]
    assert (kept["title"], kept["shortcut"]) == ("Restart", "re")


@PROVOKED
@FAULTS
async def test_what_one_sets_for_oneself_and_is_not_kept_says_so(
    page: Page, app: Opened, shop: Organization, fault: str
) -> None:
    me, agent = await shop.person("agent"), await shop.client("agent")
    ticket = await filed(await shop.client("customer"))
    async with page.expect_response("**/read"):
        await app.show(ticket["number"])
    account = page.get_by_role("button", name="Your account")
    mend = await refuse_writes(page, fault)
    await page.get_by_role("feed").focus()
    await page.keyboard.press("u")
    await says(page, "Not marked as unread", fault)
    await choose(page, "Control+k", "Find and do", "Rows of three lines", "Rows of three lines")
    await says(page, "Not changed", fault)
    await account.click()
    await page.get_by_role("menuitem", name="Busy").click()
    await says(page, "Availability not set", fault)
    await account.click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await says(page, "Not signed out", fault)
    await expect(page.get_by_role("feed")).to_be_visible()

    await page.goto(f"{app.base}/settings/appearance")
    await page.get_by_label("Dark").check()
    await page.keyboard.press("Control+s")
    shown = "A colleague changed this meanwhile" if fault == "412" else SAID[fault]
    await expect(page.get_by_role("alert").filter(has_text=shown)).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
    await page.reload()
    await expect(page.get_by_label("Dark")).to_be_checked()
    await mend()
    async with page.expect_response(answered("/settings/preferences")):
        await page.keyboard.press("Control+s")
    await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("combobox", name="Find and do")).to_be_focused()
    await page.keyboard.type("Set my availability")
    await expect(page.get_by_role("option", name="Set my availability")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("option", name="Busy")).to_be_visible()
    async with page.expect_response(answered(f"/agents/{me.id}/status")):
        await page.keyboard.press("2")
    await expect(page.get_by_text("Availability: Busy").first).to_be_visible()
    (found,) = (await agent.get(f"/people?ids={me.id}")).json()["data"]
    assert found["availability"] == "busy"
