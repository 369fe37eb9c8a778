"""Statuses and forms of an organization in its tickets: a field that is needed is asked for in its place."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.test_desk_sign_in import look
from tests.browser.test_desk_ticket import Opened, app, filed
from tests.support.desk import Client, Organization

__all__ = ["app"]


def written(page: Page, ticket: dict[str, Any]) -> Any:
    """Waits until the server has taken a change of the ticket."""
    return page.expect_response(
        lambda each: each.request.method == "PUT" and each.url.endswith(ticket["id"]) and each.ok
    )


async def made(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(path, body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


async def test_a_status_of_the_organization_is_set_in_place_and_by_key(
    page: Page, app: Opened, shop: Organization
) -> None:
    owner, agent = await shop.client("owner"), await shop.client("agent")
    await made(owner, "/statuses", {"name": "Waiting for parts", "category": "pending"})
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    status = page.get_by_role("complementary", name="Details").get_by_label("Status")
    state = page.get_by_role("article", name="Ticket #").get_by_role("button", name="Waiting for parts")
    async with written(page, ticket):
        await status.select_option(label="\u2003 Waiting for parts")
    await expect(state).to_be_visible()
    found = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (found["status"], found["custom_status"]["name"]) == ("pending", "Waiting for parts")
    async with written(page, ticket):
        await status.select_option("pending")
    await expect(state).to_have_count(0)
    assert (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]["custom_status"] is None
    await page.get_by_role("feed").focus()
    await page.keyboard.press("s")
    await expect(page.get_by_role("dialog").get_by_role("option", name="Waiting for parts")).to_be_visible()
    await page.keyboard.type("parts")
    await expect(page.get_by_role("dialog").get_by_role("option")).to_have_count(1)
    async with written(page, ticket):
        await page.keyboard.press("Enter")
    await expect(state).to_be_visible()
    await look(page, "own-status")


@pytest.mark.console(r"status of 422")
async def test_a_form_shows_what_its_conditions_say_and_asks_for_what_is_missing_before_a_solve(
    page: Page, app: Opened, shop: Organization
) -> None:
    owner, agent = await shop.client("owner"), await shop.client("agent")
    options = [{"key": key, "label": key.title()} for key in ("question", "return")]
    await made(owner, "/fields", {"key": "kind", "type": "dropdown", "label": "Kind", "options": options})
    await made(owner, "/fields", {"key": "order", "type": "text", "label": "Order number"})
    await made(owner, "/fields", {"key": "unused", "type": "text", "label": "Not in the form"})
    items = [{"field": "kind"}, {"field": "order", "required": "solve", "show": "field.kind:return"}]
    await made(owner, "/forms", {"name": "All", "default": True, "items": items})
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    details = page.get_by_role("complementary", name="Details")
    order = details.get_by_role("textbox", name="Order number")
    await expect(details.get_by_label("Kind")).to_be_visible()
    await expect(order).to_have_count(0)
    await expect(details.get_by_text("Not in the form")).to_have_count(0)
    await details.get_by_label("Kind").select_option("return")
    await expect(order).to_be_visible()
    await expect(details.get_by_text("needed to solve")).to_be_visible()
    await page.get_by_role("feed").focus()
    await page.keyboard.press("e")
    await expect(order).to_be_focused()
    await expect(details.get_by_role("alert").filter(has_text="Order number").first).to_be_visible()
    await look(page, "needed-fields")
    await page.keyboard.type("A-10412")
    async with written(page, ticket):
        await page.keyboard.press("Enter")
    await expect(details.get_by_text("needed to solve")).to_have_count(0)
    async with written(page, ticket):
        await details.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    found = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (found["status"], found["fields"]["order"]) == ("solved", "A-10412")


@pytest.mark.console(r"status of 4(12|22)")  # the ticket has changed since: the reply is sent again
async def test_a_reply_that_solves_asks_for_the_missing_field_and_keeps_its_words(
    page: Page, app: Opened, shop: Organization
) -> None:
    owner = await shop.client("owner")
    await made(owner, "/fields", {"key": "cause", "type": "text", "label": "Cause"})
    items = [{"field": "cause", "required": "solve"}]
    await made(owner, "/forms", {"name": "All", "default": True, "items": items})
    agent = await shop.client("agent")
    await agent.put("/settings/preferences", {"undo_seconds": 0, "after_solve": "stay"})
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("It is mended.")
    await page.keyboard.press("Control+Shift+Enter")
    cause = page.get_by_role("complementary", name="Details").get_by_role("textbox", name="Cause")
    await expect(cause).to_be_focused()
    await page.keyboard.type("A bent pin")
    async with written(page, ticket):
        await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Retry").click()
    await expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    comments = (await agent.get(f"/tickets/{ticket['id']}/comments")).json()["data"]
    assert [each["body"] for each in comments] == ["It is mended."]


@pytest.mark.console(r"status of 422")
@pytest.mark.parametrize("width", [1280, 390])
async def test_a_new_ticket_asks_for_what_its_form_needs(
    page: Page, app: Opened, shop: Organization, width: int
) -> None:
    owner, customer = await shop.client("owner"), await shop.person("customer")
    options = [{"key": key, "label": key.title()} for key in ("question", "return")]
    await made(owner, "/fields", {"key": "kind", "type": "dropdown", "label": "Kind", "options": options})
    await made(owner, "/fields", {"key": "order", "type": "text", "label": "Order number"})
    items = [
        {"field": "kind", "required": "create"}, {"field": "order", "required": "create", "show": "field.kind:return"},
    ]  # fmt: skip
    await made(owner, "/forms", {"name": "All", "default": True, "items": items})
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"{app.base}/new")
    await page.get_by_label("Who asks").fill(customer.email)
    await page.get_by_label("Subject").fill("A call")
    await page.get_by_label("What the customer says").fill("It rang.")
    await expect(page.get_by_text("needed to create")).to_be_visible()
    await page.get_by_role("button", name="Create the ticket").press("Enter")
    kind = page.get_by_label("Kind")
    await expect(kind).to_be_focused()
    await expect(page.get_by_role("alert").first).to_be_visible()
    await look(page, f"new-needed-{width}")
    await kind.select_option("return")
    order = page.get_by_label("Order number")
    await order.fill("A-10412")
    await order.press("Tab")
    await expect(page.get_by_text("needed to create")).to_have_count(0)
    await page.get_by_role("button", name="Create the ticket").press("Enter")
    await expect(page.get_by_role("heading", name="A call")).to_be_visible()
    [found] = (await owner.get("/tickets")).json()["data"]["tickets"]
    ticket = (await owner.get(f"/tickets/{found['id']}")).json()["data"]
    assert ticket["fields"] == {"kind": "return", "order": "A-10412"}


@pytest.mark.console(r"status of 422")
async def test_a_phone_leads_to_the_field_that_is_needed_before_a_solve(
    page: Page, app: Opened, shop: Organization
) -> None:
    owner, agent = await shop.client("owner"), await shop.client("agent")
    await made(owner, "/fields", {"key": "cause", "type": "text", "label": "Cause"})
    await made(owner, "/forms", {"name": "All", "default": True, "items": [{"field": "cause", "required": "solve"}]})
    ticket = await filed(await shop.client("customer"))
    await page.set_viewport_size({"width": 390, "height": 800})
    await app.show(ticket["number"])
    await page.get_by_role("button", name="Solve", exact=True).click()
    details = page.get_by_role("complementary", name="Details")
    cause = details.get_by_role("textbox", name="Cause")
    await expect(cause).to_be_focused()
    await expect(cause).to_be_in_viewport()
    await look(page, "needed-fields-phone")
    await page.keyboard.type("A bent pin")
    async with written(page, ticket):
        await page.keyboard.press("Enter")
    async with written(page, ticket):
        await details.get_by_role("button", name="Try again").click()
    found = (await agent.get(f"/tickets/{ticket['id']}")).json()["data"]
    assert (found["status"], found["fields"]["cause"]) == ("solved", "A bent pin")


async def test_words_are_kept_as_a_canned_response(page: Page, app: Opened, shop: Organization) -> None:
    agent = await shop.client("agent")
    await agent.put("/settings/preferences", {"undo_seconds": 0})
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("Please **restart** it. /save")
    await page.get_by_role("option", name="Save as canned response").click()
    form = page.get_by_role("form", name="Save as canned response")
    await expect(form.get_by_label("Title")).to_have_value("Please restart it.")
    await form.get_by_label("Letters after /").fill("re")
    await look(page, "save-canned")
    await page.keyboard.press("Enter")
    await expect(form).to_have_count(0)
    await expect(page.get_by_role("textbox", name="Reply to Customer")).to_be_focused()
    (kept,) = (await agent.get("/canned-responses")).json()["data"]
    assert (kept["title"], kept["content"].strip(), kept["shortcut"]) == (
        "Please restart it.", "Please **restart** it.", "re",
    )  # fmt: skip
    async with page.expect_response(lambda each: each.url.endswith("/comments") and each.ok):
        await page.keyboard.press("Control+Enter")
    reply = page.get_by_role("article", name="Message from Agent")
    await reply.get_by_role("button", name="Save as canned response").click()
    await form.get_by_label("Letters after /").fill("re")
    await expect(form.get_by_label("Title")).to_have_value("Please restart it.")
