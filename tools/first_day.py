"""Sets a fresh desk up in a browser, as docs/user/first-day.md describes, and takes the pictures of its steps.

Start a server without an owner, with DESKBELL_INBOUND_SMTP=127.0.0.1:2525, then
`python -m tools.first_day http://127.0.0.1:8000 2525`. tests/browser/test_desk_first_day.py goes the same way without pictures.
"""

import asyncio
import shutil
import smtplib
import sys
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import Final, TypeAlias

from playwright.async_api import Page, async_playwright, expect
from tools.pictures import PASSWORD, PROGRAMS, take, window

Shoot: TypeAlias = Callable[[Page, str], Awaitable[None]]
"""Takes a picture of a page, under a name."""
_OWNER: Final = "olu@lamps.example"
_SUPPORT: Final = "help@lamps.example"
_COLLEAGUES: Final = ("Ada", "Ben", "Cleo")
_WIDE: Final = 1100
_HIGH: Final = 700
_PATIENCE: Final = 120
"""Seconds to wait for a mail, on a machine that does much else."""


async def main(base: str, smtp_port: int) -> None:
    """Walks through the first day."""
    program = next(found for name in PROGRAMS if (found := shutil.which(name)))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        await walk(await window(browser, _WIDE, _HIGH), base, smtp_port, take)
        await browser.close()


async def walk(page: Page, base: str, smtp_port: int, shoot: Shoot) -> None:
    """The whole day in one window, from the first form to the customer's rating."""
    await set_up(page, f"{base}/desk", shoot)
    await organization(page, f"{base}/desk/admin", shoot)
    await joining(page, base, shoot)
    await work(page, f"{base}/desk/admin", shoot)
    await promise(page, f"{base}/desk", shoot)
    await first_mail(page, f"{base}/desk", smtp_port, shoot)
    await rating(page, base, shoot)


async def set_up(page: Page, desk: str, shoot: Shoot) -> None:
    """The organization with its owner, and the checklist."""
    await page.goto(f"{desk}/setup")
    await page.get_by_label("Organization").fill("Lamps and more")
    await page.get_by_label("Your name").fill("Olu Adeyemi")
    await page.get_by_label("E-mail address").fill(_OWNER)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await shoot(page, "first-day-setup")
    await page.keyboard.press("Enter")
    await page.get_by_role("navigation", name="Places").wait_for()
    await page.goto(f"{desk}/dashboard")
    await page.get_by_role("region", name="First steps").wait_for()
    await page.wait_for_load_state("networkidle")
    await shoot(page, "first-day-steps")


async def organization(page: Page, admin: str, shoot: Shoot) -> None:
    """The name, the mailbox and three invitations."""
    await page.goto(f"{admin}/organization")
    await page.get_by_label("Business name").fill("Lamps and more")
    await page.get_by_label("Domain", exact=True).fill("lamps.example")
    await save(page)
    await page.goto(f"{admin}/mailboxes/new")
    await page.get_by_label("Name", exact=True).fill("Lamps help")
    await page.get_by_label("Addresses").fill(_SUPPORT)
    await shoot(page, "first-day-mailbox")
    await create(page, "Lamps help")
    for name in _COLLEAGUES:
        await page.goto(f"{admin}/invitations/new")
        await page.get_by_label("E-mail address").fill(f"{name.lower()}@lamps.example")
        await page.get_by_label("Name", exact=True).fill(name)
        await create(page, f"{name.lower()}@lamps.example")
    await shoot(page, "first-day-team")


async def joining(page: Page, base: str, shoot: Shoot) -> None:
    """The colleagues open the links of their mails, choose passwords and are members."""
    for name in _COLLEAGUES:
        link = page.locator("pre a[href*='/app/accept-invitation?token=']").first
        mail = page.get_by_role("listitem").filter(has_text=f"{name.lower()}@lamps.example").get_by_role("link").first
        async with asyncio.timeout(_PATIENCE):
            while await link.count() == 0:  # a job sends the mail
                await page.goto(f"{base}/dev/mail")
                if await mail.count() > 0:
                    await mail.click()
                    await page.get_by_role("link", name="All mail").wait_for()
        await link.click()
        await page.get_by_label("Your name").fill(f"{name} Lund")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        if name == _COLLEAGUES[0]:
            await shoot(page, "first-day-invitation")
        await page.get_by_role("button", name="Join the team").click()
        await page.get_by_role("heading", name="You have joined").wait_for()
    await page.goto(f"{base}/desk/admin/members")
    for name in _COLLEAGUES:
        await page.get_by_role("link", name=f"{name} Lund").first.wait_for()
    await shoot(page, "first-day-joined")


async def work(page: Page, admin: str, shoot: Shoot) -> None:
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
    await shoot(page, "first-day-form")
    await create(page, "All requests")
    await page.goto(f"{admin}/rules/new")
    await page.get_by_label("Name", exact=True).fill("Broken lamps are urgent")
    await page.get_by_label("If all of these hold").fill("subject:broken")
    await page.get_by_role("button", name="Add an action").click()
    await page.get_by_label("Value of action 1").select_option("urgent")
    await expect(page.get_by_text("The conditions are valid.")).to_be_visible()
    await shoot(page, "first-day-rule")
    await create(page, "Broken lamps are urgent")


async def promise(page: Page, desk: str, shoot: Shoot) -> None:
    """A service level for urgent tickets, and the first article."""
    await page.goto(f"{desk}/admin/service-levels")
    await page.get_by_label("Urgent: First answer within").fill("1h")
    await page.get_by_label("Urgent: Solution within").fill("1d")
    await shoot(page, "first-day-service-level")
    await save(page)
    await page.goto(f"{desk}/knowledge/new")
    await page.get_by_label("Title").fill("My lamp stays dark")
    await page.locator("form [name=category]").fill("Repairs")
    await page.get_by_label("Text").fill(
        "## First\n\nTurn the bulb to the right until it sits tight.\n\n## Then\n\nWrite to us: we send a new one."
    )
    await page.get_by_label("Published").check()
    await page.get_by_role("region", name="Preview").get_by_role("heading", name="Then").wait_for()
    await shoot(page, "first-day-article")
    await create(page, "My lamp stays dark")


async def first_mail(page: Page, desk: str, smtp_port: int, shoot: Shoot) -> None:
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
    await shoot(page, "first-day-answer")
    await page.keyboard.press("Control+Shift+Enter")  # the form wants the order number before a ticket is solved
    number = page.get_by_role("complementary", name="Details").get_by_label("Order number")
    await expect(number).to_have_attribute("aria-invalid", "true")
    await shoot(page, "first-day-needed")
    await number.fill("A-10412")
    await number.press("Enter")
    await expect(number).not_to_have_attribute("aria-invalid", "true")
    await page.get_by_role("textbox", name="Reply").press("Control+Shift+Enter")
    await page.get_by_text("status: New → Solved").first.wait_for()


async def rating(page: Page, base: str, shoot: Shoot) -> None:
    """The customer's mail, which a desk without a mail server shows on a page, and their rating by its link."""
    answer = page.get_by_role("link").filter(has_text="My lamp is broken").first
    question = page.locator("pre a[href*='/rate?token=']").first
    async with asyncio.timeout(_PATIENCE):
        while await question.count() == 0:  # a reply can be taken back for ten seconds, and then a job sends it
            await page.goto(f"{base}/dev/mail")
            if await answer.count() > 0:
                await answer.click()
                await page.get_by_role("link", name="All mail").wait_for()
    await shoot(page, "first-day-mail")
    await question.click()
    await page.get_by_label("5", exact=True).check()
    await page.get_by_label("Comment").fill("Quick and kind.")
    await shoot(page, "first-day-rating")
    await page.get_by_role("button", name="Rate", exact=True).click()
    await page.get_by_role("status").filter(has_text="Thank you").wait_for()
    await page.goto(f"{base}/desk/inbox/solved")
    await page.get_by_role("row").filter(has_text="My lamp is broken").click()
    await page.get_by_role("feed").wait_for()
    rated = page.get_by_role("img", name="Rated 5 of 5")
    if not await page.get_by_role("complementary", name="Details").is_visible():
        await page.keyboard.press("]")
    await rated.wait_for()
    await expect(page.get_by_text("order_number", exact=True)).to_have_count(0)  # the field, not its key once more
    await shoot(page, "first-day-rated")


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
