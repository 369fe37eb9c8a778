"""A member changes their own settings in the browser, by keyboard, and finds them on every page."""

import io
from collections.abc import AsyncIterator

import pyotp
import pytest
from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from tests.browser.desk_pages import REFUSED, arrive, desk_at, save
from tests.browser.test_desk_sign_in import look
from tests.support.accounts import NEW_PASSWORD
from tests.support.desk import PASSWORD, Desk, Organization


@pytest.fixture
async def base(page: Page, desk: Desk) -> AsyncIterator[str]:
    async with desk_at(page, desk) as address:
        yield address


@pytest.mark.console(REFUSED)
async def test_the_profile_keeps_unsaved_changes_over_a_reload_and_shows_mistakes_at_the_field(
    page: Page, base: str, shop: Organization
) -> None:
    await arrive(page, base, shop, "agent", "/settings/profile")
    await expect(page.get_by_label("Name")).to_have_value("Agent")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await look(page, "settings-profile")
    await page.get_by_label("Name").fill("Ada Bell")
    await page.get_by_label("E-mail address").fill("no address")
    await page.reload()
    await expect(page.get_by_label("Name")).to_have_value("Ada Bell")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await expect(page.get_by_label("E-mail address")).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("E-mail address").fill((await shop.person("agent")).email)
    await save(page)
    assert (await (await shop.client("agent")).get("/settings")).json()["data"]["profile"]["name"] == "Ada Bell"
    await page.reload()
    await expect(page.get_by_role("button", name="Your account: Ada Bell")).to_be_visible()


@pytest.mark.console(REFUSED)
async def test_a_picture_is_chosen_shown_in_lists_too_and_removed(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("agent")
    await arrive(page, base, shop, "agent", "/settings/profile")
    section = page.get_by_role("region", name="Picture")
    chooser = section.locator("input[type=file]")
    await expect(section.get_by_role("button", name="Choose a picture")).to_be_visible()
    await chooser.set_input_files(FilePayload(name="me.png", mimeType="image/png", buffer=b"no picture"))
    await expect(section.get_by_role("alert")).to_be_visible()
    await chooser.set_input_files(FilePayload(name="me.png", mimeType="image/png", buffer=drawn()))
    await expect(section.get_by_role("button", name="Choose another picture")).to_be_visible()
    await expect(section.get_by_role("alert")).to_have_count(0)
    shown = section.locator("img")
    assert await shown.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0
    await look(page, "settings-picture")
    address = await shown.get_attribute("src")
    assert (await client.get("/settings")).json()["data"]["profile"]["avatar"] == address
    ticket = (await (await shop.client("customer")).post("/tickets", {"subject": "A", "description": "B"})).json()[
        "data"
    ]
    me = {"assignee_id": str((await shop.person("agent")).id)}
    assert (await client.put(f"/tickets/{ticket['id']}", me)).status_code == 200
    await page.goto(f"{base}/inbox/all?q=assignee:me")
    await expect(page.get_by_role("row", name="Agent").locator("img")).to_have_attribute("src", str(address))
    await page.goto(f"{base}/settings/profile")
    await section.get_by_role("button", name="Remove the picture").press("Enter")
    await expect(shown).to_have_count(0)
    assert (await client.get("/settings")).json()["data"]["profile"]["avatar"] is None


def drawn() -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(file, "PNG")
    return file.getvalue()


async def test_what_a_colleague_changed_meanwhile_shows_at_the_field(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "agent", "/settings/profile")
    await page.get_by_label("Name").fill("Mine")
    await (await shop.client("agent")).put("/settings/profile", {"name": "Theirs"})
    await page.reload()
    await expect(page.get_by_text("A colleague changed this to “Theirs” meanwhile.")).to_be_visible()
    await page.keyboard.press("Control+s")
    await page.get_by_role("button", name="Keep mine").press("Enter")
    await save(page)
    assert (await (await shop.client("agent")).get("/settings")).json()["data"]["profile"]["name"] == "Mine"


@pytest.mark.console(r"the server responded with a status of 4(03|22)")
async def test_password_second_factor_and_sessions(page: Page, base: str, shop: Organization) -> None:
    agent = await shop.person("agent")
    await arrive(page, base, shop, "agent", "/settings/security")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await look(page, "settings-security")
    await page.get_by_label("Current password").fill("not this one")
    await page.get_by_label("New password").fill(NEW_PASSWORD)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("This is not your current password")).to_be_visible()
    await page.get_by_label("Current password").fill(PASSWORD)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("The password is changed.")).to_be_visible()

    await page.get_by_role("button", name="Set up a second factor").press("Enter")
    picture = page.get_by_role("img", name="QR code")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("each => each.decode().then(() => each.naturalWidth)") > 0
    await look(page, "settings-qr-code")
    await expect(page.get_by_label("Code that the app shows")).to_be_focused()
    key = await page.get_by_label("Key of the second factor").text_content()
    await page.keyboard.type(pyotp.TOTP(str(key)).now())
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Keep these recovery codes")).to_be_visible()
    await look(page, "settings-recovery-codes")
    await page.get_by_role("button", name="I have kept them").press("Enter")
    await expect(page.get_by_text("10 recovery codes are left")).to_be_visible()

    again = await shop.desk.client().post("/auth/login", {"email": agent.email, "password": NEW_PASSWORD})
    assert again.json()["error"]["code"] == "TWO_FACTOR_REQUIRED"
    await page.get_by_role("button", name="Turn the second factor off").press("Enter")
    dialog = page.get_by_role("dialog", name="Turn the second factor off")
    await dialog.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    await dialog.get_by_role("button", name="Turn the second factor off").press("Enter")
    await expect(page.get_by_role("button", name="Set up a second factor")).to_be_visible()

    signed_in = await shop.desk.client().post("/auth/login", {"email": agent.email, "password": NEW_PASSWORD})
    assert signed_in.status_code == 200
    await page.reload()
    await page.get_by_role("button", name="End the session of").press("Enter")
    await expect(page.get_by_role("button", name="End the session of")).to_be_hidden()


async def test_notices_theme_language_and_habits_follow_the_member(page: Page, base: str, shop: Organization) -> None:
    client = await shop.client("agent")
    await arrive(page, base, shop, "agent", "/settings/notifications")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await look(page, "settings-notifications")
    await page.get_by_label("Somebody mentions me").press("Space")
    await save(page)
    assert (await client.get("/settings")).json()["data"]["notifications"]["mentions"] is False

    await page.goto(f"{base}/settings/appearance")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await look(page, "settings-appearance")
    await expect(page.get_by_label("Cosy")).to_be_checked()
    await page.get_by_label("Dark").check()
    await page.get_by_label("Go back to the list").check()
    await page.get_by_label("Time to undo a reply").select_option("20")
    await page.get_by_label("Language").select_option("de")
    async with page.expect_response(lambda got: got.request.method == "PUT") as saved:  # it shows before it is kept
        await save(page)
    assert (await saved.value).ok
    await expect(page.get_by_role("heading", name="Darstellung und Gewohnheiten")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    kept = (await client.get("/settings/preferences")).json()["data"]
    assert (kept["after_solve"], kept["undo_seconds"], kept["language"]) == ("list", 20, "de")
    await page.evaluate("localStorage.clear()")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


async def test_keys_can_be_changed_and_switched_off(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "agent", "/settings/keyboard")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await look(page, "settings-keyboard")
    await page.get_by_role("button", name="Change the key of Show all keys").press("Enter")
    await page.keyboard.press("e")
    await expect(page.get_by_text("This is also the key of")).to_be_visible()
    await page.get_by_role("button", name="Change the key of Show all keys").press("Enter")
    await page.keyboard.press("y")
    await save(page)
    await page.keyboard.press("Escape")
    await page.locator("main").focus()
    await page.keyboard.press("y")
    sheet = page.get_by_role("dialog", name="Keys")
    await expect(sheet).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()  # until then, the keys of the page below it wait
    await page.get_by_label("Keys without Ctrl").press("Space")
    await save(page)
    await page.locator("main").focus()
    await page.keyboard.press("y")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog", name="Find and do")).to_be_visible()
    await expect(sheet).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "field", "typed", "found", "path"),
    [
        ("en", "Find and do", "dkim", "Connections and DNS", "admin/mail-connections"),
        ("de", "Finden und tun", "geschäftszeiten", "Servicezeiten", "admin/service-levels"),
    ],
)
async def test_the_palette_finds_a_page_by_what_is_on_it(
    page: Page, base: str, shop: Organization, language: str, field: str, typed: str, found: str, path: str
) -> None:
    await (await shop.client("admin")).put("/settings/preferences", {"language": language})
    person = await shop.person("admin")
    await page.goto(f"{base}/sign-in?next=/contacts")
    await page.locator("input[type=email]").fill(person.email)
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{base}/contacts")
    await expect(page.locator("html")).to_have_attribute("lang", language)
    await expect(page.locator("nav").first).to_be_visible()  # the address changes before the page
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox", name=field).fill(typed)
    await expect(page.get_by_role("option").filter(has_text=found)).to_be_visible()
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{base}/{path}")


async def test_the_palette_leaves_out_pages_that_one_may_not_open(page: Page, base: str, shop: Organization) -> None:
    await arrive(page, base, shop, "agent", "/contacts")
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox", name="Find and do").fill("keyboard")
    await expect(page.get_by_role("option", name="Keyboard own settings")).to_be_visible()
    await page.get_by_role("combobox", name="Find and do").fill("dkim")
    await expect(page.get_by_text("Nothing is called that.")).to_be_visible()
