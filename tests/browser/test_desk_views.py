"""The columns of saved views: shown where rows are a table, chosen with the view, empty where a ticket has no value."""

from playwright.async_api import Page, WebSocketRoute, expect

from tests.browser.test_desk_inbox_list import at_list, base, file_tickets, sockets
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Organization

__all__ = ["base", "sockets"]


async def with_table(shop: Organization) -> None:
    changed = await (await shop.client("agent")).put("/settings/preferences", {"density": "compact"})
    assert changed.status_code == 200, changed.text


async def define_fields(shop: Organization) -> None:
    owner = await shop.client("owner")
    options = [{"key": "gold", "label": "Gold plan"}, {"key": "basic", "label": "Basic plan"}]
    for body in (
        {"key": "plan", "label": "Plan", "type": "dropdown", "options": options},
        {"key": "due", "label": "Promised for", "type": "date"},
        {"key": "paid", "label": "Paid", "type": "checkbox"},
    ):
        made = await owner.post("/fields", body)
        assert made.status_code == 201, made.text


async def test_a_view_shows_its_columns_and_fields_and_leaves_empty_what_is_missing(
    page: Page, base: str, shop: Organization
) -> None:
    await with_table(shop)
    await define_fields(shop)
    await file_tickets(shop, 1, fields={"plan": "gold", "due": "2026-11-12", "paid": True}, tags=["late", "vip"])
    await file_tickets(shop, 1)
    agent = await shop.client("agent")
    columns = ["number", "subject", "tags", "category", "field.plan", "field.due", "field.paid", "sla", "status"]
    made = await agent.post(
        "/views", {"name": "Plans", "query": "", "sort": "number", "order": "asc", "columns": columns}
    )
    assert made.status_code == 201, made.text
    await at_list(page, base, shop, made.json()["data"]["id"])
    names = page.get_by_role("columnheader")
    await expect(names.nth(1)).to_have_text("Number ↑")
    assert [each.split(" ")[0] for each in (await names.all_inner_texts())[1:]] == [
        "Number", "Subject", "Tags", "Category", "Plan", "Promised", "Paid", "Service", "Status",
    ]  # fmt: skip
    rows = page.get_by_role("grid").locator("[data-id]")
    await expect(rows).to_have_count(2)
    full, bare = rows.first.get_by_role("gridcell"), rows.last.get_by_role("gridcell")
    for place, text in ((2, "Question 1"), (3, "late, vip"), (5, "Gold plan"), (6, "12 Nov 2026"), (7, "Yes")):
        await expect(full.nth(place)).to_have_text(text)
    for place in (3, 4, 5, 6, 7):
        await expect(bare.nth(place)).to_have_text("")
    await expect(bare.nth(9).get_by_role("img", name="New")).to_be_visible()
    assert await page.get_by_role("grid").get_attribute("aria-rowcount") == "3", "with the head"
    await look(page, "view-columns")

    await page.get_by_role("button", name="Status").click()
    await expect(page).to_have_url(f"{base}/inbox/{made.json()['data']['id']}?sort=status")
    await page.keyboard.press("j")
    await expect(page.get_by_role("feed")).to_be_visible()
    await expect(names).to_have_count(0)  # next to an open ticket there is no room for them


async def test_columns_are_chosen_with_a_view_and_changed_where_views_are_kept(
    page: Page, base: str, sockets: list[WebSocketRoute], shop: Organization
) -> None:
    await with_table(shop)
    await define_fields(shop)
    await file_tickets(shop, 1, priority="urgent", fields={"plan": "basic"})
    await at_list(page, base, shop, "unassigned?q=priority:urgent")
    await page.get_by_role("button", name="Save as view").click()
    await page.get_by_label("Name of the view").fill("Burning")
    await page.get_by_text("Columns, where rows are a table").click()
    for name, ticked in (("Subject", True), ("Requester", True), ("Plan", False), ("Tags", False)):
        await expect(page.get_by_role("checkbox", name=name, exact=True)).to_be_checked(checked=ticked)
    await page.get_by_role("checkbox", name="Requester", exact=True).uncheck()
    await page.get_by_role("checkbox", name="Plan", exact=True).check()
    await look(page, "view-saving")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", name="Burning · 1")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="Plan")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="Requester")).to_have_count(0)
    await expect(page.get_by_role("gridcell", name="Basic plan")).to_be_visible()

    view = page.url.rsplit("/", 1)[1]
    await page.goto(f"{base}/admin/views/{view}")
    await page.get_by_role("checkbox", name="Plan", exact=True).uncheck()
    await page.get_by_role("checkbox", name="Channel", exact=True).check()
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("Saved")).to_be_visible()
    await page.goto(f"{base}/inbox/{view}")
    await expect(page.get_by_role("columnheader", name="Channel")).to_be_visible()
    await expect(page.get_by_role("columnheader", name="Plan")).to_have_count(0)


async def test_a_phone_shows_the_usual_rows_and_a_deleted_field_no_column(
    page: Page, base: str, shop: Organization
) -> None:
    await with_table(shop)
    await define_fields(shop)
    await file_tickets(shop, 1, fields={"plan": "gold"})
    agent, owner = await shop.client("agent"), await shop.client("owner")
    body = {"name": "Plans", "query": "", "columns": ["subject", "field.plan", "requester"]}
    view = (await agent.post("/views", body)).json()["data"]["id"]
    assert (await owner.delete("/fields/plan")).status_code == 200
    await at_list(page, base, shop, view)
    await expect(page.get_by_role("columnheader", name="Requester")).to_be_visible()
    await expect(page.get_by_role("columnheader")).to_have_count(3)
    await page.set_viewport_size({"width": 390, "height": 800})
    await expect(page.get_by_role("columnheader")).to_have_count(0)
    await expect(page.get_by_role("grid").get_by_role("row")).to_have_count(1)
    await look(page, "view-columns-phone")
