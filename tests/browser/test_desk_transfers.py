"""An admin imports a table and exports tickets in the browser: mapping, preview, progress that a reload shows, refused rows."""

import json
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.desk_pages import arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.support.desk import PASSWORD, Desk, Organization
from tests.support.work import work

pytestmark = pytest.mark.intercepts

WRITES = "**/api/v1/**"
ROWS = (
    "Title,Mail,Text,State,Opened\n"
    "Zip,ann@example.org,It broke,Parked,03/11/2025 14:05\n"
    "Bag,bob@example.org,Torn,open,04/11/2025\n"
    ",jo@example.org,Nothing in the subject,open,04/11/2025\n"
)


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


async def fetched(page: Page, address: str | None) -> str:
    """The text of a file, with the browser's own session. The application in this process serves no downloads."""
    return str(await page.evaluate("address => fetch(address).then((answer) => answer.text())", address))


async def test_a_table_is_mapped_previewed_and_imported(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/imports/new")
    await page.get_by_role("button", name="Upload").press("Enter")
    await expect(page.get_by_text("Choose a file first.")).to_be_visible()
    file = {"name": "tickets.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    await page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]  # a payload
    await expect(page.get_by_label("Format")).to_have_value("csv")
    await look(page, "admin-import-new")
    await page.get_by_role("button", name="Upload").press("Enter")
    await expect(page.get_by_role("heading", name="tickets.csv")).to_be_visible()
    await expect(page.get_by_label("Column Title becomes")).to_have_value("subject")
    await expect(page.get_by_label("Column Text becomes")).to_have_value("description")
    await expect(page.get_by_role("row", name="Zip ann@example.org")).to_be_visible()
    await expect(page.get_by_role("region", name="Lines that would be refused").last).to_contain_text("is empty")

    await page.get_by_label("Column Text becomes").select_option("field:Text")
    await page.get_by_label("Words to translate").fill("Parked = pending")
    await expect(page.get_by_role("row", name="Zip ann@example.org pending")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Column Text becomes")).to_have_value("field:Text")
    await expect(page.get_by_role("row", name="Zip ann@example.org pending")).to_be_visible()
    await look(page, "admin-import-preview")

    await page.get_by_role("button", name="Start the import").press("Enter")
    await expect(page.get_by_text("waiting, 0 % done")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("waiting, 0 % done")).to_be_visible()
    await work(shop.desk, shop)
    await expect(page.get_by_role("status").filter(has_text="done")).to_have_text("done")
    await expect(page.get_by_role("region", name="What it has brought")).to_contain_text("Refused lines1")
    await expect(page.get_by_role("region", name="Refused lines", exact=True).last).to_contain_text("is empty")
    await look(page, "admin-import-done")
    refused = await fetched(
        page, await page.get_by_role("link", name="Download the refused lines").get_attribute("href")
    )
    assert "jo@example.org,Nothing in the subject" in refused
    found = {each["subject"]: each for each in (await client.get("/tickets")).json()["data"]["tickets"]}
    assert found.keys() == {"Zip", "Bag"}
    assert (found["Zip"]["status"], found["Zip"]["custom_fields"]) == (
        "pending",
        [{"name": "Text", "value": "It broke"}],
    )


OTHER_FORMATS = {
    "jsonl": {"kind": "ticket", "subject": "Zip", "requester": {"email": "ann@example.org"}},
    "github": {"number": 3, "subject": "Zip", "created_at": "2020-01-01T00:00:00Z", "state": "open", "requester": "ann"},
    "zendesk": {"id": 77, "subject": "Zip", "status": "hold", "created_at": "2024-01-02T03:04:05Z",
                "requester": {"id": 1, "name": "Ann", "email": "ann@example.org", "role": "end-user"}},
}  # fmt: skip
"""A file of one ticket in each format that has no columns to map."""


async def test_a_file_of_each_other_format_is_shown_and_imported_by_clicking(
    page: Page, base: str, shop: Organization
) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/imports")
    for number, (format_, ticket) in enumerate(OTHER_FORMATS.items(), 1):
        await page.get_by_role("link", name="New import").click()
        content = f"{json.dumps(ticket)}\nno line of any format\n".encode()
        file = {"name": f"{format_}.jsonl", "mimeType": "application/json", "buffer": content}
        await page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]  # a payload
        await page.get_by_label("Format").select_option(format_)
        await page.get_by_role("button", name="Upload").click()
        await expect(page.get_by_role("heading", name=f"{format_}.jsonl")).to_be_visible()
        await expect(page.get_by_role("row", name="Zip")).to_be_visible()
        await expect(page.get_by_label("Column")).to_have_count(0)
        await expect(page.get_by_role("region", name="Lines that would be refused").last).to_be_visible()
        await page.get_by_role("button", name="Start the import").click()
        await expect(page.get_by_text("waiting, 0 % done")).to_be_visible()
        await work(shop.desk, shop)
        await expect(page.get_by_role("status").filter(has_text="done")).to_have_text("done")
        await expect(page.get_by_role("region", name="What it has brought")).to_contain_text("Refused lines1")
        assert len((await client.get("/tickets")).json()["data"]["tickets"]) == number, format_


async def test_a_waiting_import_is_cancelled(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    upload = await client.post("/imports?format=csv", files={"file": ("old.csv", b"subject,email\nA,a@example.org\n")})
    import_id = upload.json()["data"]["id"]
    table = {"columns": ["subject", "requester_email"]}
    assert (await client.post(f"/imports/{import_id}/start", {"table": table})).status_code == 200
    await arrive(page, base, shop, "admin", f"/admin/imports/{import_id}")
    await page.get_by_role("button", name="Cancel this import").press("Enter")
    question = page.get_by_role("dialog", name="Cancel this import")
    await question.get_by_role("button", name="Cancel this import").press("Enter")
    await expect(page.get_by_role("status").filter(has_text="cancelled")).to_be_visible()
    await expect(page.get_by_role("list", name="Imports").get_by_text("cancelled")).to_be_visible()


async def test_tickets_of_a_search_are_exported(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    for subject, tags in (("Zip", ["late"]), ("Bag", [])):
        filed = {"subject": subject, "description": "Broken", "tags": tags}
        assert (await client.post("/tickets", filed)).status_code == 201
    await arrive(page, base, shop, "admin", "/admin/exports/new")
    await page.get_by_label("Format").select_option("csv")
    await page.get_by_label("Only tickets that match").fill("tag:late")
    await look(page, "admin-export-new")
    await page.get_by_role("button", name="Start the export").press("Enter")
    await expect(page.get_by_text("waiting, 0 % done")).to_be_visible()
    await work(shop.desk, shop)
    download = page.get_by_role("link", name="Download (")
    await expect(download).to_be_visible()
    await look(page, "admin-export-done")
    table = await fetched(page, await download.get_attribute("href"))
    assert [line.split(",")[1] for line in table.splitlines()] == ["subject", "Zip"]


async def end_session(page: Page) -> None:
    """From now on the server refuses every write but a sign-in, as after the end of a session."""
    body = {"error": {"code": "AUTHENTICATION_REQUIRED", "message": "Sign in.", "details": {}}}

    async def refuse(route: Route) -> None:
        if route.request.method == "GET" or "/auth/" in route.request.url:
            await route.fallback()
        else:
            await route.fulfill(status=401, content_type="application/json", body=json.dumps(body))

    await page.route(WRITES, refuse)


async def sign_in_again(page: Page) -> None:
    """Signs in over the page once it says that the session has ended."""
    dialog = page.get_by_role("dialog", name="Your session has ended")
    await expect(dialog).to_be_visible()
    await page.unroute(WRITES)
    await dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    await dialog.get_by_label("Password", exact=True).press("Enter")
    await expect(dialog).to_be_hidden()


@pytest.mark.console(r"the server responded with a status of 401")
# The page that is loaded again may ask for the preview of an import that has started meanwhile.
@pytest.mark.console(r"status of 409 \(Conflict\) .*/imports/[0-9a-f-]+/preview", sometimes=True)
async def test_a_session_that_ends_during_an_import_loses_nothing(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "admin", "/admin/imports/new")
    file = {"name": "tickets.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    await page.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]  # a payload
    await expect(page.get_by_label("Format")).to_have_value("csv")
    await end_session(page)
    await page.get_by_role("button", name="Upload").press("Enter")
    await sign_in_again(page)
    await page.get_by_role("button", name="Upload").press("Enter")
    await expect(page.get_by_role("heading", name="tickets.csv")).to_be_visible()
    await page.get_by_label("Column Text becomes").select_option("field:Text")
    await expect(page.get_by_role("row", name="Zip ann@example.org")).to_be_visible()
    await end_session(page)
    await page.get_by_role("button", name="Start the import").press("Enter")
    await sign_in_again(page)
    await expect(page.get_by_label("Column Text becomes")).to_have_value("field:Text")
    await page.get_by_role("button", name="Start the import").press("Enter")
    await expect(page.get_by_text("waiting, 0 % done")).to_be_visible()


@pytest.mark.console(r"the server responded with a status of 401")
async def test_a_session_that_ends_in_a_form_loses_nothing(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "admin", "/admin/groups/new")
    await page.get_by_label("Name", exact=True).fill("Returns")
    await page.get_by_label("Description").fill("All that comes back")
    await end_session(page)
    await page.keyboard.press("Control+s")
    await sign_in_again(page)
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Returns")
    await expect(page.get_by_label("Description")).to_have_value("All that comes back")
    await save(page)
    await expect(page.get_by_role("heading", name="Returns")).to_be_visible()
