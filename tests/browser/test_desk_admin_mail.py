"""An admin maintains mailboxes, suppressed addresses and statuses, by keyboard."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.api.v1.test_mail import raw_mail, taken
from tests.browser.desk_pages import REFUSED, arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.features.mail.test_sending import replied, send, states
from tests.support.desk import Desk, Organization
from tests.support.sink import running_sink


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.console(REFUSED)
async def test_a_mailbox_is_made_and_an_address_suppressed_and_allowed_again(
    page: Page, base: str, shop: Organization
) -> None:
    client = await shop.client("admin")
    group = (await client.post("/groups", {"name": "Returns"})).json()["data"]["id"]
    await arrive(page, base, shop, "admin", "/admin/mailboxes/new")
    await page.get_by_label("Name").fill("Billing")
    await page.get_by_label("Addresses").fill("no address")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("Addresses")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Addresses").fill(f"billing@{shop.domain}")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Billing", level=1)).to_be_visible()
    await page.get_by_label("Signature").fill("Your shop")
    await page.get_by_label("Web forms").fill("@web.example")
    await page.get_by_label("Groups of aliases").fill(f"billing@{shop.domain} = unknown")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("Groups of aliases")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Groups of aliases").fill(f"billing@{shop.domain} = returns")
    await save(page)
    await look(page, "admin-mailbox")
    made = {each["name"]: each for each in (await client.get("/mailboxes")).json()["data"]}["Billing"]
    assert (made["addresses"], made["signature"]) == ([f"billing@{shop.domain}"], "Your shop")
    assert (made["form_senders"], made["address_groups"]) == (["@web.example"], {f"billing@{shop.domain}": group})

    await page.goto(f"{base}/admin/mails")
    await expect(page.get_by_role("heading", name="State of mail")).to_be_visible()
    await look(page, "admin-mails")
    await (
        page.get_by_role("region", name="State of mail").get_by_role("link", name="Suppressed addresses").press("Enter")
    )
    await page.get_by_role("link", name="Suppress an address").press("Enter")
    await page.get_by_label("E-mail address").fill("gone@nowhere.example")
    await page.keyboard.press("Control+s")
    await page.get_by_role("link", name="gone@nowhere.example").press("Enter")
    await expect(page.get_by_role("heading", name="gone@nowhere.example")).to_be_visible()
    await look(page, "admin-suppressed")
    await page.get_by_role("button", name="Send mail to it again").press("Enter")
    question = page.get_by_role("dialog", name="Send mail to it again")
    await question.get_by_role("button", name="Send mail to it again").press("Enter")
    await expect(page.get_by_text("Every address gets mail.")).to_be_visible()
    assert (await client.get("/suppressed-addresses")).json()["data"] == []


async def test_a_mail_that_failed_is_read_about_and_offered_again_and_a_sender_blocked_and_cleared(
    page: Page, base: str, shop: Organization
) -> None:
    filed = await taken(shop, raw_mail("Zip"))
    await replied(shop, filed.mail.ticket_id)
    async with running_sink() as sink:
        sink.answer = lambda _phase, _to: "550 5.7.1 Not today"
        await send(shop, sink)
    await arrive(page, base, shop, "admin", "/admin/mails")
    figures = page.get_by_role("region", name="State of mail")
    await figures.get_by_role("link", name="Failed").press("Enter")
    await page.get_by_role("link", name="Zip · failed").press("Enter")
    unsent = page.get_by_role("article", name="Unsent mail")
    await expect(unsent).to_contain_text("550 5.7.1 Not today")
    await look(page, "admin-unsent")
    async with page.expect_response(lambda answer: answer.url.endswith("/retry") and answer.ok):
        await unsent.get_by_role("button", name="Try again now").press("Enter")
    await expect(page.get_by_text("Every mail was taken by its recipient’s mail server.")).to_be_visible()
    assert list((await states(shop)).values()) == ["queued"]

    await page.goto(f"{base}/admin/mails")
    await figures.get_by_role("link", name="Blocked and trusted senders").press("Enter")
    await page.get_by_role("link", name="Add a sender").press("Enter")
    await page.get_by_label("E-mail address").fill("noise@nowhere.example")
    await page.keyboard.press("Control+s")
    await page.get_by_role("link", name="noise@nowhere.example").press("Enter")
    await expect(page.get_by_text("Its mail is refused since")).to_be_visible()
    await look(page, "admin-senders")
    await page.get_by_role("button", name="Treat it as any other sender").press("Enter")
    question = page.get_by_role("dialog", name="Treat it as any other sender")
    await question.get_by_role("button", name="Treat it as any other sender").press("Enter")
    await expect(page.get_by_text("Mail of all senders is treated alike.")).to_be_visible()
    assert (await (await shop.client("admin")).get("/mail-senders")).json()["data"] == []
    await _reject_several(page, base, shop)


async def _reject_several(page: Page, base: str, shop: Organization) -> None:
    """Rejects two mails in quarantine together."""
    for subject in ("Left", "Right"):
        assert (await taken(shop, f"Subject: {subject}\r\n\r\nHello\r\n".encode())).mail.state == "quarantined"
    await page.goto(f"{base}/admin/mails?state=quarantined")
    several = page.get_by_role("region", name="Selected mails")
    await page.get_by_role("checkbox", name="Select Left").press("Space")
    await expect(several).to_contain_text("1 selected")
    await several.get_by_role("button", name="Select all shown").press("Enter")
    await expect(several).to_contain_text("2 selected")
    await look(page, "admin-quarantine")
    await several.get_by_role("button", name="Reject").press("Enter")
    await expect(page.get_by_text("No such mail.")).to_be_visible()
    found = (await (await shop.client("admin")).get("/mails", params={"state": "rejected"})).json()["data"]
    assert sorted(each["subject"] for each in found) == ["Left", "Right"]


async def test_an_own_status_is_made_and_retired(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("admin")
    await arrive(page, base, shop, "admin", "/admin/statuses/new")
    await page.get_by_label("Name", exact=True).fill("Waiting for parts")
    await page.get_by_label("Within").select_option("hold")
    await look(page, "admin-status")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name="Waiting for parts")).to_be_visible()
    [made] = (await client.get("/statuses")).json()["data"]
    assert (made["name"], made["category"]) == ("Waiting for parts", "hold")
    await page.get_by_role("button", name="Retire this status").press("Enter")
    question = page.get_by_role("dialog", name="Retire this status")
    await question.get_by_role("button", name="Retire this status").press("Enter")
    await expect(page.get_by_role("button", name="Use it again")).to_be_visible()
