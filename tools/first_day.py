"""Sets a fresh desk up in a browser, as docs/user/first-day.md describes, and takes the pictures of its steps.

Start a server without an owner, with DESKBELL_INBOUND_SMTP=127.0.0.1:2525, then
`python -m tools.first_day http://127.0.0.1:8000 2525`.
"""

import asyncio
import shutil
import smtplib
import sys
from email.message import EmailMessage
from typing import Final

from playwright.async_api import Page, async_playwright, expect
from tools.pictures import PASSWORD, PROGRAMS, take, window

_OWNER: Final = "olu@lamps.example"
_SUPPORT: Final = "help@lamps.example"
_WIDE: Final = 1100
_HIGH: Final = 700


async def main(base: str, smtp_port: int) -> None:
    """Walks through the first day."""
    program = next(found for name in PROGRAMS if (found := shutil.which(name)))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = await window(browser, _WIDE, _HIGH)
        await set_up(page, f"{base}/desk")
        await organization(page, f"{base}/desk/admin")
        await work(page, f"{base}/desk/admin")
        await first_mail(page, f"{base}/desk", smtp_port)
        await browser.close()


async def set_up(page: Page, desk: str) -> None:
    """The organization with its owner, and the checklist."""
    await page.goto(f"{desk}/setup")
    await page.get_by_label("Organization").fill("Lamps and more")
    await page.get_by_label("Your name").fill("Olu Adeyemi")
    await page.get_by_label("E-mail address").fill(_OWNER)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await take(page, "first-day-setup")
    await page.keyboard.press("Enter")
    await page.get_by_role("navigation", name="Places").wait_for()
    await page.goto(f"{desk}/dashboard")
    await page.get_by_role("region", name="First steps").wait_for()
    await page.wait_for_load_state("networkidle")
    await take(page, "first-day-steps")


async def organization(page: Page, admin: str) -> None:
    """The name, the mailbox and a colleague."""
    await page.goto(f"{admin}/organization")
    await page.get_by_label("Business name").fill("Lamps and more")
    await page.get_by_label("Domain", exact=True).fill("lamps.example")
    await save(page)
    await page.goto(f"{admin}/mailboxes/new")
    await page.get_by_label("Name", exact=True).fill("Lamps help")
    await page.get_by_label("Addresses").fill(_SUPPORT)
    await take(page, "first-day-mailbox")
    await create(page, "Lamps help")
    for name in ("Ada", "Ben", "Cleo"):
        await page.goto(f"{admin}/invitations/new")
        await page.get_by_label("E-mail address").fill(f"{name.lower()}@lamps.example")
        await page.get_by_label("Name", exact=True).fill(name)
        await create(page, f"{name.lower()}@lamps.example")
    await take(page, "first-day-team")


async def work(page: Page, admin: str) -> None:
    """A canned response, a field with its form, and a rule."""
    await page.goto(f"{admin}/canned-responses/new")
    await page.get_by_label("Title").fill("Thanks")
    await page.get_by_label("Shortcut").fill("thanks")
    await page.get_by_label("Text", exact=True).fill("Hello {{requester.name}},\n\nthank you for writing to us.")
    await create(page, "Thanks")
    await page.goto(f"{admin}/fields/new")
    await page.get_by_label("Label").fill("Order number")
    await page.get_by_label("Key", exact=True).fill("order_number")
    await create(page, "Order number")
    await page.goto(f"{admin}/forms/new")
    await page.get_by_label("Name", exact=True).fill("All requests")
    await page.get_by_label("The default form").check()
    await page.get_by_label("Add a field").select_option("order_number")
    await page.get_by_label("Must have a value").select_option("solve")
    await take(page, "first-day-form")
    await create(page, "All requests")
    await page.goto(f"{admin}/rules/new")
    await page.get_by_label("Name", exact=True).fill("Broken lamps are urgent")
    await page.get_by_label("If all of these hold").fill("subject:broken")
    await page.get_by_role("button", name="Add an action").click()
    await page.get_by_label("Value of action 1").select_option("urgent")
    await expect(page.get_by_text("The conditions can be read.")).to_be_visible()
    await take(page, "first-day-rule")
    await create(page, "Broken lamps are urgent")


async def first_mail(page: Page, desk: str, smtp_port: int) -> None:
    """A customer's mail, and the answer to it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Maya Lindqvist <maya@customer.example>", _SUPPORT, "My lamp is broken"
    mail["Message-ID"] = "<first-day@customer.example>"
    mail.set_content("Hello,\n\nthe lamp that came on Monday stays dark. What can I do?\n\nMaya\n")

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", smtp_port, timeout=30) as server:
            server.send_message(mail)

    await asyncio.to_thread(send)
    await page.goto(f"{desk}/inbox/unassigned")
    await page.get_by_role("row").filter(has_text="My lamp is broken").click()
    await page.get_by_role("feed").wait_for()
    await page.keyboard.press("r")
    await page.keyboard.type("Hello Maya, a new one is on its way to you.")
    await page.get_by_role("textbox", name="Reply").filter(has_text="on its way").wait_for()
    await take(page, "first-day-answer")
    await page.keyboard.press("Control+Enter")
    await page.get_by_text("a new one is on its way").wait_for()


async def save(page: Page) -> None:
    """Saves a form and waits until nothing is unsaved."""
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("group", name="Unsaved changes")).to_be_hidden()


async def create(page: Page, title: str) -> None:
    """Creates a record and waits for it under its name."""
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].rstrip("/"), int(sys.argv[2])))
