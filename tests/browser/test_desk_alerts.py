"""Notifications outside of the page: in its title, on the desktop and by a sound, each as one wants it."""

import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.test_desk_faults_acts import answered
from tests.browser.test_desk_sign_in import look
from tests.browser.test_desk_ticket import Opened, app, filed
from tests.browser.waiting import until_holds
from tests.support.desk import Organization
from tests.support.work import work

__all__ = ["app"]

BROWSER = """
window.shown = []; window.rung = 0; window.leave = "granted";
document.hasFocus = () => false;
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (Notification.permission = window.leave); }
  constructor(title, { body }) { window.shown.push(this); this.words = [title, body]; }
  close() {}
};
const Real = window.AudioContext;
window.AudioContext = class extends Real { constructor() { super(); window.rung += 1; } };
"""
"""A person who looks elsewhere, and a browser that shows nothing, but records what it was asked for."""


def notice(ticket: dict[str, Any], title: str) -> dict[str, Any]:
    return {
        "id": "0199f0a0-0000-7000-8000-000000000001", "type": "mention", "title": title, "message": "See <b>this</b>",
        "read": False, "read_at": None, "link": f"/desk/tickets/{ticket['number']}", "ticket_id": ticket["id"],
        "comment_id": None, "created_at": "2026-11-27T10:00:00Z",
    }  # fmt: skip


async def opened(app: Opened, path: str) -> None:
    """Opens a page and waits until it listens."""
    before = len(app.sockets)
    await app.page.goto(f"{app.base}{path}")
    while len(app.sockets) == before:
        await app.page.evaluate("null")


async def test_a_mention_shows_in_the_title_on_the_desktop_and_by_a_sound(
    page: Page, app: Opened, shop: Organization
) -> None:
    me, colleague = await shop.person("agent"), await shop.client("agent2")
    ticket = await filed(await shop.client("customer"))
    await page.add_init_script(BROWSER)
    await opened(app, "/settings/notifications")
    await expect(page.get_by_label("Somebody mentions me")).to_be_visible()
    await expect(page).to_have_title("Deskbell")
    desktop = page.get_by_label("Show them on the desktop of this device")
    await expect(desktop).not_to_be_checked()
    await page.evaluate("window.leave = 'denied'")
    await desktop.click()
    await expect(page.get_by_text("The browser does not allow it.")).to_be_visible()
    await expect(desktop).not_to_be_checked()
    await look(page, "settings-outside")
    await page.evaluate("window.leave = 'granted'")
    await desktop.click()
    await expect(desktop).to_be_checked()

    mention = {"body": "Please look.", "public": False, "mentions": [str(me.id)]}
    assert (await colleague.post(f"/tickets/{ticket['id']}/comments", mention)).status_code == 201
    await work(shop.desk, shop)
    app.push("notification.new", notice(ticket, "Agent2 mentioned you"), 900_301)
    await expect(page).to_have_title("(1) Deskbell")
    await until_holds(page, "window.shown.length === 1")
    assert await page.evaluate("window.shown[0].words") == ["Agent2 mentioned you", "See <b>this</b>"]
    assert await page.evaluate("window.rung") == 0

    async with page.expect_response(answered("/settings/preferences")):
        await page.get_by_label("Play a sound").click()
    await expect(page.get_by_label("Play a sound")).to_be_checked()
    app.push("notification.new", notice(ticket, "Once more"), 900_302)
    await until_holds(page, "window.rung === 1 && window.shown.length === 2")
    await page.evaluate("window.shown[1].onclick()")
    await page.wait_for_url(re.compile(rf"/inbox/all/{ticket['number']}"))
    await expect(page.get_by_role("feed")).to_be_visible()

    await opened(app, "/settings/notifications")
    await expect(desktop).not_to_be_checked()  # this browser has forgotten its leave
