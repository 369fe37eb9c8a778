"""Two browsers on a real server: each sees what the other does, nothing is lost with a connection or a server, and no word of a
note reaches a customer."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psutil
import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, Response, Route, WebSocket, expect

from tests.browser.conftest import PATIENCE_MS, Watch
from tests.realtime.live import PATIENCE, Live, serving
from tests.support.desk import PASSWORD, Desk, Organization

pytestmark = pytest.mark.intercepts

SECRET = "the-customer-is-a-known-fraud"


@pytest.fixture(scope="module")
async def live(desk: Desk) -> AsyncIterator[Live]:
    async with serving(desk) as server:
        yield server


@asynccontextmanager
async def window(browser: Browser, *, may_lose: bool = False) -> AsyncIterator[Page]:
    """A browser window of its own, which must not log an error; `may_lose`: but for those of a lost connection."""
    watch = Watch()
    context: BrowserContext = await browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="UTC"
    )
    context.on("page", watch.follow)
    context.set_default_timeout(PATIENCE_MS)
    yield await context.new_page()
    await context.close()
    words = ("net::ERR", "WebSocket") if may_lose else ()
    assert [each for each in watch.offences if not any(word in each for word in words)] == []


async def sign_in(page: Page, live: Live, shop: Organization, who: str) -> str:
    """Signs in and returns the address of the app."""
    await shop.person("owner")  # a desk without one asks for its first owner
    base = f"http://{live.address}/desk"
    await page.goto(f"{base}/sign-in")
    await page.get_by_label("E-mail address").fill((await shop.person(who)).email)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/inbox/mine")
    return base


async def filed(shop: Organization, subject: str) -> dict[str, Any]:
    customer = await shop.client("customer")
    made = await customer.post("/tickets", {"subject": subject, "description": "It broke on day one."})
    assert made.status_code == 201, made.text
    return dict(made.json()["data"])


async def test_two_agents_see_each_others_presence_writing_and_changes(
    browser: Browser, live: Live, shop: Organization
) -> None:
    await (await shop.client("agent2")).put("/settings/preferences", {"undo_seconds": 0})
    ticket = await filed(shop, "Zip is broken")
    async with window(browser) as one, window(browser) as other:
        base = await sign_in(one, live, shop, "agent")
        await sign_in(other, live, shop, "agent2")
        counts = one.get_by_role("navigation", name="Views")
        await expect(counts.get_by_role("link", name="Unassigned 1")).to_be_visible()
        await one.goto(f"{base}/inbox/all/{ticket['number']}")
        await expect(one.get_by_role("feed")).to_be_visible()
        await other.goto(f"{base}/inbox/all")
        there = other.get_by_role("row").filter(has_text="Zip is broken")
        await expect(there.get_by_role("img", name="Agent is looking")).to_be_visible()
        await other.goto(f"{base}/inbox/all/{ticket['number']}")
        await expect(other.get_by_role("list", name="Also here")).to_contain_text("Agent is looking")
        await expect(one.get_by_role("list", name="Also here")).to_contain_text("Agent2 is looking")

        await other.keyboard.press("n")
        await other.keyboard.type("A known fault")
        await expect(one.get_by_role("list", name="Also here")).to_contain_text("Agent2 is writing")
        async with other.expect_response(lambda each: each.url.endswith("/comments") and each.ok):
            await other.keyboard.press("Control+Enter")
        await expect(one.get_by_role("article", name="Internal note by Agent2")).to_contain_text("A known fault")

        await other.get_by_role("feed").focus()
        for key in ("p", "4"):
            await other.keyboard.press(key)
        await expect(one.get_by_role("article", name="Ticket #").get_by_role("button", name="Urgent")).to_be_visible()
        await other.keyboard.press("i")
        await expect(counts.get_by_role("link", name="Unassigned 0")).to_be_visible()
        await expect(counts.get_by_role("link", name="Mine")).not_to_contain_text("1")
        await one.get_by_role("feed").focus()
        await one.keyboard.press("a")
        await expect(one.get_by_role("dialog").get_by_role("option", name="Agent2")).to_contain_text("here now")
        await one.keyboard.press("Escape")
        here = one.get_by_role("row").filter(has_text="Zip is broken")
        await expect(here.get_by_role("img", name="Agent2 is looking")).to_be_visible()
        await other.goto("about:blank")
        await expect(one.get_by_role("list", name="Also here")).to_have_count(0)
        await expect(here.get_by_role("img", name="Agent2 is looking")).to_have_count(0)


async def test_offline_says_so_keeps_what_is_written_and_catches_up(
    browser: Browser, live: Live, shop: Organization
) -> None:
    ticket = await filed(shop, "Where is it?")
    async with window(browser, may_lose=True) as page:
        base = await sign_in(page, live, shop, "agent")
        await page.goto(f"{base}/inbox/all/{ticket['number']}")
        await expect(page.get_by_role("feed")).to_be_visible()
        await page.keyboard.press("r")
        await expect(page.get_by_role("toolbar")).to_be_visible()
        await page.context.set_offline(True)
        await page.evaluate("() => window.dispatchEvent(new Event('offline'))")
        await page.keyboard.type("It left on Monday.")
        await expect(page.get_by_text("Draft kept here")).to_be_visible()
        customer = await shop.client("customer")
        said = await customer.post(f"/tickets/{ticket['id']}/comments", {"body": "It has just arrived!"})
        assert said.status_code == 201
        await page.context.set_offline(False)
        await expect(page.get_by_role("feed")).to_contain_text("It has just arrived!")
        await expect(page.get_by_text("Draft saved")).to_be_visible()
        await expect(page.get_by_role("textbox", name="Reply to Customer")).to_have_text("It left on Monday.")


async def test_a_server_that_is_killed_while_it_sends_has_the_reply_exactly_once(
    browser: Browser, desk: Desk, shop: Organization
) -> None:
    agent = await shop.client("agent")
    await agent.put("/settings/preferences", {"undo_seconds": 0})
    ticket = await filed(shop, "The cable")
    async with window(browser, may_lose=True) as page:
        async with serving(desk) as first:
            base = await sign_in(page, first, shop, "agent")
            await page.goto(f"{base}/inbox/all/{ticket['number']}")
            await expect(page.get_by_role("feed")).to_be_visible()
            await page.keyboard.press("r")
            await expect(page.get_by_role("toolbar")).to_be_visible()
            await page.keyboard.type("Once.")
            killed = asyncio.Event()

            async def kill(route: Route) -> None:
                if killed.is_set() or route.request.method != "POST":
                    await route.fallback()
                    return
                killed.set()
                await route.fetch()  # the server has it, and its answer gets lost
                for process in [*psutil.Process(first.process.pid).children(recursive=True)]:
                    process.kill()
                first.process.send_signal(signal.SIGKILL)
                await first.process.wait()
                await route.abort()

            await page.route("**/comments", kill)
            await page.keyboard.press("Control+Enter")
            await killed.wait()
            await expect(page.get_by_role("status").filter(has_text="waits for the connection")).to_be_visible()
        async with serving(desk, port=first.port):
            await expect(page.get_by_role("feed").get_by_text("Once.")).to_be_visible()
            await expect(page.get_by_role("status").filter(has_text="waits for the connection")).to_have_count(0)
            comments = (await agent.get(f"/tickets/{ticket['id']}/comments")).json()["data"]
            assert [each["body"] for each in comments] == ["Once."]
            await page.goto("about:blank")


async def test_no_word_of_a_note_reaches_a_customers_browser(browser: Browser, live: Live, shop: Organization) -> None:
    ticket = await filed(shop, "Refund, please")
    agent, customer = await shop.client("agent"), await shop.person("customer")
    heard: list[str] = []
    bodies: list[asyncio.Task[None]] = []
    arrived = asyncio.Event()

    async def read(response: Response) -> None:
        if response.status in (204, 301, 302, 303, 304):
            return
        try:
            heard.append(await response.text())
        except Error:  # the page was left before its answer was read: the same visitor asks again
            again = await response.frame.page.context.request.get(response.url)
            heard.append(await again.text())

    async def listen(page: Page) -> None:
        page.on("response", lambda each: bodies.append(asyncio.ensure_future(read(each))))
        page.on("websocket", follow)

    def hear(frame: str | bytes) -> None:
        heard.append(str(frame))
        if "The money is on its way." in heard[-1]:
            arrived.set()

    def follow(socket: WebSocket) -> None:
        socket.on("framereceived", hear)

    async with window(browser) as page:
        await listen(page)
        base = f"http://{live.address}/portal/{shop.domain}"
        await page.goto(f"{base}/sign-in")
        await page.get_by_label("E-mail address").fill(customer.email)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("link", name="Refund, please")).to_be_visible()
        # The customer's own credential opens the live events, too.
        await page.evaluate(
            "([address, token]) => new Promise((done) => { const socket = new WebSocket(`ws://${address}/ws?token=${token}`);"
            "socket.onopen = () => socket.send('{\"ping\": 1}'); socket.onmessage = () => done(); window.kept = socket; })",
            [live.address, customer.token],
        )
        for body, public in ((SECRET, False), ("The money is on its way.", True)):
            said = await agent.post(f"/tickets/{ticket['id']}/comments", {"body": body, "public": public})
            assert said.status_code == 201
        async with asyncio.timeout(PATIENCE):
            await arrived.wait()
        await page.get_by_role("link", name="Refund, please").click()
        await expect(page.get_by_text("The money is on its way.")).to_be_visible()
        await page.goto(f"{base}")
        await asyncio.gather(*bodies)
    assert len(heard) > 4
    assert [each for each in heard if "fraud" in each] == []
