"""Two admins change the same words: the second one sees it, and nothing is overwritten."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.desk_pages import arrive, desk_at, save
from tests.support.desk import Client, Desk, Organization

Body = dict[str, Any]
MADE: tuple[tuple[str, Body, str, str, str], ...] = (
    ("brands", {"name": "Lamps"}, "brands", "Name", "name"),
    ("tags", {"name": "late"}, "tags", "Name", "name"),
    ("views", {"name": "VIP", "shared": True}, "views", "Name", "name"),
    ("mailboxes", {"name": "Returns", "addresses": []}, "mailboxes", "Name", "name"),
    ("webhooks", {"url": "https://hooks.example/in"}, "webhooks", "Address", "url"),
)
"""Records: their noun in v1, a new one, their page, and a field with its name in v1."""
KEPT: tuple[tuple[str, str, str, Body], ...] = (
    ("service-levels", "High: First answer within", "/sla-policies/high", {"first_response_seconds": 10_800}),
    ("mail-templates/acknowledgement.en", "As plain text", "/mail-templates/acknowledgement/en",
     {"text": "Theirs.", "html": "<p>Theirs.</p>"}),
    ("widget", "Sites that may show it", "/widget", {"origins": ["https://theirs.example"]}),
    ("organization", "Business name", "/settings/organization", {"settings": {"business_name": "Theirs"}}),
)  # fmt: skip
"""Settings: their page, a field, and what a colleague writes there."""


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


async def refused(page: Page, address: str, label: str, mine: str, client: Client, write: tuple[str, Body]) -> None:
    """Saves a field that a colleague has changed since the form was read, and sees their words at it."""
    await page.goto(address)
    field = page.get_by_label(label, exact=True)
    await field.fill(mine)
    path, theirs = write
    method = "PATCH" if path.startswith("/webhooks/") else "PUT"
    assert (await client.request(method, path, json=theirs)).status_code == 200, path
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("A colleague changed this to")).to_be_visible()
    await expect(field).to_have_value(mine)


@pytest.mark.console(r"the server responded with a status of 412")
async def test_a_record_is_not_overwritten(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin2")
    await arrive(page, base, shop, "admin", "/admin")
    for noun, body, section, label, name in MADE:
        made = await client.post(f"/{noun}", body)
        assert made.status_code == 201, made.text
        path = f"/{noun}/{made.json()['data']['id']}"
        mine, theirs = ("https://mine.example/in", "https://theirs.example/in") if name == "url" else ("mine", "theirs")
        address = f"{base}/admin/{section}/{made.json()['data']['id']}"
        await refused(page, address, label, mine, client, (path, {name: theirs}))
        assert (await client.get(path)).json()["data"][name] == theirs
        await page.get_by_role("button", name="Keep mine").press("Enter")
        await save(page)
        assert (await client.get(path)).json()["data"][name] == mine


@pytest.mark.console(r"the server responded with a status of 412")
async def test_settings_are_not_overwritten(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin2")
    await arrive(page, base, shop, "admin", "/admin")
    for section, label, path, theirs in KEPT:
        mine = "2h" if "seconds" in str(theirs) else "https://mine.example" if "origins" in theirs else "Mine."
        await refused(page, f"{base}/admin/{section}", label, mine, client, (path, theirs))
        await page.get_by_role("button", name="Take theirs").press("Enter")
        await expect(page.get_by_role("group", name="Unsaved changes")).to_be_hidden()
