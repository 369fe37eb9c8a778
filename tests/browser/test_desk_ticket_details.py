"""The details of a ticket in the agents' app: set by key and in place, fields of every type, deleting and undoing."""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.test_desk_sign_in import look
from tests.browser.test_desk_ticket import Opened, app, filed
from tests.support.desk import Client, Organization

__all__ = ["app"]


async def now(client: Client, ticket: dict[str, Any]) -> dict[str, Any]:
    return dict((await client.get(f"/tickets/{ticket['id']}")).json()["data"])


async def test_every_property_is_set_by_a_key_and_a_choice(page: Page, app: Opened, shop: Organization) -> None:
    agent, owner = await shop.client("agent"), await shop.client("owner")
    await shop.person("agent2")
    await owner.post("/groups", {"name": "Returns"})
    ticket = await filed(await shop.client("customer"), tags=["late"])
    await app.show(ticket["number"])
    await page.get_by_role("feed").focus()
    details = page.get_by_role("complementary", name="Details")
    choices = page.get_by_role("dialog")

    await page.keyboard.press("s")
    await expect(choices.get_by_role("option", name="Pending")).to_be_visible()
    await page.keyboard.press("3")
    await expect(choices).to_have_count(0)
    await expect(details.get_by_label("Status")).to_have_value("pending")
    await page.keyboard.press("p")
    await expect(choices.get_by_role("option", name="Urgent")).to_be_visible()
    await page.keyboard.press("4")
    await expect(choices).to_have_count(0)
    await expect(details.get_by_label("Priority")).to_have_value("urgent")
    await page.keyboard.press("a")
    await expect(page.get_by_role("combobox", name="Assign to …")).to_be_focused()
    await page.keyboard.type("agent2")
    await expect(choices.get_by_role("option", name="Agent2")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(choices).to_have_count(0)
    await expect(details.get_by_role("button", name="Assignee Agent2")).to_be_visible()
    await page.keyboard.press("i")
    await expect(details.get_by_role("button", name="Assignee Agent", exact=True)).to_be_visible()
    await page.keyboard.press("m")
    await expect(page.get_by_role("combobox", name="Move to a group")).to_be_focused()
    await page.keyboard.type("ret")
    await expect(choices.get_by_role("option", name="Returns")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(choices).to_have_count(0)
    await expect(details.get_by_role("button", name="Group Returns")).to_be_visible()
    await page.keyboard.press("t")
    await expect(page.get_by_role("combobox", name="Add or remove a tag")).to_be_focused()
    await page.keyboard.type("courier")
    await expect(choices.get_by_role("option", name="courier")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(choices).to_have_count(0)
    await details.get_by_role("button", name="Remove tag late").click()
    await expect(details.get_by_text("late", exact=True)).to_have_count(0)
    # A ticket's writes go one after another: with the last answer all are there.
    async with page.expect_response(lambda each: '"problem"' in (each.request.post_data or "")):
        await details.get_by_label("Type").select_option("problem")
    found = await now(agent, ticket)
    assert (found["status"], found["priority"], found["type"]) == ("pending", "urgent", "problem")
    assert found["assignee"]["name"] == "Agent"
    assert found["group"]["name"] == "Returns"
    assert found["tags"] == ["courier"]


FIELDS: list[dict[str, Any]] = [
    {"key": "order", "type": "text", "label": "Order"},
    {"key": "story", "type": "multiline", "label": "Story"},
    {"key": "pieces", "type": "integer", "label": "Pieces", "limits": {"maximum": 10}},
    {"key": "price", "type": "decimal", "label": "Price", "limits": {"places": 2}},
    {"key": "bought", "type": "date", "label": "Bought"},
    {"key": "visit", "type": "datetime", "label": "Visit"},
    {"key": "insured", "type": "checkbox", "label": "Insured"},
    {"key": "size", "type": "dropdown", "label": "Size", "options": [{"key": "m", "label": "Medium"}]},
    {"key": "faults", "type": "multi_select", "label": "Faults", "options": [{"key": "zip", "label": "Zip"}]},
    {
        "key": "goods", "type": "nested", "label": "Goods",
        "options": [{"key": "bags", "label": "Bags"}, {"key": "bags/daypack", "label": "Daypack"}],
    },
    {"key": "serial", "type": "pattern", "label": "Serial", "limits": {"pattern": "[A-Z]+-[0-9]+", "hint": "As AB-12"}},
    {"key": "page", "type": "url", "label": "Page"},
    {"key": "helper", "type": "lookup", "label": "Helper", "limits": {"lookup": "agent"}},
]  # fmt: skip


async def test_fields_of_all_types_are_set_in_place(page: Page, app: Opened, shop: Organization) -> None:
    owner, agent = await shop.client("owner"), await shop.client("agent")
    for field in FIELDS:
        made = await owner.post("/fields", field)
        assert made.status_code == 201, made.text
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    details = page.get_by_role("complementary", name="Details")
    choices = page.get_by_role("dialog")
    await details.get_by_role("button", name="Show all fields (13)").click()
    typed = {"Order": "A-10412", "Pieces": "3", "Price": "19,50", "Serial": "AB-12", "Page": "https://shop.example/a"}
    for label, text in typed.items():
        await details.get_by_label(label, exact=True).fill(text)
        await page.keyboard.press("Enter")
    await details.get_by_label("Story").fill("It broke.\nTwice.")
    await details.get_by_label("Bought").fill("2026-11-20")
    await details.get_by_label("Visit").fill("2026-12-01T09:30")
    await details.get_by_label("Insured").click()
    await expect(details.get_by_label("Insured")).to_be_checked()
    await details.get_by_label("Size").select_option("m")
    await details.get_by_label("Goods").select_option(label="Bags › Daypack")
    await details.locator("summary", has_text="–").click()
    await details.get_by_label("Zip", exact=True).click()
    await expect(details.get_by_label("Zip", exact=True)).to_be_checked()
    await details.get_by_role("button", name="Helper").click()
    await expect(page.get_by_role("combobox", name="Choose for this field")).to_be_focused()
    await page.keyboard.type("agent")
    agent_id = str((await shop.person("agent")).id)
    async with page.expect_response(lambda each: agent_id in (each.request.post_data or "")):
        await choices.get_by_role("option", name="Agent").first.click()
    await expect(details.get_by_role("button", name="Helper Agent")).to_be_visible()
    found = (await now(agent, ticket))["fields"]
    assert found == {
        "order": "A-10412", "story": "It broke.\nTwice.", "pieces": 3, "price": 19.5, "bought": "2026-11-20",
        "visit": "2026-12-01T09:30:00Z", "insured": True, "size": "m", "faults": ["zip"], "goods": "bags/daypack",
        "serial": "AB-12", "page": "https://shop.example/a", "helper": str((await shop.person("agent")).id),
    }  # fmt: skip
    await look(page, "ticket-fields")


async def test_details_are_pushed_in_where_there_is_no_room_and_go_with_the_way_back(
    page: Page, app: Opened, shop: Organization
) -> None:
    customer = await shop.client("customer")
    await filed(customer, "Another one")
    ticket = await filed(customer)
    details = page.get_by_role("complementary", name="Details")
    await app.show(ticket["number"])
    await expect(details.get_by_role("link", name="Another one")).to_be_visible()
    await page.keyboard.press("]")
    await expect(details).to_have_count(0)
    await page.reload()
    await expect(page.get_by_role("feed")).to_be_visible()
    await expect(details).to_have_count(0)
    await page.keyboard.press("]")
    await expect(details).to_be_visible()
    for width in (1000, 390):
        await page.set_viewport_size({"width": width, "height": 780})
        await expect(details).to_have_count(0)
        await page.get_by_role("button", name="Details").click()
        await expect(details).to_be_visible()
        await look(page, f"ticket-details-{width}")
        await page.go_back()
        await expect(details).to_have_count(0)
        await expect(page.get_by_role("feed")).to_be_visible()
    await page.get_by_role("link", name="Back to the list").click()
    await expect(page.get_by_role("feed")).to_have_count(0)
    await expect(page.get_by_role("row", name="Another one")).to_be_visible()


async def test_a_deleted_ticket_is_brought_back_in_its_place(page: Page, app: Opened, shop: Organization) -> None:
    ticket = await filed(await shop.client("customer"))
    await page.goto("about:blank")
    await page.context.clear_cookies()
    await app.sign_in((await shop.person("owner")).email)
    async with page.expect_response("**/read"):  # it would not find a ticket that is deleted by then
        await app.show(ticket["number"])
    await page.get_by_role("feed").focus()
    await page.keyboard.press("f")
    await expect(page.get_by_role("region", name="Tickets")).to_be_hidden()
    await page.keyboard.press("f")
    await expect(page.get_by_role("region", name="Tickets")).to_be_visible()
    await page.keyboard.press("Delete")
    await expect(page.get_by_role("heading", name=f"Ticket #{ticket['number']} was deleted")).to_be_visible()
    await page.get_by_role("button", name="Restore").click()
    await expect(page.get_by_role("feed")).to_be_visible()


async def test_similar_tickets_are_found_once_they_are_asked_for(page: Page, app: Opened, shop: Organization) -> None:
    customer, agent = await shop.client("customer2"), await shop.client("agent")
    before = {"subject": "The zip of my parka sticks", "description": "Since yesterday."}
    assert (await customer.post("/tickets", before)).status_code == 201
    now = await agent.post("/tickets", {"subject": "A parka whose zip sticks", "description": "It is new."})
    await app.show(now.json()["data"]["number"])
    assert not [each for each in app.asked if each.endswith("/similar")]
    details = page.get_by_role("complementary", name="Details")
    await details.get_by_text("Similar tickets").click()
    await details.get_by_role("link", name="The zip of my parka sticks").click()
    await expect(page.get_by_role("heading", name="The zip of my parka sticks")).to_be_visible()
    await expect(details.get_by_role("link", name="A parka whose zip sticks")).to_be_visible()  # it stays open
