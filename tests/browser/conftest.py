"""A browser for tests, driven from outside, that may talk to this machine alone: Debian's Chromium without windows, or another
Chromium or Chrome."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, async_playwright, expect

from tests.support.serving import SERVER

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # Chromium's own sandbox does not work for root, nor in most containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
WITHOUT_HOST = {"data", "blob", "about"}
PATIENCE_MS = 60_000
"""The timeout, long enough for a busy machine."""


def browser_program() -> str:
    """Where the browser is. Without one the test is skipped, or fails where `make test` should have installed it."""
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    should_be_here = os.environ.get("CI") == "true" and os.geteuid() == 0 and shutil.which("apt-get") is not None
    if should_be_here:
        pytest.fail("No Chromium, although `make test` installs it here: see what tools/browser.sh said.")
    pytest.skip("no Chromium here (Debian: apt install chromium-headless-shell)")


def leaves_this_machine(address: str) -> bool:
    """Whether a request goes to another host."""
    parts = urlsplit(address)
    return parts.scheme not in WITHOUT_HOST and parts.hostname not in LOOPBACK


class Watch:
    """The forbidden actions of a page: requests to other hosts, console errors, uncaught exceptions."""

    def __init__(self) -> None:
        self.offences: list[str] = []

    def follow(self, page: Page) -> None:
        """Notes every request to another host, every console error and every uncaught exception of a page."""
        page.on("request", self._request)
        page.on("console", self._console)
        page.on("pageerror", self._exception)

    def _request(self, request: Request) -> None:
        if leaves_this_machine(request.url):
            self.offences.append(f"request to another host: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.offences.append(f"console error: {message.text} ({message.location.get('url', '')})")

    def _exception(self, error: Error) -> None:
        self.offences.append(f"uncaught exception: {error}")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of this process."""
    program = browser_program()
    expect.set_options(timeout=PATIENCE_MS)
    async with SERVER.open() as rule, async_playwright() as playwright:
        flags = [*FLAGS, f"--host-resolver-rules={rule}"]
        browser = await playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A page with no past. The test fails if it, or a window it opens, asks another host or logs a console error.

    `@pytest.mark.console("pattern")` allows the console errors that a test provokes on purpose; they must then occur,
    unless `sometimes=True` says that it depends on what comes first.
    `@pytest.mark.locale("de-AT")` sets the browser's language. `@pytest.mark.intercepts` is for tests with `page.route`: a
    route that is the first of a page which has been loaded already misses a request now and then.
    """
    watch = Watch()
    locale = next((marker.args[0] for marker in request.node.iter_markers("locale")), "en-GB")
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale=locale, timezone_id="UTC")
    context.on("page", watch.follow)
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    if request.node.get_closest_marker("intercepts"):
        await page.route("**/nothing-asks-for-this", lambda route: route.abort())
    yield page
    await context.close()
    offences = watch.offences
    for marker in request.node.iter_markers("console"):
        expected = [offence for offence in offences if re.search(marker.args[0], offence)]
        assert expected or marker.kwargs.get("sometimes"), f"no console error matched {marker.args[0]!r}"
        offences = [offence for offence in offences if offence not in expected]
    assert not offences, "\n".join(offences)
