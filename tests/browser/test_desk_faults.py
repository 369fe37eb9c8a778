"""Faults while an agent works: nothing typed is lost, and the screen says what happened."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, Route, expect

from tests.browser.test_desk_sign_in import look
from tests.browser.test_desk_ticket import Opened, app, filed
from tests.support.desk import Organization

pytestmark = pytest.mark.intercepts

__all__ = ["app"]

LIMIT = 25 * 1024 * 1024
BROKEN = {"error": {"code": "INTERNAL_ERROR", "message": "Something went wrong. Try again.", "details": {}}}
STALE = {"error": {"code": "STALE_VERSION", "message": "It was changed meanwhile.", "details": {}}}
SAID = {"500": "Something went wrong", "412": "It was changed meanwhile", "lost": "cannot be reached"}
"""The words on the screen for each fault."""


async def refuse_writes(page: Page, fault: str) -> Callable[[], Awaitable[None]]:
    """From now on each write meets the fault: a status with its body, or a lost connection. Returns how to end that."""

    async def meet(route: Route) -> None:
        if route.request.method in ("GET", "HEAD"):
            await route.fallback()
        elif fault == "lost":
            await route.abort()
        else:
            body = STALE if fault == "412" else BROKEN
            await route.fulfill(status=int(fault), content_type="application/json", body=json.dumps(body))

    await page.route("**/api/v1/**", meet)
    return lambda: page.unroute("**/api/v1/**", meet)


@pytest.mark.console(r"status of (412|500)|ERR_FAILED")
@pytest.mark.parametrize("fault", ["500", "412", "lost"])
async def test_no_write_that_fails_loses_a_word(page: Page, app: Opened, shop: Organization, fault: str) -> None:
    await (await shop.client("agent")).put("/settings/preferences", {"undo_seconds": 0})
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    await refuse_writes(page, fault)
    head = page.get_by_role("article", name="Ticket #")
    details = page.get_by_role("complementary", name="Details")

    await page.get_by_role("feed").focus()
    for key in ("p", "4"):
        await page.keyboard.press(key)
    await expect(details.get_by_role("alert").first).to_be_visible()
    await expect(head.get_by_role("button", name="Normal", exact=True)).to_be_visible()  # not what was refused

    await page.keyboard.press("n")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("A note to keep.")
    await page.reload()  # the last letter has had no time to reach anything
    await expect(page.get_by_role("textbox", name="Internal note")).to_have_text("A note to keep.")

    await page.goto(f"{app.base}/new")
    await page.get_by_label("Who asks").fill("ann@new.example")
    await page.get_by_label("Their name").fill("Ann Lee")
    await page.get_by_label("Subject").fill("A call")
    await page.get_by_label("What the customer says").fill("It rang.")
    await page.get_by_label("What the customer says").press("Control+Enter")
    await expect(page.get_by_role("alert").first).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Subject")).to_have_value("A call")
    await expect(page.get_by_label("What the customer says")).to_have_value("It rang.")


@pytest.mark.console(r"status of (412|500)|ERR_FAILED")
@pytest.mark.parametrize("fault", ["500", "412", "lost"])
async def test_no_act_that_fails_is_shown_as_done(page: Page, app: Opened, shop: Organization, fault: str) -> None:
    admin = await shop.client("admin")
    ticket = await filed(await shop.client("customer"))
    await page.goto("about:blank")  # what a page still asks for must not be refused
    await page.context.clear_cookies()
    await app.sign_in((await shop.person("admin")).email)
    await page.goto(f"{app.base}/inbox/all?q=zip")
    row = page.get_by_role("row").filter(has_text="Zip is broken")
    await expect(row).to_be_visible()
    mend = await refuse_writes(page, fault)
    said = SAID[fault]

    await page.get_by_role("button", name="Save as view").click()
    await page.get_by_label("Name of the view").fill("Zips")
    await page.get_by_label("Name of the view").press("Enter")
    await expect(page.get_by_role("region", name="Tickets").get_by_text(said)).to_be_visible()
    await expect(page.get_by_label("Name of the view")).to_have_value("Zips")
    await page.get_by_role("button", name="Cancel").click()

    await row.get_by_role("checkbox", name="Select").check()
    await page.keyboard.press("e")
    await expect(page.get_by_role("region", name="Tickets").get_by_text(said)).to_be_visible()
    await expect(row.get_by_role("img", name="New")).to_be_visible()  # as before

    await app.show(ticket["number"])
    await page.get_by_role("button", name="More acts").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(page.get_by_role("article", name="Ticket #").get_by_role("alert").first).to_contain_text(said)
    await expect(page.get_by_role("heading", name="Zip is broken")).to_be_visible()

    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("See the picture.")
    chooser = page.get_by_role("region", name="Write").locator("input[type=file]")
    await chooser.set_input_files([FilePayload(name="zip.txt", mimeType="text/plain", buffer=b"broken")])
    files = page.get_by_role("list", name="Files")
    await expect(files.get_by_role("alert")).to_be_visible()
    await mend()
    await files.get_by_role("button", name="Retry").click()
    await expect(files.get_by_role("alert")).to_have_count(0)
    await expect(files.get_by_role("button", name="Remove zip.txt")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Reply to Customer")).to_have_text("See the picture.")
    assert (await admin.get(f"/tickets/{ticket['id']}")).json()["data"]["status"] == "new"


@pytest.mark.console(r"status of (412|500)|ERR_FAILED")
@pytest.mark.parametrize("fault", ["500", "412", "lost"])
async def test_each_property_that_fails_says_so_in_its_place_and_stays_as_it_was(
    page: Page, app: Opened, shop: Organization, fault: str
) -> None:
    owner, customer = await shop.client("owner"), await shop.client("customer")
    assert (await owner.post("/categories", {"name": "Zips"})).status_code == 201
    assert (await owner.post("/fields", {"key": "order", "label": "Order", "type": "text"})).status_code == 201
    ticket, other = await filed(customer, tags=["late"]), await filed(customer, "Seam is open")
    await app.show(ticket["number"])
    details = page.get_by_role("complementary", name="Details")
    head = page.get_by_role("article", name="Ticket #")
    await expect(details.get_by_label("Category")).to_contain_text("Zips")
    mend = await refuse_writes(page, fault)
    said = SAID[fault]

    async def refused(name: str) -> None:
        row = (
            details.locator("[data-name], div")
            .filter(has=page.get_by_text(name, exact=True))
            .filter(has=page.get_by_role("alert"))
        )
        await expect(row.last).to_be_visible()

    for name, value, before in (("Status", "pending", "new"), ("Type", "incident", "question")):
        await details.get_by_label(name).select_option(value)
        await refused(name)
        await expect(details.get_by_label(name)).to_have_value(before)
    await details.get_by_label("Category").select_option(label="Zips")
    await refused("Category")
    await details.get_by_label("Order").fill("A-1042")
    await details.get_by_label("Order").press("Enter")
    await refused("Order")
    await details.get_by_role("button", name="Remove tag late").click()
    await refused("Tags")
    await expect(details.get_by_role("button", name="Remove tag late")).to_be_visible()
    await page.get_by_role("feed").focus()
    await page.keyboard.press("i")
    await refused("Assignee")
    await expect(details.get_by_role("button", name="Assignee Nobody")).to_be_visible()

    await page.keyboard.press("h")
    await expect(page.get_by_role("combobox", name="Let it wait until …")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(head.get_by_role("alert").filter(has_text=said).first).to_be_visible()
    await page.keyboard.press("Shift+L")
    await expect(page.get_by_role("combobox", name="Link with another ticket")).to_be_focused()
    await page.keyboard.type(f"#{other['number']}")
    await expect(page.get_by_role("option", name="Seam is open")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(head.get_by_role("alert").filter(has_text=said).first).to_be_visible()
    await mend()
    present = (await owner.get(f"/tickets/{ticket['id']}?include=links")).json()["data"]
    assert (present["version"], present["links"]) == (ticket["version"], [])


@pytest.mark.console(r"status of (412|422)")
async def test_a_draft_of_two_hundred_thousand_characters_is_kept_and_one_too_long_to_send_comes_back(
    page: Page, app: Opened, shop: Organization
) -> None:
    await (await shop.client("agent")).put("/settings/preferences", {"undo_seconds": 0})
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.insert_text("0123456789" * 20_000)
    field = page.get_by_role("textbox", name="Reply to Customer")
    await expect(page.get_by_text("Draft saved")).to_be_visible()
    await page.reload()
    await expect(field).to_contain_text("0123456789")
    assert len(await field.inner_text()) >= 200_000
    await field.focus()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("alert").filter(has_text="not sent")).to_be_visible()
    await page.get_by_role("button", name="Edit").click()
    await expect(field).to_contain_text("0123456789")
    assert len(await field.inner_text()) >= 200_000


async def test_fifty_files_and_one_that_is_too_large_say_what_was_left_out(
    page: Page, app: Opened, shop: Organization, tmp_path: Path
) -> None:
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    large = tmp_path / "large.bin"
    await asyncio.to_thread(large.write_bytes, b"\0" * (LIMIT + 1))
    chooser = page.get_by_role("region", name="Write").locator("input[type=file]")
    await chooser.set_input_files(str(large))
    await expect(page.get_by_text("Larger than 25")).to_be_visible()
    pages = [FilePayload(name=f"page-{number}.txt", mimeType="text/plain", buffer=b"x") for number in range(50)]
    await chooser.set_input_files(pages)
    await expect(page.get_by_text("A message takes at most 20 files").first).to_be_visible()
    await expect(page.get_by_text("Draft saved")).to_be_visible()
    await look(page, "fifty-files")


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_that_is_wrong_by_a_day_loses_no_reply(
    page: Page, app: Opened, shop: Organization, days: int
) -> None:
    agent = await shop.client("agent")
    await agent.put("/settings/preferences", {"undo_seconds": 30})
    ticket = await filed(await shop.client("customer"))
    await page.add_init_script(
        f"const now = Date.now.bind(Date), off = {days} * 86400000; const Real = Date;"
        "window.Date = class extends Real { constructor(...given) { given.length ? super(...given) : super(now() + off); }"
        " static now() { return now() + off; } };"
    )
    await app.show(ticket["number"])
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("On its way.")
    async with page.expect_response(lambda each: each.url.endswith("/comments") and each.ok):
        await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("feed")).to_contain_text("On its way.")
    await page.get_by_role("feed").focus()
    await page.keyboard.press("z")
    await expect(page.get_by_role("textbox", name="Reply to Customer")).to_have_text("On its way.")
    assert (await agent.get(f"/tickets/{ticket['id']}/comments")).json()["data"] == []
    await page.keyboard.press("Escape")
    await page.get_by_role("feed").focus()
    await page.keyboard.press("h")
    await expect(page.get_by_role("combobox", name="Let it wait until …")).to_be_focused()
    await page.keyboard.type("3h")
    await expect(page.get_by_role("option", name="In 3h")).to_have_attribute("aria-selected", "true")
    before = datetime.now(UTC)
    async with page.expect_response(lambda each: each.url.endswith("/snooze") and each.ok) as snoozed:
        await page.keyboard.press("Enter")
    until = datetime.fromisoformat((await (await snoozed.value).json())["data"]["snoozed_until"])
    assert abs(until - before - timedelta(hours=3)) < timedelta(minutes=5), "the server's clock counts"
