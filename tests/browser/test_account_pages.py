"""The pages behind the links in mails, and the start page, in a browser, on a large screen and a phone."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.support.accounts import NEW_PASSWORD, fresh_address, log_in, signed_up
from tests.support.desk import Desk, Organization, running_desk
from tests.support.mail import link_in, mails_to
from tests.support.serving import SERVER
from tests.support.work import work

PHONE = {"width": 360, "height": 740}
REFUSED = r"console error: Failed to load resource: the server responded with a status of 4(00|22)"
SHOTS = os.environ.get("DESKBELL_TEST_SCREENSHOTS")


@asynccontextmanager
async def served(page: Page, desk: Desk) -> AsyncIterator[str]:
    """Lets the browser talk to the application in this process, under the address that its mails name."""
    with SERVER.serving(desk) as address:
        yield address
        await page.goto("about:blank")
        await page.unroute_all(behavior="wait")
        await SERVER.quiet(desk)  # a request that the page had under way must not meet a closed desk


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with served(page, desk) as address:
        yield address


async def shoot(page: Page, name: str) -> None:
    """Keeps a picture where a person asked for pictures; and nothing may be wider than the screen."""
    await page.wait_for_load_state()  # words are visible before their style sheet has come
    wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, f"{name} scrolls sideways"
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


async def newest_link(desk: Desk, shop: Organization, address: str) -> str:
    await work(desk, shop)
    await work(desk, shop)  # a forgotten password is looked up by a job, whose event has the mail written
    return link_in((await mails_to(desk, address))[0])


async def test_an_address_is_confirmed_by_a_press_and_not_by_opening_the_link(
    page: Page, base: str, desk: Desk, shop: Organization
) -> None:
    address = fresh_address()
    client = await signed_up(desk, shop, address)
    await page.goto(await newest_link(desk, shop, address))
    await expect(page.get_by_role("heading", name="Confirm your e-mail address")).to_be_visible()
    await shoot(page, "verify")
    assert (await client.get("/auth/me")).json()["data"]["verified"] is False
    await page.get_by_role("button", name="Confirm my address").click()
    await expect(page.get_by_role("heading", name="Thank you!")).to_be_focused()
    await expect(page.get_by_text("Your address is confirmed. You can sign in now.")).to_be_visible()
    await shoot(page, "verified")
    assert (await client.get("/auth/me")).json()["data"]["verified"] is True


@pytest.mark.console(REFUSED)
async def test_a_password_is_set_on_a_phone_and_a_short_one_is_refused_next_to_its_field(
    page: Page, base: str, desk: Desk, shop: Organization
) -> None:
    await page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain mapping serves
    agent = await shop.person("agent")
    await desk.client().post("/auth/forgot-password", {"email": agent.email})
    await page.goto(await newest_link(desk, shop, agent.email))
    field = page.get_by_label("New password")
    await field.fill("short")
    await page.get_by_role("button", name="Set the new password").click()
    await expect(page.get_by_text("Must have at least 8 characters")).to_be_visible()
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await shoot(page, "reset-refused-phone")
    await page.get_by_label("Show the password").check()
    await expect(field).to_have_attribute("type", "text")
    await field.fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Set the new password").click()
    await expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    await shoot(page, "reset-done-phone")
    assert (await log_in(desk, agent.email, NEW_PASSWORD)).status_code == 200


@pytest.mark.console(REFUSED)
async def test_a_spent_link_says_so_and_offers_a_new_one(page: Page, base: str, desk: Desk, shop: Organization) -> None:
    agent = await shop.person("agent")
    await page.goto(f"{base}/app/reset-password?token=dbl_spent")
    await page.get_by_label("New password").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Set the new password").click()
    await expect(page.get_by_text("This link has been used or has expired.")).to_be_visible()
    await expect(page.get_by_label("New password")).to_be_hidden()
    await page.get_by_label("Your e-mail address").fill(agent.email)
    await shoot(page, "reset-spent")
    await page.get_by_role("button", name="Mail me a new link").click()
    await expect(page.get_by_role("heading", name="Please look into your mail")).to_be_visible()
    assert "/app/reset-password?token=" in await newest_link(desk, shop, agent.email)


@pytest.mark.console(REFUSED)
@pytest.mark.locale("de-AT")
async def test_a_page_and_its_errors_are_in_the_language_of_the_browser(page: Page, base: str) -> None:
    await page.goto(f"{base}/app/reset-password?token=dbl_spent")
    await page.get_by_label("Neues Passwort", exact=True).fill(NEW_PASSWORD)
    await page.get_by_role("button", name="Neues Passwort setzen").click()
    await expect(page.get_by_text("Dieser Link wurde schon benutzt oder ist abgelaufen.")).to_be_visible()
    await expect(page.get_by_role("button", name="Neuen Link schicken")).to_be_visible()


async def test_an_invitation_is_accepted_with_a_name_and_a_password(
    page: Page, base: str, desk: Desk, shop: Organization
) -> None:
    address = fresh_address()
    await (await shop.client("admin")).post("/invitations", {"email": address, "role": "agent"})
    await page.goto(await newest_link(desk, shop, address))
    await page.get_by_label("Your name").fill("Ada Lovelace")
    await page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    await shoot(page, "invitation")
    await page.get_by_role("button", name="Join the team").click()
    await expect(page.get_by_role("heading", name="You have joined")).to_be_visible()
    signed_in = (await log_in(desk, address, NEW_PASSWORD)).json()["data"]
    assert signed_in["user"]["name"] == "Ada Lovelace"


async def test_another_address_is_confirmed(page: Page, base: str, desk: Desk, shop: Organization) -> None:
    agent, new = await shop.person("agent"), fresh_address()
    await agent.client.put("/settings/profile", {"email": new})
    await page.goto(await newest_link(desk, shop, new))
    await page.get_by_role("button", name="Use this address").click()
    await expect(page.get_by_text("Please sign in with it from now on.")).to_be_visible()
    assert (await log_in(desk, new)).status_code == 200


@pytest.mark.parametrize("name", ["verify-email", "reset-password", "accept-invitation", "change-email"])
@pytest.mark.console(REFUSED)
async def test_a_link_without_its_token_asks_to_open_it_once_more(page: Page, base: str, name: str) -> None:
    await page.goto(f"{base}/app/{name}")
    await expect(page.get_by_text("The address of this page is incomplete.")).to_be_visible()
    await expect(page.get_by_role("button")).to_have_count(0)


async def test_the_pages_cannot_be_framed_leak_no_token_and_run_no_foreign_script(desk: Desk) -> None:
    answer = await desk.client(base="").get("/app/verify-email?token=<script>alert(1)</script>")
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("same-origin", "no-store")
    assert "alert(1)" not in answer.text


@pytest.mark.parametrize("screen", [{"width": 1280, "height": 800}, PHONE], ids=["desktop", "phone"])
async def test_the_start_page_of_the_demo_says_who_can_sign_in_and_where_everything_is(
    page: Page, database_url: str, tmp_path: Path, screen: dict[str, int]
) -> None:
    await page.set_viewport_size(screen)  # type: ignore[arg-type]  # a plain mapping serves
    async with running_desk(database_url, tmp_path, DESKBELL_DEMO="on") as demo, served(page, demo) as base:
        await page.goto(base)
        await expect(page.get_by_text("agent2@demo.example")).to_be_visible()
        await expect(page.get_by_text("demo-password-1")).to_be_visible()
        await shoot(page, f"home-{screen['width']}")
        for name in ("v1", "v2", "platform", "routes", "portals"):
            assert await page.locator(f'a[href="/docs/{name}"]').count() == 1
        await page.get_by_role("link", name="Outgoing mail that was not sent").click()
        await expect(page.get_by_role("heading", name="Outgoing mail")).to_be_visible()


async def test_a_server_without_the_demo_names_no_sign_ins_and_no_mails_to_strangers(desk: Desk) -> None:
    answer = await desk.client(base="").get("/")
    assert answer.status_code == 200
    assert "demo" not in answer.text
    assert "/dev/mail" not in answer.text  # asked for under a name that is not this machine's
    assert (await desk.client(base="").get("/app/")).headers["location"] == "/"
