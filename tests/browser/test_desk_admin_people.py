"""An admin keeps members, invitations and groups in the browser, and parts with a member without losing tickets."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.api.v1.test_two_factor import set_up
from tests.browser.desk_pages import REFUSED, arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.support.accounts import log_in
from tests.support.desk import Desk, Organization


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.console(r"the server responded with a status of 412")
async def test_a_member_is_changed_and_removed_with_tickets_handed_over(
    page: Page, base: str, shop: Organization
) -> None:
    admin, agent, heir = [await shop.person(who) for who in ("admin", "agent", "agent2")]
    client = admin.client
    for number in range(2):
        ticket = {"subject": f"Parcel {number}", "description": "Late", "assignee_id": str(agent.id)}
        assert (await client.post("/tickets", ticket)).status_code == 201
    assert (await log_in(shop.desk, agent.email)).status_code == 200
    await set_up(agent.client)
    await arrive(page, base, shop, "admin", "/admin/members")
    await page.locator(f"a[href$='{agent.id}']").press("Enter")
    await expect(page.get_by_label("Role")).to_have_value("agent")
    await expect(page.get_by_text("Second factor: on.")).to_be_visible()
    await look(page, "admin-member")
    sessions = page.get_by_role("list", name="Sessions")
    await expect(sessions.get_by_role("listitem")).to_have_count(2)
    await sessions.get_by_role("button").first.press("Enter")
    await expect(sessions.get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("button", name="Reset the second factor").press("Enter")
    question = page.get_by_role("dialog", name="Reset the second factor")
    await question.get_by_role("button", name="Reset the second factor").press("Enter")
    await expect(page.get_by_text("Second factor: off.")).to_be_visible()
    await expect(page.get_by_text("Signed in nowhere.")).to_be_visible()
    await page.get_by_label("Role").select_option("team_lead")
    await page.get_by_label("Department").fill("Returns")
    changed = {"name": "Changed elsewhere"}
    assert (await client.put(f"/agents/{agent.id}", changed)).status_code == 200
    await save(page)
    kept = (await client.get(f"/agents/{agent.id}")).json()["data"]
    assert (kept["name"], kept["role"], kept["department"]) == ("Changed elsewhere", "team_lead", "Returns")

    await page.get_by_role("button", name="Remove from the organization").press("Enter")
    question = page.get_by_role("dialog", name="Remove from the organization")
    await expect(question.get_by_text("They have 2 open tickets.")).to_be_visible()
    await question.get_by_label("Hand the open tickets over to").select_option(str(heir.id))
    await look(page, "admin-member-removal")
    await question.get_by_role("button", name="Remove from the organization").press("Enter")
    await expect(question).to_be_hidden()
    await expect(page).to_have_url(f"{base}/admin/members")
    tickets = (await client.get(f"/agents/{heir.id}/tickets")).json()["data"]["tickets"]
    assert len(tickets) == 2
    assert (await client.get(f"/agents/{agent.id}")).status_code == 404


@pytest.mark.console(REFUSED)
async def test_an_invitation_is_sent_again_and_withdrawn(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/invitations/new")
    await page.get_by_label("E-mail address").fill("no address")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await expect(page.get_by_label("E-mail address")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("E-mail address").fill("jo@example.org")
    await page.get_by_label("Role").select_option("team_lead")
    await expect(page.get_by_text("Also reports, reading rules")).to_be_visible()
    await look(page, "admin-invite")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="jo@example.org")).to_be_visible()
    [invited] = (await client.get("/invitations")).json()["data"]
    assert (invited["email"], invited["role"]) == ("jo@example.org", "team_lead")
    await page.get_by_role("button", name="Send again").press("Enter")
    await expect(page.get_by_text("A new mail is on its way.")).to_be_visible()
    await look(page, "admin-invitation")
    await page.get_by_role("button", name="Withdraw the invitation").press("Enter")
    question = page.get_by_role("dialog", name="Withdraw the invitation")
    await question.get_by_role("button", name="Withdraw the invitation").press("Enter")
    await expect(page.get_by_text("No invitation waits for an answer.")).to_be_visible()
    assert (await client.get("/invitations")).json()["data"] == []


async def test_a_group_gets_members(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    agent = await shop.person("agent")
    await arrive(page, base, shop, "admin", "/admin/groups/new")
    await page.get_by_label("Name").fill("Returns")
    await page.get_by_role("group", name="Members").get_by_label("Agent", exact=True).press("Space")
    await page.get_by_role("group", name="Leads").get_by_label("Agent", exact=True).press("Space")
    await look(page, "admin-group")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Returns", level=1)).to_be_visible()
    [group] = (await client.get("/groups")).json()["data"]
    details = (await client.get(f"/groups/{group['id']}")).json()["data"]
    assert [(each["id"], each["role"]) for each in details["members"]] == [(str(agent.id), "lead")]
    await page.get_by_label("Description").fill("Parcels that come back")
    await save(page)
    await page.get_by_role("button", name="Delete this group").press("Enter")
    question = page.get_by_role("dialog", name="Delete this group")
    await question.get_by_role("button", name="Delete this group").press("Enter")
    await expect(page.get_by_text("No groups yet.")).to_be_visible()
