"""Waiting for what only a script of the page can say."""

import asyncio
from typing import Final

from playwright.async_api import Page, Request, expect

_SECONDS: Final = 60
_STILL_FRAMES: Final = 5
_ARRIVED: Final = """(() => {
    const {status, resolvedLocation: shown} = __TSR_ROUTER__.state;
    return status === 'idle' && location.href === location.origin + (shown?.publicHref ?? shown?.href);
})()"""
"""Whether the page of the address is drawn, of the agents' app."""


async def until_holds(page: Page, expression: str) -> None:
    """Waits until an expression holds.

    Playwright's own wait needs `eval` in the page where it must look twice, which the policy of our pages forbids.
    """
    async with asyncio.timeout(_SECONDS):
        while not await page.evaluate(expression):  # noqa: ASYNC110 - what changes is in the browser
            await asyncio.sleep(0.05)


class Walk:
    """Goes from page to page of the agents' app as links do, without loading the app again: a tenth of the time."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._asked: set[Request] = set()
        page.on("request", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _begun(self, request: Request) -> None:
        self._asked.add(request)

    def _ended(self, request: Request) -> None:
        self._asked.discard(request)

    async def to(self, address: str) -> None:
        """Goes to an address and waits until its page is drawn with all that it asks for."""
        await self._page.evaluate("to => history.pushState({}, '', to)", address)
        await until_holds(self._page, _ARRIVED)
        await self.rest()

    async def rest(self) -> None:
        """Waits until nothing is asked for, for some frames: what is drawn from an answer may ask again."""
        still = 0
        async with asyncio.timeout(_SECONDS):
            while still < _STILL_FRAMES:
                await self._page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
                still = 0 if self._asked else still + 1
        await expect(self._page.locator("[aria-busy=true]")).to_have_count(0)
