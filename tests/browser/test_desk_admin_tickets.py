"""An admin keeps categories and tags in the browser, by keyboard; others read why they may not."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_pages import REFUSED, arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Desk, Organization


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.console(REFUSED)
async def test_categories_are_made_changed_found_and_deleted_by_keyboard(
    page: Page, base: str, shop: Organization
) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin")
    await look(page, "admin")
    await page.get_by_role("link", name="Categories").press("Enter")
    await page.get_by_role("link", name="New category").press("Enter")
    await expect(page.get_by_label("Name")).to_be_visible()
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("Name")).to_be_focused()
    await expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    await page.keyboard.type("Billing")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Billing")).to_be_visible()
    await page.get_by_label("Description").fill("Invoices and refunds")
    await look(page, "admin-category")
    await save(page)
    [made] = (await client.get("/categories")).json()["data"]
    assert (made["name"], made["description"]) == ("Billing", "Invoices and refunds")

    await client.post("/categories", {"name": "Delivery"})
    await page.reload()
    await expect(page.get_by_label("Description")).to_have_value("Invoices and refunds")
    await page.get_by_role("link", name="Billing").focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("link", name="Delivery")).to_be_focused()
    await page.get_by_label("Search in Categories").fill("refu")
    await expect(page.get_by_role("link", name="Delivery")).to_be_hidden()
    await page.get_by_role("button", name="Delete this category").press("Enter")
    question = page.get_by_role("dialog", name="Delete this category")
    await expect(question.get_by_role("button", name="Cancel")).to_be_focused()
    await look(page, "admin-question")
    await question.get_by_role("button", name="Delete this category").press("Enter")
    await expect(page.get_by_text("Nothing matches “refu”.")).to_be_visible()
    assert [each["name"] for each in (await client.get("/categories")).json()["data"]] == ["Delivery"]

    await client.post("/categories", {"name": "Transport", "color": "#2f8c83"})
    await page.reload()
    await page.get_by_label("Search in Categories").fill("")
    await page.get_by_role("link", name="Delivery").press("Enter")
    await page.get_by_label("Merge into").select_option("Transport")
    await page.get_by_role("button", name="Merge into Transport").press("Enter")
    question = page.get_by_role("dialog", name="Merge into Transport")
    await expect(question).to_contain_text("0 tickets move to Transport; Delivery is deleted.")
    await look(page, "admin-category-merge")
    await question.get_by_role("button", name="Merge into Transport").press("Enter")
    await expect(page.get_by_role("link", name="Delivery")).to_have_count(0)
    assert [each["name"] for each in (await client.get("/categories")).json()["data"]] == ["Transport"]


async def test_a_tag_leads_to_its_tickets(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    for number in range(3):
        ticket = {"subject": f"Parcel {number}", "description": "Late", "tags": ["late"] if number else []}
        assert (await client.post("/tickets", ticket)).status_code == 201
    await arrive(page, base, shop, "admin", "/admin/tags")
    await page.get_by_role("link", name=re.compile("^late")).press("Enter")  # not "Mail templates"
    await look(page, "admin-tag")
    await page.get_by_role("link", name="2 tickets carry this tag").press("Enter")
    await expect(page.get_by_role("heading", name="· 2")).to_be_visible()


async def test_a_tag_is_renamed_and_merged_into_another(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    for tag in ("late", "slow"):
        made = await client.post("/tickets", {"subject": "Parcel", "description": "Late", "tags": [tag]})
        assert made.status_code == 201
    await arrive(page, base, shop, "admin", "/admin/tags")
    await page.get_by_role("link", name=re.compile("^slow")).press("Enter")
    await page.get_by_label("Name", exact=True).fill("sluggish")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("link", name=re.compile("^sluggish"))).to_be_visible()
    await page.get_by_label("Merge into").fill("late")
    await page.get_by_role("button", name="Merge into late").press("Enter")
    question = page.get_by_role("dialog", name="Merge into late")
    await expect(question).to_contain_text("1 ticket gets late instead; sluggish is deleted.")
    await look(page, "admin-tag-merge")
    await question.get_by_role("button", name="Merge into late").press("Enter")
    await expect(page.get_by_role("link", name=re.compile("^sluggish"))).to_have_count(0)
    assert [each["name"] for each in (await client.get("/tags")).json()["data"]] == ["late"]


async def test_pages_that_are_not_ones_own_are_not_shown_and_say_so(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "agent", "/admin/categories")
    await expect(page.get_by_role("heading", name="This page is not yours to see")).to_be_visible()
    await expect(page.get_by_role("link", name="Categories")).to_be_hidden()
    await look(page, "admin-not-yours")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.get_by_role("link", name="‹ Administration").press("Enter")
    await page.get_by_role("link", name="Tags").press("Enter")
    await expect(page.get_by_text("No tags yet.")).to_be_visible()
    await expect(page.get_by_role("link", name="New tag")).to_be_hidden()
    await look(page, "admin-tags-phone")


async def test_a_canned_response_is_written_and_previewed(page: Page, base: str, shop: Organization) -> None:
    ticket = {"subject": "Zip", "description": "Broken"}
    number = (await (await shop.client("customer")).post("/tickets", ticket)).json()["data"]["number"]
    await arrive(page, base, shop, "agent", "/admin/canned-responses/new")
    await page.get_by_label("Title").fill("Greeting")
    await page.get_by_label("Shortcut").fill("hi")
    await page.get_by_role("radio", name="me alone").check()
    words = "Hello {{requester.first_name|there}}, this is about #{{ticket.number}}."
    field = page.get_by_role("textbox", name="Text", exact=True)
    await field.click()
    await page.keyboard.type(words + " ")
    await page.keyboard.press("Control+b")
    await page.keyboard.type("Thanks")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Greeting")).to_be_visible()
    await page.get_by_label("Preview with the values of ticket").fill(str(number))
    await page.keyboard.press("Enter")
    preview = page.get_by_role("region", name="Preview")
    await expect(preview.get_by_text(f"Hello Customer, this is about #{number}. Thanks")).to_be_visible()
    await expect(preview.get_by_role("strong")).to_have_text("Thanks")
    await look(page, "admin-canned")
    agent = await shop.client("agent")
    [kept] = (await agent.get("/canned-responses")).json()["data"]
    assert (kept["content"], kept["shared"]) == (words + " **Thanks**", False)
    await page.get_by_label("Choose files").set_input_files(
        {"name": "form.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    )
    await expect(page.get_by_role("button", name="Remove form.pdf")).to_be_visible()
    await save(page)
    assert [each["filename"] for each in (await agent.get("/canned-responses")).json()["data"][0]["files"]] == [
        "form.pdf"
    ]
    await page.get_by_role("button", name="Show the Markdown").press("Enter")
    await page.get_by_label("Text", exact=True).fill("Hello *you*")
    await page.get_by_role("button", name="Show it formatted").press("Enter")
    await expect(field.locator("em")).to_have_text("you")
    await page.get_by_role("button", name="Discard").press("Enter")
    await expect(field.locator("strong")).to_have_text("Thanks")
    await expect(page.get_by_text("Not used yet.")).to_be_visible()
    assert (await agent.post(f"/canned-responses/{kept['id']}/uses")).status_code == 200
    await page.reload()
    await expect(page.get_by_text("Used once, last:")).to_be_visible()


async def test_a_view_shows_what_it_will_find_while_its_query_is_typed(
    page: Page, base: str, shop: Organization
) -> None:
    client = await shop.client("agent")
    for subject in ("Zip", "Button"):
        await client.post("/tickets", {"subject": subject, "description": "Broken", "priority": "high"})
    await arrive(page, base, shop, "agent", "/admin/views/new")
    await page.get_by_label("Name").fill("Zips")
    await page.get_by_label("Tickets that match").fill("zip priority:high")
    await expect(page.get_by_text("1 ticket matches")).to_be_visible()
    await page.get_by_label("Tickets that match").fill("zip priority:high status:new,open")
    await page.get_by_role("button", name="Remove ‹status:new,open›").press("Enter")
    await expect(page.get_by_label("Tickets that match")).to_have_value("zip priority:high")
    await look(page, "admin-view")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Zips")).to_be_visible()
    [view] = (await client.get("/views")).json()["data"]
    assert (view["query"], view["count"]) == ("zip priority:high", 1)


async def test_a_service_level_is_read_as_people_write_it(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    filed = {"subject": "Zip", "description": "Broken", "priority": "high"}
    assert (await client.post("/tickets", filed)).status_code == 201
    await arrive(page, base, shop, "admin", "/admin/service-levels")
    first = page.get_by_label("High: First answer within")
    await expect(first).to_have_value("4h")
    await first.fill("soon")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Write it like 30m, 4h or 1d 12h.")).to_be_visible()
    await first.fill("1h 30m")
    await expect(page.get_by_text(re.compile(r"Filed Friday.*16:50: answer due Friday.*18:20"))).to_be_visible()
    await page.get_by_label("High: Solution within").fill("")
    await expect(page.get_by_text("1 open ticket gets a new deadline.")).to_be_visible()
    await page.get_by_label("Low: First answer within").fill("2d")
    await look(page, "admin-service-level")
    await save(page)
    assert (await client.get("/sla-policies/low")).json()["data"]["first_response_seconds"] == 172_800
    kept = (await client.get("/sla-policies/high")).json()["data"]
    assert (kept["first_response_seconds"], kept["resolution_seconds"]) == (5400, None)


@pytest.mark.console(REFUSED)
async def test_the_organization_is_changed(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/organization")
    await page.get_by_label("Name", exact=True).fill("")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Name", exact=True).fill("Shop of Shops")
    await page.get_by_label("Time zone").select_option("Europe/Berlin")
    await page.get_by_label("Support address").fill("help@example.org")
    await look(page, "admin-organization")
    await save(page)
    kept = (await client.get("/settings")).json()["data"]["organization"]
    assert kept["name"] == "Shop of Shops"
    assert (kept["settings"]["time_zone"], kept["settings"]["support_email"]) == ("Europe/Berlin", "help@example.org")


@pytest.mark.console(r"the server responded with a status of 412")
async def test_two_admins_who_change_one_record_see_it(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    category = (await client.post("/categories", {"name": "Lamps"})).json()["data"]
    await arrive(page, base, shop, "admin", f"/admin/categories/{category['id']}")
    await page.get_by_label("Name", exact=True).fill("Lamps and more")
    assert (await client.put(f"/categories/{category['id']}", {"name": "Lights"})).status_code == 200
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("A colleague changed this to “Lights” meanwhile.")).to_be_visible()
    assert (await client.get(f"/categories/{category['id']}")).json()["data"]["name"] == "Lights"
    await page.get_by_role("button", name="Keep mine").press("Enter")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Lamps and more")).to_be_visible()
    await page.get_by_role("link", name="0 tickets in this category").press("Enter")
    await page.wait_for_url(f"{base}/inbox/all?q=category**")
    await expect(page.get_by_role("region", name="Tickets").get_by_text("Lamps and more")).to_be_visible()
