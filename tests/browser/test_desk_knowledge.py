"""The knowledge base and macros in the agents' app, by keyboard."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.api.v1.test_pictures import picture
from tests.browser.desk_pages import REFUSED, arrive, desk_at, save
from tests.browser.test_account_pages import shoot
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Desk, Organization


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.console(REFUSED)
async def test_an_article_is_drafted_previewed_published_and_not_overwritten(
    page: Page, base: str, shop: Organization
) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/knowledge")
    await expect(page.get_by_text("No articles here.")).to_be_visible()
    await page.get_by_role("link", name="New article").press("Enter")
    await page.get_by_label("Title").fill("Washing a jacket")
    await page.get_by_label("Text").fill(
        "## At home\n\nCold, <script>alert(1)</script> **never** hot. <kbd>Stop</kbd> it."
    )
    preview = page.get_by_role("region", name="Preview")
    await expect(preview.locator("kbd", has_text="Stop")).to_be_visible()  # HTML, as readers see it
    await expect(preview.get_by_role("heading", name="At home")).to_be_visible()
    await look(page, "article-new")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Washing a jacket", level=1)).to_be_visible()
    await expect(page.get_by_role("link", name="Washing a jacket draft")).to_be_visible()
    await page.get_by_role("radio", name="Published").press("Space")
    await save(page)
    [article] = (await client.get("/kb/articles?published=true")).json()["data"]

    await page.get_by_label("Title").fill("Washing your jacket")
    by_colleague = await client.put(f"/kb/articles/{article['id']}", {"title": "Washing any jacket"})
    assert by_colleague.status_code == 200
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("A colleague changed this to “Washing any jacket” meanwhile.")).to_be_visible()
    await look(page, "article-conflict")
    await page.get_by_role("button", name="Keep mine").press("Enter")
    await save(page)
    kept = (await client.get(f"/kb/articles/{article['id']}")).json()["data"]
    assert (kept["title"], kept["published"]) == ("Washing your jacket", True)


@pytest.mark.console(REFUSED)
async def test_pictures_and_marks_are_put_into_a_text(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "admin", "/knowledge")
    await page.get_by_role("link", name="New article").press("Enter")
    await page.get_by_label("Title").fill("Mending a zip")
    text = page.get_by_label("Text")
    await text.fill("You need")
    marks = page.get_by_role("toolbar", name="Formatting")
    await marks.get_by_role("button", name="Heading").click()
    await expect(text).to_have_value("## You need")
    await text.press("End")
    await marks.get_by_role("button", name="Table").click()
    await expect(text).to_be_focused()
    await page.keyboard.insert_text("Tool")  # the first name of a column is chosen
    await expect(text).to_have_value("## You need\n\n| Tool | Column 2 |\n| --- | --- |\n|   |   |\n\n")
    await page.keyboard.press("Control+z")
    await expect(text).to_have_value("## You need\n\n| Column 1 | Column 2 |\n| --- | --- |\n|   |   |\n\n")
    await text.press("Control+End")
    chooser = page.get_by_label("Choose pictures")
    await chooser.set_input_files(FilePayload(name="The zip.png", mimeType="image/png", buffer=picture(600, 300)))
    preview = page.get_by_role("region", name="Preview")
    await expect(preview.get_by_role("img", name="The zip")).to_have_js_property("naturalWidth", 600)
    await expect(preview.get_by_role("table")).to_be_visible()
    await text.evaluate(
        """(it, bytes) => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], "Thread.png", { type: "image/png" }));
            it.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files, bubbles: true, cancelable: true }));
        }""",
        list(picture(80, 40)),
    )
    await expect(preview.get_by_role("img", name="Thread")).to_have_js_property("naturalWidth", 80)
    await chooser.set_input_files(FilePayload(name="no.png", mimeType="image/png", buffer=b"not one"))
    await expect(page.get_by_role("alert")).to_contain_text("no.png")
    await look(page, "article-pictures")
    await page.get_by_role("radio", name="Published").press("Space")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Mending a zip", level=1)).to_be_visible()
    await page.goto(f"{base.removesuffix('/desk')}/help/{shop.domain}/articles/en/mending-a-zip")
    await expect(page.get_by_role("img", name="The zip")).to_have_js_property("naturalWidth", 600)
    await shoot(page, "help-pictures")


async def test_a_macro_is_made_and_used_from_the_palette_and_taken_back(
    page: Page, base: str, shop: Organization
) -> None:
    client = await shop.client("admin")
    made = {"subject": "Broken zip", "description": "Since Monday"}
    ticket = (await client.post("/tickets", made)).json()["data"]
    await arrive(page, base, shop, "admin", "/admin/macros")
    await page.get_by_role("link", name="New macro").press("Enter")
    await page.get_by_label("Title").fill("Wait for parts")
    await page.get_by_role("button", name="Add an action").press("Enter")
    await page.get_by_label("an internal note").press("Space")
    await page.get_by_label("Words").fill("Parts are ordered.")
    await look(page, "macro-new")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Wait for parts")).to_be_visible()

    await page.goto(f"{base}/tickets/{ticket['id']}")
    await expect(page.get_by_role("heading", name="Broken zip")).to_be_visible()
    await page.keyboard.press("Shift+M")
    option = page.get_by_role("option", name="Wait for parts")
    await expect(option).to_contain_text("adds a note")
    await look(page, "macro-choice")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name="Tickets").get_by_text("Macro: Wait for parts")).to_be_visible()
    await expect(page.get_by_text("Parts are ordered.")).to_be_visible()
    assert (await client.get(f"/tickets/{ticket['id']}")).json()["data"]["priority"] == "high"
    async with page.expect_response(lambda answer: answer.url.endswith("/undo") and answer.ok):
        await page.keyboard.press("z")
    assert (await client.get(f"/tickets/{ticket['id']}")).json()["data"]["priority"] == "normal"


async def test_a_macro_that_writes_to_customers_is_shown_before_it_is_applied(
    page: Page, base: str, shop: Organization
) -> None:
    admin, customer = await shop.client("admin"), await shop.client("customer")
    tickets = [
        (await customer.post("/tickets", {"subject": subject, "description": "It broke."})).json()["data"]
        for subject in ("Zip", "Lamp", "Boots")
    ]
    closed = await admin.patch(f"/tickets/{tickets[2]['id']}/status", {"status": "solved"})
    assert closed.status_code == 200
    words = {"body": "Parts for {{ticket.subject}} are on their way."}
    macro = {"title": "Parts", "shared": True, "comment": words, "do": [{"snooze": "2d"}, {"add_tags": ["parts"]}]}
    assert (await admin.post("/macros", macro)).status_code == 201
    await arrive(page, base, shop, "admin", f"/inbox/all/{tickets[0]['number']}")
    await expect(page.get_by_role("heading", name="Zip")).to_be_visible()
    await page.keyboard.press("Shift+M")
    await expect(page.get_by_role("option", name="Parts")).to_contain_text("sends a reply to")
    await page.keyboard.press("Enter")
    preview = page.get_by_role("dialog", name="Macro: Parts").get_by_role("region", name="What it will do")
    await expect(preview.get_by_text("status: Pending")).to_be_visible()
    await expect(preview.get_by_text("gets the tag: parts")).to_be_visible()
    await expect(preview.get_by_text("Parts for Zip are on their way.")).to_be_visible()
    await look(page, "macro-preview")
    await expect(page.get_by_role("button", name="Apply")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert (await admin.get(f"/tickets/{tickets[0]['id']}")).json()["data"]["tags"] == []

    await page.goto(f"{base}/inbox/all?sort=number&order=asc")
    for subject in ("Zip", "Lamp", "Boots"):
        row = page.get_by_role("grid").get_by_role("row", name=subject)
        await row.get_by_role("checkbox").check(force=True)
    await page.get_by_role("toolbar", name="Selected tickets").get_by_role("button", name="Macro").click()
    await expect(page.get_by_role("option", name="Parts")).to_contain_text("each requester")
    await page.keyboard.press("Enter")
    await expect(preview.get_by_text("status: Pending · 2 tickets")).to_be_visible()
    await expect(preview.get_by_role("alert")).to_contain_text(f"#{tickets[2]['number']}:")
    await preview.get_by_text("Each ticket").click()
    await expect(preview.get_by_role("listitem").filter(has_text="Lamp")).to_contain_text("gets the tag: parts")
    await look(page, "macro-preview-many")
    await page.get_by_role("button", name="Apply to 2 tickets").click()
    await expect(page.get_by_text("Macro: Parts, 2 tickets. 1 was refused.").first).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    states = [(await admin.get(f"/tickets/{each['id']}")).json()["data"]["status"] for each in tickets]
    assert states == ["pending", "pending", "solved"]
    async with page.expect_response(lambda answer: answer.url.endswith("/undo") and answer.ok):
        await page.keyboard.press("z")
    states = [(await admin.get(f"/tickets/{each['id']}")).json()["data"]["status"] for each in tickets]
    assert states == ["new", "new", "solved"]


async def test_an_article_is_translated_beside_its_original(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    body = {"title": "Returns", "content": "## First\n\nSend it back.", "category": "Orders", "published": True}
    original = (await client.post("/kb/articles", body)).json()["data"]
    await arrive(page, base, shop, "admin", f"/knowledge/{original['id']}")
    await page.get_by_label("Translate into").select_option("de")
    await page.get_by_role("button", name="Translate", exact=True).press("Enter")
    await expect(page.get_by_role("heading", name="Translation into German (de)")).to_be_visible()
    beside = page.get_by_role("region", name="In English (en)")
    await expect(beside.get_by_role("heading", name="First")).to_be_visible()
    await look(page, "article-translation")
    await page.get_by_label("Title").fill("Rückgabe")
    await page.get_by_label("Text").fill("## Zuerst\n\nSchick es zurück.")
    await expect(beside.get_by_text("Send it back.")).to_be_visible()
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Rückgabe", level=1)).to_be_visible()
    await page.get_by_role("list", name="Languages").get_by_role("link", name="Returns").press("Enter")
    await expect(page.get_by_role("heading", name="Returns", level=1)).to_be_visible()
    await page.get_by_role("button", name="German (de)").press("Enter")
    await expect(page.get_by_role("region", name="In German (de)").get_by_text("Schick es zurück.")).to_be_visible()


async def test_a_search_that_found_nothing_becomes_an_article(
    page: Page, base: str, shop: Organization, desk: Desk
) -> None:
    reader = desk.client(base=f"/help/{shop.domain}")
    assert (await reader.get("/search?q=Invoice%20of%20May%3F")).status_code == 200
    await arrive(page, base, shop, "admin", "/knowledge")
    await page.get_by_role("link", name="Searches that found nothing").press("Enter")
    await expect(page.get_by_text("invoice of may?", exact=True)).to_be_visible()
    await look(page, "missed-searches")
    await page.get_by_role("link", name="Write an article about invoice of may?").press("Enter")
    await expect(page.get_by_label("Title")).to_have_value("invoice of may?")
    await page.go_back()
    await page.get_by_role("button", name="Dismiss invoice of may?").press("Enter")
    await expect(page.get_by_text("Every search has found an article.")).to_be_visible()
