"""Contacts, dashboard and notifications in the agents' app, by keyboard."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_pages import REFUSED, arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Desk, Organization
from tests.support.work import work


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.console(REFUSED)
async def test_a_contact_is_made_changed_and_leads_to_their_tickets(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "agent", "/contacts")
    await page.get_by_role("link", name="New contact").press("Enter")
    await page.get_by_label("Name").fill("Ada <b>Byron</b>")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("E-mail address")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("E-mail address").fill("ada@engines.example")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Ada <b>Byron</b>")).to_be_visible()
    await page.get_by_label("Company").fill("Engines")
    await save(page)
    client = await shop.client("agent")
    [made] = (await client.get("/contacts?search=ada")).json()["data"]["contacts"]
    assert (made["company"], made["phone"]) == ("Engines", None)

    ticket = {"subject": "The engine stops", "description": "Often", "requester_id": made["id"]}
    assert (await client.post("/tickets", ticket)).status_code == 201
    await page.reload()
    await expect(page.get_by_role("link", name="The engine stops")).to_be_visible()
    await look(page, "contact")
    await page.get_by_role("link", name="Show all in the inbox").press("Enter")
    await expect(page.get_by_role("heading", name="All · 1")).to_be_visible()


@pytest.mark.console(REFUSED)
async def test_fields_of_a_contact_are_entered_refused_and_kept(page: Page, base: str, shop: Organization) -> None:
    admin, agent = await shop.client("admin"), await shop.client("agent")
    plans = [{"key": "gold", "label": "Gold"}, {"key": "free", "label": "Free of charge"}]
    for field in (
        {"key": "plan", "type": "dropdown", "label": "Plan", "options": plans},
        {"key": "seats", "type": "integer", "label": "Seats", "limits": {"maximum": 50}},
        {"key": "partner", "type": "checkbox", "label": "Partner"},
    ):
        assert (await admin.post("/fields", {**field, "target": "contact"})).status_code == 201
    body = {"name": "Ada", "email": "ada@engines.example", "fields": {"plan": "free"}}
    made = (await agent.post("/contacts", body)).json()["data"]
    await arrive(page, base, shop, "agent", f"/contacts/{made['id']}")
    await expect(page.get_by_label("Plan")).to_have_value("free")
    await page.get_by_label("Plan").select_option("gold")
    await page.get_by_label("Seats").fill("60")
    await page.get_by_label("Partner").check()
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("Seats")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Seats").fill("12")
    await save(page)
    await look(page, "contact-fields")
    kept = (await agent.get(f"/contacts/{made['id']}")).json()["data"]["fields"]
    assert kept == {"plan": "gold", "seats": 12, "partner": True}


async def test_the_numbers_of_the_dashboard_lead_to_lists_of_as_many_tickets(
    page: Page, base: str, shop: Organization
) -> None:
    client = await shop.client("agent")
    for number in range(3):
        words = {"subject": f"Zip {number}", "description": "Torn", "priority": ("low", "normal", "urgent")[number]}
        assert (await client.post("/tickets", words)).status_code == 201
    await arrive(page, base, shop, "agent", "/dashboard")
    await expect(page.get_by_role("link", name="3 Unassigned")).to_be_visible()
    await expect(page.get_by_role("link", name="1 Due within 2 hours")).to_be_visible()
    await expect(page.get_by_role("region", name="Next deadlines").get_by_role("listitem")).to_have_count(3)
    await look(page, "dashboard")
    await page.get_by_role("link", name="3 Filed today").press("Enter")
    await expect(page.get_by_role("heading", name="All · 3")).to_be_visible()


async def test_a_notification_is_counted_in_the_rail_and_leads_to_its_ticket(
    page: Page, base: str, shop: Organization
) -> None:
    agent = await shop.person("agent")
    admin = await shop.client("admin")
    ticket = (await admin.post("/tickets", {"subject": "For you", "description": "Please"})).json()["data"]
    assigned = await admin.patch(f"/tickets/{ticket['id']}/assign", {"assignee_id": str(agent.id)})
    assert assigned.status_code == 200, assigned.text
    await work(shop.desk, shop)
    await arrive(page, base, shop, "agent", "/notifications")
    await expect(page.get_by_role("link", name="Notifications: 1 unread")).to_be_visible()
    await look(page, "notifications")
    await page.get_by_role("list", name="Notifications").get_by_role("button").first.press("Enter")
    await expect(page.get_by_role("heading", name="For you")).to_be_visible()
    await expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()
