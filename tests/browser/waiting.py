"""Waiting for what only a script of the page can say."""

import asyncio
from typing import Final

from playwright.async_api import Page

_SECONDS: Final = 60


async def until_holds(page: Page, expression: str) -> None:
    """Waits until an expression holds.

    Playwright's own wait needs `eval` in the page where it must look twice, which the policy of our pages forbids.
    """
    async with asyncio.timeout(_SECONDS):
        while not await page.evaluate(expression):  # noqa: ASYNC110 - what changes is in the browser
            await asyncio.sleep(0.05)
