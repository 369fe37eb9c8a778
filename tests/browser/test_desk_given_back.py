"""The focus after a dialog, a cleared ticket, and words that only this browser has at the sign-out are given back."""

import json

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.test_desk_sign_in import look
from tests.browser.test_desk_ticket import Opened, app, filed
from tests.support.desk import PASSWORD, Organization

pytestmark = pytest.mark.intercepts

__all__ = ["app"]


@pytest.mark.console(r"status of 403")
async def test_the_question_for_the_password_gives_the_focus_back(page: Page, app: Opened) -> None:
    async def refuse(route: Route) -> None:
        error = {"code": "STEP_UP_REQUIRED", "message": "Confirm your password.", "details": {}}
        await route.fulfill(status=403, content_type="application/json", body=json.dumps({"error": error}))

    await page.goto(f"{app.base}/settings/security")
    button = page.get_by_role("button", name="Set up a second factor")
    await expect(button).to_be_visible()
    await page.route("**/two-factor/setup", refuse)
    await button.press("Enter")
    await expect(page.get_by_role("dialog").get_by_label("Password", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(button).to_be_focused()


@pytest.mark.console(r"status of 401")
async def test_the_sign_in_over_the_page_gives_the_focus_back(page: Page, app: Opened, shop: Organization) -> None:
    await page.goto(f"{app.base}/settings/profile")
    await page.get_by_label("Phone").focus()
    await page.route("**/auth/me", lambda route: route.fulfill(status=401, body="{}"))
    await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))")
    await expect(page.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    await page.unroute("**/auth/me")
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_label("Phone")).to_be_focused()


async def test_a_secret_that_ends_its_form_gives_the_focus_to_the_page(
    page: Page, app: Opened, shop: Organization
) -> None:
    await page.goto("about:blank")  # what a page still asks for must not be refused
    await page.context.clear_cookies()
    await app.sign_in((await shop.person("admin")).email)
    await page.goto(f"{app.base}/admin/api-keys/new")
    await page.get_by_label("Name").fill("Reporting")
    await page.get_by_label("Read tickets").press("Space")
    await page.keyboard.press("Control+s")
    await page.get_by_role("dialog").get_by_role("button", name="I have kept it").press("Enter")
    await expect(page.get_by_role("heading", name="Reporting")).to_be_visible()
    await expect(page.get_by_role("main")).to_be_focused()


async def test_a_cleared_ticket_comes_back_and_what_was_begun_since_stays(page: Page, app: Opened) -> None:
    await page.goto(f"{app.base}/new")
    subject = page.get_by_label("Subject")
    await subject.fill("A call")
    await page.get_by_label("What the customer says").fill("It rang.")
    await page.get_by_role("button", name="Clear").press("Enter")
    await expect(subject).to_have_value("")
    await subject.fill("Another call")
    await page.get_by_role("button", name="Undo").press("Enter")
    await expect(subject).to_have_value("A call")
    await expect(page.get_by_label("What the customer says")).to_have_value("It rang.")
    await page.reload()
    await expect(subject).to_have_value("A call")
    await page.get_by_role("button", name="Another call").press("Enter")
    await expect(subject).to_have_value("Another call")
    await page.get_by_role("button", name="Clear").press("Enter")
    await page.keyboard.press("z")
    await expect(subject).to_have_value("Another call")


@pytest.mark.console(r"status of 500")
async def test_the_sign_out_names_what_only_this_browser_has(page: Page, app: Opened, shop: Organization) -> None:
    ticket = await filed(await shop.client("customer"))
    await page.goto(f"{app.base}/new")
    await page.get_by_label("Subject").fill("A call")
    await app.show(ticket["number"])
    await page.route("**/drafts/**", lambda route: route.fulfill(status=500, body="{}"))
    await page.keyboard.press("n")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("Ask the stock.")
    await page.get_by_role("button", name="Your account").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    question = page.get_by_role("dialog", name="Not sent and only in this browser")
    await expect(question.get_by_text(f"#{ticket['number']} Zip is broken")).to_be_visible()
    await expect(question.get_by_text("Ask the stock.")).to_be_visible()
    await expect(question.get_by_text("A call")).to_be_visible()
    await look(page, "sign-out")
    await expect(question.get_by_role("button", name="Stay signed in")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(question).to_have_count(0)
    await expect(page.get_by_role("textbox", name="Internal note")).to_have_text("Ask the stock.")

    await page.get_by_role("button", name="Your account").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await question.get_by_role("button", name="Keep them and sign out").press("Enter")
    await page.wait_for_url(f"{app.base}/sign-in")
    await app.sign_in((await shop.person("agent")).email)
    await app.show(ticket["number"])
    await expect(page.get_by_role("textbox", name="Internal note")).to_have_text("Ask the stock.")
    await page.get_by_role("button", name="Your account").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await question.get_by_role("button", name="Delete them and sign out").press("Enter")
    await page.wait_for_url(f"{app.base}/sign-in")
    await expect(page.get_by_label("E-mail address")).to_be_visible()
    kept = await page.evaluate("Object.keys(localStorage).filter((each) => /new-ticket|left/.test(each))")
    assert kept == []


async def test_a_snooze_is_undone_while_it_is_still_on_its_way(page: Page, app: Opened, shop: Organization) -> None:
    ticket = await filed(await shop.client("customer"))
    await app.show(ticket["number"])
    await expect(page.get_by_role("complementary", name="Details").get_by_label("Priority")).to_be_visible()
    held: list[Route] = []
    await page.get_by_role("feed").focus()
    for span in ("2d", "5d"):
        await page.keyboard.press("h")
        await expect(page.get_by_role("combobox", name="Let it wait until …")).to_be_focused()
        await page.keyboard.type(span)
        await expect(page.get_by_role("option", name=f"In {span}")).to_have_attribute("aria-selected", "true")
        if span == "2d":
            async with page.expect_response(lambda each: each.url.endswith("/snooze") and each.ok) as first:
                await page.keyboard.press("Enter")
            until = (await (await first.value).json())["data"]["snoozed_until"]
            await page.route("**/snooze", lambda route: held.append(route))  # noqa: PLW0108 - a builtin is refused
        else:
            async with page.expect_request("**/snooze"):
                await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.keyboard.press("z")
    await page.unroute("**/snooze")
    async with page.expect_response(
        lambda each: each.url.endswith("/snooze") and each.ok and each.request.post_data_json == {"until": until}
    ):
        await held[0].fallback()
    found = (await (await shop.client("agent")).get(f"/tickets/{ticket['id']}")).json()["data"]
    assert found["snoozed_until"] == until
