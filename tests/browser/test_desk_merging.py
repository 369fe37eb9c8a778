"""A lead merges two contacts, and an agent goes back to an earlier version of an article, in the browser."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_pages import arrive, desk_at
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Desk, Organization


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.parametrize("width", [1360, 390])
async def test_two_contacts_are_compared_and_merged(page: Page, base: str, shop: Organization, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    lead = await shop.client("team_lead")
    ids = []
    for name, more in (("Ann Keane", {"phone": "1"}), ("Anna Keane", {"company": "Boots Ltd"})):
        body = {"name": name, "email": f"{name.split()[0].lower()}@{shop.domain}", **more}
        ids.append((await lead.post("/contacts", body)).json()["data"]["id"])
    filed = {"subject": "Zip", "description": "Broken", "requester_id": ids[1]}
    assert (await lead.post("/tickets", filed)).status_code == 201
    await arrive(page, base, shop, "team_lead", f"/contacts/{ids[0]}")
    await page.get_by_label("The other contact").fill("keane")
    await page.get_by_role("list", name="Contacts that match").get_by_role("button").press("Enter")
    await expect(page.get_by_role("radiogroup", name="Company").get_by_label("Boots Ltd")).to_be_checked()
    await page.reload()
    names = page.get_by_role("radiogroup", name="Name")
    await names.get_by_label("Anna Keane").press("Space")
    await expect(names.get_by_label("Anna Keane")).to_be_checked()
    await look(page, f"contact-merge-{width}")
    await page.get_by_role("button", name="Merge these contacts").press("Enter")
    question = page.get_by_role("dialog", name="Merge these contacts")
    await expect(question).to_contain_text(f"1 ticket of anna@{shop.domain} moves to ann@{shop.domain}.")
    await question.get_by_role("button", name="Merge these contacts").press("Enter")
    await expect(question).to_be_hidden()
    await expect(page.get_by_role("heading", name="Anna Keane")).to_be_visible()
    kept = (await lead.get(f"/contacts/{ids[0]}")).json()["data"]
    assert (kept["name"], kept["phone"], kept["company"], kept["tickets_count"]) == ("Anna Keane", "1", "Boots Ltd", 1)
    assert (await lead.get(f"/contacts/{ids[1]}")).status_code == 404


@pytest.mark.parametrize("width", [1360, 390])
async def test_an_earlier_version_of_an_article_is_restored(
    page: Page, base: str, shop: Organization, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 844})
    agent = await shop.client("agent")
    made = await agent.post("/kb/articles", {"title": "Returns", "content": "Send it back.\nWe pay."})
    article = made.json()["data"]["id"]
    assert (await agent.put(f"/kb/articles/{article}", {"content": "Ask first.\nWe pay."})).status_code == 200
    await arrive(page, base, shop, "agent", f"/knowledge/{article}")
    await page.get_by_role("button", name="Version 1, Agent").press("Enter")
    lines = page.get_by_role("figure", name="Text").get_by_role("listitem")
    await expect(lines).to_have_text(["−Send it back.", "+Ask first.", " We pay."])
    await look(page, f"article-versions-{width}")
    await page.get_by_role("button", name="Restore version 1").press("Enter")
    question = page.get_by_role("dialog", name="Restore version 1")
    await question.get_by_role("button", name="Restore version 1").press("Enter")
    await expect(question).to_be_hidden()
    await expect(page.get_by_label("Text", exact=True)).to_have_value("Send it back.\nWe pay.")
    assert (await agent.get(f"/kb/articles/{article}")).json()["data"]["content"] == "Send it back.\nWe pay."
