"""Takes the README's pictures of a running demo: `python -m tools.pictures http://127.0.0.1:8000` after `make run`."""

import asyncio
import io
import shutil
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
PASSWORD: Final = "demo-password-1"  # noqa: S105 - printed by every demo
PROGRAMS: Final = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")
COLORS: Final = 128
"""Enough for a page of text, and a quarter of the bytes."""


async def main(base: str) -> None:
    """Takes each picture in a window of its own."""
    program = next(found for name in PROGRAMS if (found := shutil.which(name)))
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        await agents_app(await window(browser, 1280, 800), base)
        await dashboard(await window(browser, 1280, 800, dark=True), base)
        await help_centre(await window(browser, 1280, 800), base)
        await browser.close()


async def window(browser: Browser, width: int, height: int, *, dark: bool = False) -> Page:
    """A new window, without animations."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale="en-GB",
        reduced_motion="reduce",
    )  # fmt: skip
    return await context.new_page()


async def agents_app(page: Page, base: str) -> None:
    """The inbox with a ticket that is being answered."""
    await sign_in(page, base, "agent@demo.example")
    await page.goto(f"{base}/desk/inbox/mine")
    await page.get_by_role("grid").get_by_role("row").nth(4).wait_for()
    await page.keyboard.press("j")
    await page.get_by_role("feed").wait_for()
    await page.keyboard.press("r")
    await page.keyboard.type("Hello, thank you for the details. I have looked into it: ")
    await page.get_by_role("textbox", name="Reply").filter(has_text="looked into it").wait_for()
    await page.get_by_text("Draft saved").wait_for()
    await take(page, "agents-app")
    await page.get_by_role("button", name="Discard the draft").press("Enter")


async def dashboard(page: Page, base: str) -> None:
    """The dashboard of an owner."""
    await sign_in(page, base, "owner@demo.example")
    await page.goto(f"{base}/desk/dashboard")
    await page.get_by_role("heading", name="Next deadlines").wait_for()
    await page.wait_for_load_state("networkidle")
    await take(page, "dashboard")


async def help_centre(page: Page, base: str) -> None:
    """The help centre's first page."""
    await page.goto(f"{base}/help")
    await take(page, "help-centre")


async def sign_in(page: Page, base: str, address: str) -> None:
    """Signs a member of the demo in."""
    await page.goto(f"{base}/desk")
    await page.get_by_label("E-mail address").fill(address)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("navigation", name="Places").wait_for()


async def take(page: Page, name: str) -> None:
    """Writes a picture with few colours."""
    picture = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1].rstrip("/")))
