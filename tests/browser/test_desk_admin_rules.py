"""An admin makes a rule and a field in the browser, and a new ticket shows that the rule works."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser.desk_pages import REFUSED, arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Desk, Organization


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.console(REFUSED)
async def test_a_rule_made_in_the_browser_acts_on_a_new_ticket(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/rules/new")
    await page.get_by_label("Name", exact=True).fill("Invoices are urgent")
    await page.get_by_label("If all of these hold").fill("subject:invoice*\ncolour:red")
    await expect(page.get_by_text("colour")).to_have_count(2)
    await page.get_by_label("If all of these hold").fill("subject:invoice*")
    await expect(page.get_by_text("The conditions are valid.")).to_be_visible()
    await page.get_by_role("button", name="Add an action").press("Enter")
    await page.get_by_label("Value of action 1").select_option("urgent")
    await page.get_by_role("button", name="Add an action").press("Enter")
    await page.get_by_label("Action 2", exact=True).select_option("set.group")
    await page.get_by_label("Value of action 2").fill("Nowhere")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("alert")).to_be_visible()
    await page.get_by_role("button", name="Remove action 2").press("Enter")
    await look(page, "admin-rule")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Invoices are urgent")).to_be_visible()
    ticket = {"subject": "Invoices of May", "description": "Where are they?"}
    assert (await client.post("/tickets", ticket)).json()["data"]["priority"] == "urgent"
    await page.reload()
    await expect(page.get_by_text("It has not fired yet.")).to_be_hidden()
    await expect(page.get_by_role("region", name="Last firings").get_by_role("listitem")).to_have_count(1)

    await page.get_by_label("On", exact=True).press("Space")
    await save(page)
    assert (await client.post("/tickets", ticket)).json()["data"]["priority"] == "normal"


async def test_an_automation_reminds_and_then_solves(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/rules/new")
    await page.get_by_label("Name", exact=True).fill("Remind, then solve")
    await page.get_by_label("some time after a moment").press("Space")
    await page.get_by_label("Time", exact=True).fill("3d")
    await page.get_by_label("Again every").fill("1d")
    await page.get_by_label("At most so many times").fill("3")
    await page.get_by_label("If all of these hold").fill("status:pending")
    await page.get_by_role("button", name="Add an action").press("Enter")
    await page.get_by_label("Action 1", exact=True).select_option("reply.text")
    await page.get_by_label("Value of action 1").fill("Hello {{requester.name}},\n\nstill there?")
    await page.get_by_role("button", name="Add a last action").press("Enter")
    await page.get_by_label("Last action 1", exact=True).select_option("set.status")
    await page.get_by_label("Value of last action 1").select_option("solved")
    await look(page, "admin-automation")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Remind, then solve")).to_be_visible()
    await expect(page.get_by_text("3d after the staff last wrote: reply “Hello")).to_be_visible()
    (rule,) = (await client.get("/rules")).json()["data"]
    assert (rule["after"], rule["since"], rule["repeat"]) == ("3d", "staff.wrote", {"every": "1d", "most": 3})
    assert rule["do"] == [{"reply": {"text": "Hello {{requester.name}},\n\nstill there?"}}]
    assert rule["finally"] == [{"set": {"status": "solved"}}]
    await page.get_by_label("Time", exact=True).fill("2d")
    await save(page)
    assert (await client.get(f"/rules/{rule['id']}")).json()["data"]["after"] == "2d"


async def test_files_are_attached_to_the_words_of_a_rule_and_of_a_macro(
    page: Page, base: str, shop: Organization
) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/rules/new")
    await page.get_by_label("Name", exact=True).fill("Send the form")
    await page.get_by_role("button", name="Add an action").press("Enter")
    await page.get_by_label("Action 1", exact=True).select_option("reply.text")
    await page.get_by_label("Value of action 1").fill("The form is attached.")
    files: list[FilePayload] = [
        {"name": name, "mimeType": "text/plain", "buffer": b"Form"} for name in ("form.txt", "help.txt", "wrong.txt")
    ]
    await page.get_by_label("Choose files").set_input_files(files)
    listed = page.get_by_role("list", name="Files of action 1").get_by_role("listitem")
    await expect(listed).to_have_count(3)
    await page.get_by_role("button", name="Remove wrong.txt").press("Enter")
    await expect(listed).to_have_count(2)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Send the form")).to_be_visible()
    (rule,) = (await client.get("/rules")).json()["data"]
    assert rule["do"] == [{"reply": {"text": "The form is attached.", "files": ["form.txt", "help.txt"]}}]
    assert [each["filename"] for each in rule["files"]] == ["form.txt", "help.txt"]
    await page.reload()
    await page.get_by_role("button", name="Remove help.txt").press("Enter")
    await save(page)
    (rule,) = (await client.get("/rules")).json()["data"]
    assert [each["filename"] for each in rule["files"]] == ["form.txt"]

    await page.goto(f"{base}/admin/macros/new")
    await page.get_by_label("Title", exact=True).fill("Send the form")
    await page.get_by_label("a reply to the customer").press("Space")
    await page.get_by_label("Words").fill("The form is attached.")
    await page.get_by_label("Choose files").set_input_files(files[:2])
    await expect(page.get_by_role("list", name="Files", exact=True).get_by_role("listitem")).to_have_count(2)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Send the form")).to_be_visible()
    (macro,) = (await client.get("/macros")).json()["data"]
    assert [each["filename"] for each in macro["files"]] == ["form.txt", "help.txt"]
    await page.get_by_role("button", name="Remove form.txt").press("Enter")
    await save(page)
    (macro,) = (await client.get("/macros")).json()["data"]
    assert [each["filename"] for each in macro["files"]] == ["help.txt"]


async def test_rules_change_places_by_keyboard(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    for name in ("First", "Second", "Third"):
        rule = {"name": name, "on": ["ticket.created"], "do": [{"set": {"priority": "low"}}]}
        assert (await client.post("/rules", rule)).status_code == 201
    await arrive(page, base, shop, "admin", "/admin/rules")
    await page.get_by_role("link", name="Third").focus()
    async with page.expect_response("**/rules/order"):
        await page.keyboard.press("Alt+ArrowUp")
    await expect(page.get_by_role("link", name="Third")).to_be_focused()
    assert [rule["name"] for rule in (await client.get("/rules")).json()["data"]] == ["First", "Third", "Second"]
    await page.keyboard.press("Enter")
    async with page.expect_response("**/rules/order"):
        await page.get_by_role("button", name="Move up").press("Enter")
    await expect(page.get_by_text("Rule 1 of 3")).to_be_visible()
    await look(page, "admin-rules")
    async with page.expect_response("**/rules/order"):
        await page.get_by_role("link", name="Second").drag_to(page.get_by_role("link", name="Third"))
    assert [rule["name"] for rule in (await client.get("/rules")).json()["data"]] == ["Second", "Third", "First"]


@pytest.mark.console(REFUSED)
async def test_a_field_with_options_is_made_deleted_and_restored(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/fields/new")
    await page.get_by_label("Label").fill("Size")
    await page.get_by_label("Key").fill("not a key")
    await page.get_by_label("Type").select_option("dropdown")
    await page.get_by_label("Options").fill("Small\nxl = Very large")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("Key")).to_be_focused()
    await expect(page.get_by_label("Key")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Key").fill("size")
    await page.get_by_label("See it on their tickets").check()
    await look(page, "admin-field")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Size")).to_be_visible()
    kept = (await client.get("/fields/size")).json()["data"]
    assert [(each["key"], each["label"]) for each in kept["options"]] == [("small", "Small"), ("xl", "Very large")]
    assert kept["customer"] == "read"
    await page.get_by_role("button", name="Delete this field").press("Enter")
    question = page.get_by_role("dialog", name="Delete this field")
    await question.get_by_role("button", name="Delete this field").press("Enter")
    await page.get_by_role("button", name="Restore Size").press("Enter")
    await page.get_by_role("link", name="Size").press("Enter")
    await expect(page.get_by_label("Options")).to_have_value("Small\nxl = Very large")
