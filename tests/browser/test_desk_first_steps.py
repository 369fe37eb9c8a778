"""An owner's first steps, a form, a rule that is tried and explained, and mail settings, in the agents' app."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_pages import arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Desk, Organization


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


async def test_the_first_steps_tick_themselves_and_can_be_hidden(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "owner", "/dashboard")
    steps = page.get_by_role("region", name="First steps")
    await expect(steps.get_by_text("0 of 7 done")).to_be_visible()
    await look(page, "first-steps")
    await steps.get_by_role("link", name="Add your logo").press("Enter")
    await page.get_by_role("link", name="New brand").press("Enter")
    await page.get_by_label("Name", exact=True).fill("Lamps")
    await page.get_by_label("Logo").fill("https://lamps.example/logo.svg")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Lamps")).to_be_visible()
    await look(page, "admin-brand")
    await page.get_by_role("link", name="Dashboard", exact=True).press("Enter")
    await expect(steps.get_by_text("1 of 7 done")).to_be_visible()
    async with page.expect_response(
        lambda answer: "/settings/preferences" in answer.url and answer.request.method != "GET"
    ):
        await steps.get_by_role("button", name="Hide").press("Enter")
    await expect(steps).to_be_hidden()
    owner = await shop.client("owner")
    assert (await owner.get("/settings/preferences")).json()["data"]["first_steps_hidden"] is True


@pytest.mark.console(r"the server responded with a status of 422")
async def test_a_form_asks_for_a_field_when_a_ticket_is_filed(page: Page, base: str, shop: Organization) -> None:
    admin = await shop.client("admin")
    for key, label in (("kind", "Kind"), ("order_number", "Order number")):
        made = await admin.post("/fields", {"key": key, "label": label, "type": "text", "customer": "write"})
        assert made.status_code == 201, made.text
    await arrive(page, base, shop, "admin", "/admin/forms/new")
    await page.get_by_label("Name", exact=True).fill("Returns")
    await page.get_by_label("The default form").press("Space")
    await page.get_by_label("Add a field").select_option("order_number")
    await page.get_by_label("Add a field").select_option("kind")
    order = page.get_by_role("group", name="Order number")
    await order.get_by_label("Must have a value").select_option("create")
    await order.get_by_label("Shown if").fill("-field.kind:none")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text(re.compile("^1: "))).to_be_visible()  # a condition may name only fields above
    await page.get_by_role("button", name="Move Order number down").press("Enter")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Returns")).to_be_visible()
    await look(page, "admin-form")
    (form,) = (await admin.get("/forms")).json()["data"]
    assert [(each["field"], each["required"]) for each in form["items"]] == [
        ("kind", "never"), ("order_number", "create"),
    ]  # fmt: skip


async def test_a_rule_is_tried_restored_and_explained(page: Page, base: str, shop: Organization) -> None:
    admin = await shop.client("admin")
    ticket = {"subject": "Invoice of May", "description": "Where is it?"}
    before = (await admin.post("/tickets", ticket)).json()["data"]
    rule = {
        "name": "Invoices", "on": ["ticket.created"], "when": {"all": ["subject:invoice*"]},
        "do": [{"set": {"priority": "high"}}],
    }  # fmt: skip
    made = await admin.post("/rules", rule)
    assert made.status_code == 201, made.text
    rule_id = made.json()["data"]["id"]
    await arrive(page, base, shop, "admin", f"/admin/rules/{rule_id}")
    trial = page.get_by_role("region", name="Try it")
    await trial.get_by_role("button", name="On the last 7 days").press("Enter")
    await expect(trial.get_by_role("link", name=f"#{before['number']} Invoice of May")).to_be_visible()
    await expect(trial.get_by_text("priority: normal → high")).to_be_visible()
    await look(page, "admin-rule-trial")

    await page.get_by_label("Name", exact=True).fill("Invoices first")
    await save(page)
    await page.get_by_text("Earlier versions").press("Enter")
    await page.get_by_role("button", name="Restore version 1").press("Enter")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Invoices")

    after = (await admin.post("/tickets", ticket)).json()["data"]
    assert after["priority"] == "high"
    await page.goto(f"{base}/why/{after['number']}")
    await expect(page.get_by_role("link", name="Invoices", exact=True)).to_be_visible()
    await expect(page.get_by_text("priority: normal → high")).to_be_visible()
    await page.get_by_role("button", name="Ask it about the last change").press("Enter")
    await expect(page.get_by_text("subject:invoice*").last).to_be_visible()
    await look(page, "why")
    await page.get_by_role("button", name="Undo this change and what rules did").press("Enter")
    await expect(page.get_by_text("Taken back. Words that were written stay.")).to_be_visible()
    assert (await admin.get(f"/tickets/{after['id']}")).json()["data"]["priority"] == "normal"


@pytest.mark.console(r"the server responded with a status of 404")  # it has no IMAP account yet
async def test_mail_is_connected_and_its_words_are_changed(page: Page, base: str, shop: Organization) -> None:
    admin = await shop.client("admin")
    made = await admin.post("/mailboxes", {"name": "Help", "addresses": [f"help@{shop.domain}"]})
    mailbox = made.json()["data"]["id"]
    ticket = (await admin.post("/tickets", {"subject": "Dark", "description": "No light"})).json()["data"]
    await page.set_viewport_size({"width": 390, "height": 844})
    await arrive(page, base, shop, "admin", "/admin/mail-templates/acknowledgement.en")
    await page.get_by_label("As plain text").fill("We have got your request about {{ticket.subject}}.")
    await save(page)
    await page.get_by_label("With the ticket").fill(f"#{ticket['number']}")
    await page.get_by_role("button", name="Show", exact=True).press("Enter")
    await expect(page.get_by_text("We have got your request about Dark.")).to_be_visible()
    await look(page, "admin-mail-template")
    await page.goto(f"{base}/admin/mail-connections/{mailbox}?part=test")
    await expect(page.get_by_role("button", name="Look at the records")).to_be_visible()
    await look(page, "admin-mail-connection")
