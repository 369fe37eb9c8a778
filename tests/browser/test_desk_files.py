"""The key that goes through the files of a ticket, and the viewer of a picture."""

from playwright.async_api import Page, expect

from tests.browser.test_desk_ticket import PIXEL, Opened, app, filed, said
from tests.support.desk import Client, Organization

__all__ = ["app"]


async def uploaded(client: Client, name: str, kind: str, content: bytes) -> dict[str, object]:
    sent = await client.request("POST", "/upload", files={"file": (name, content, kind)})
    assert sent.status_code in {200, 201}, sent.text
    return {key: sent.json()["data"][key] for key in ("filename", "url", "mime_type", "size")}


async def test_a_key_goes_through_the_files_from_the_newest(page: Page, app: Opened, shop: Organization) -> None:
    customer, agent = await shop.client("customer"), await shop.client("agent")
    ticket = await filed(customer)
    await said(agent, ticket, "The form.", attachments=[await uploaded(agent, "form.txt", "text/plain", b"form")])
    await said(agent, ticket, "The zip.", attachments=[await uploaded(agent, "zip.png", "image/png", PIXEL)])
    await app.show(ticket["number"])
    feed = page.get_by_role("feed")
    await expect(feed.get_by_role("link", name="zip.png")).to_be_visible()
    await feed.focus()
    await page.keyboard.press("v")
    picture = feed.get_by_role("button", name="Show zip.png")
    await expect(picture).to_be_focused()
    await page.keyboard.press("v")
    await expect(feed.get_by_role("link", name="form.txt")).to_be_focused()
    await expect(feed.get_by_role("link", name="form.txt")).to_be_in_viewport()
    await page.keyboard.press("v")
    await expect(picture).to_be_focused()  # after the oldest comes the newest
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("img", name="zip.png")).to_be_visible()
    await page.keyboard.press("v")  # below a dialog the page waits
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(picture).to_be_focused()
