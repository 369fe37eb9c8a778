"""A chat between two browsers on a real server: a visitor on another site, and an agent at the desk."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from deskbell.web.embed.script import BUILT
from tests.browser.conftest import PATIENCE_MS
from tests.browser.test_account_pages import shoot
from tests.browser.test_help_centre import AXE, FAULTS
from tests.realtime.live import serving
from tests.support.accounts import fresh_address
from tests.support.desk import PASSWORD, Desk, Organization, Person
from tests.support.mail import mails_to
from tests.support.work import work


@asynccontextmanager
async def a_site(desk_at: str, shop: Organization) -> AsyncIterator[str]:
    """The origin of another site on this machine. Browsers let a page of a real server alone ask another one on loopback."""
    policy = f"default-src 'none'; script-src http://{desk_at}; connect-src http://{desk_at} ws://{desk_at}"
    script = f'<script src="http://{desk_at}/embed.js" data-organization="{shop.domain}" async></script>'
    body = f'<!doctype html><html lang="en"><head><title>Outfitters</title>{script}</head><body><main><h1>Tents</h1></main>'
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Security-Policy: {policy}\r\nConnection: close\r\n\r\n"
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}"


async def test_a_visitor_and_an_agent_chat(browser: Browser, page: Page, desk: Desk, shop: Organization) -> None:
    if not BUILT.is_file():
        pytest.skip("the web assets are not built here: make assets")
    owner, agent, address = await shop.client("owner"), await shop.person("agent"), fresh_address()
    assert (await agent.client.patch(f"/agents/{agent.id}/status", {"status": "online"})).status_code == 200
    assert (await agent.client.put("/settings/preferences", {"undo_seconds": 0})).status_code == 200
    context = await browser.new_context(locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(PATIENCE_MS)
    async with serving(desk) as live, a_site(live.address, shop) as site:
        base = f"http://{live.address}"
        settings = {"enabled": True, "origins": [site], "chat_enabled": True, "chat_wait_seconds": 3_600}
        assert (await owner.put("/widget", settings)).status_code == 200
        await page.goto(f"{site}/tents")
        await page.get_by_role("button", name="Help").click()
        await page.get_by_label("Your name").fill("Ann")
        await page.get_by_label("E-mail address").fill(address)
        await page.get_by_label("Your message").fill("My tent leaks")
        await page.get_by_role("button", name="Begin the chat").click()
        log = page.get_by_role("log")
        await expect(log).to_contain_text("My tent leaks")
        await expect(page.get_by_role("status")).to_contain_text("answer in a moment")

        staff = await context.new_page()
        ticket = await open_the_ticket(staff, base, agent)
        await page.get_by_label("Your message").press_sequentially("It is the blue one")
        await expect(staff.get_by_role("list", name="Also here").get_by_text("Ann is writing")).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(staff.get_by_text("It is the blue one")).to_be_visible()
        await staff.keyboard.press("r")
        field = staff.get_by_role("textbox", name="Reply to Ann")
        await expect(field).to_be_focused()
        await field.press_sequentially("We send a patch.")
        await expect(page.get_by_text("Agent is writing")).to_be_visible()
        await staff.keyboard.press("Control+Enter")
        await expect(log).to_contain_text("We send a patch.")
        await expect(page.get_by_text("Secret among us")).to_have_count(0)
        await page.evaluate(AXE.read_text("utf-8") + "; 0")
        assert await page.evaluate(FAULTS) == []
        await shoot(page, "widget-chat")

        await work(desk, shop)  # the chat goes on, so that the reply is not mailed
        await page.goto(f"{site}/stoves")  # the chat goes on where the visitor goes
        await page.get_by_role("button", name="Help").click()
        await expect(log).to_contain_text("We send a patch.")
        await page.get_by_role("button", name="End the chat").click()
        await expect(page.get_by_role("status")).to_contain_text("The chat is over")
        await work(desk, shop)
        await work(desk, shop)
        [mail] = await mails_to(desk, address)
        assert "We send a patch." in mail.text
        assert "Secret" not in mail.text
        await follow_the_transcript(page, base, agent, ticket, mail.text)
        for each in (page, staff):
            await each.goto("about:blank")
    await context.close()


async def open_the_ticket(staff: Page, base: str, agent: Person) -> dict[str, Any]:
    """Opens the chat's ticket, which has an internal note, as its agent."""
    [ticket] = (await agent.client.get("/tickets")).json()["data"]["tickets"]
    note = {"body": "Secret among us", "public": False}
    assert (await agent.client.post(f"/tickets/{ticket['id']}/comments", note)).status_code == 201
    await staff.goto(f"{base}/desk/sign-in?next=/tickets/{ticket['number']}")
    await staff.get_by_label("E-mail address").fill(agent.email)
    await staff.get_by_label("Password", exact=True).fill(PASSWORD)
    await staff.keyboard.press("Enter")
    await expect(staff.get_by_text("Secret among us")).to_be_visible()
    found: dict[str, Any] = ticket
    return found


async def follow_the_transcript(page: Page, base: str, agent: Person, ticket: dict[str, Any], mail: str) -> None:
    """Opens the link of the transcript, sees a late answer come, and rates."""
    [link] = re.findall(r"/portal/\S+/guest\?token=\S+", mail)
    await page.goto(f"{base}{link}")
    await expect(page.get_by_text("We send a patch.")).to_be_visible()
    late = {"body": "It is on its way.", "public": True}
    assert (await agent.client.post(f"/tickets/{ticket['id']}/comments", late)).status_code == 201
    await expect(page.get_by_text("It is on its way.")).to_be_visible()
    await page.get_by_role("button", name="My problem is solved").click()
    await page.get_by_label("5", exact=True).check()
    await page.get_by_role("button", name="Rate").click()
    await expect(page.get_by_role("heading", name="Thank you for your rating!")).to_be_visible()
    await shoot(page, "guest-rated")
