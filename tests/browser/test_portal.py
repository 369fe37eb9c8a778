"""The portal in a browser without JavaScript: from a sign-up to a rating, and no fault of accessibility on the way."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Watch
from tests.browser.test_account_pages import served, shoot
from tests.browser.test_help_centre import AXE, FAULTS
from tests.support.accounts import NEW_PASSWORD, fresh_address
from tests.support.desk import PASSWORD, Desk, Organization
from tests.support.mail import link_in, mails_to
from tests.support.work import work


@pytest.fixture
async def customer(browser: Browser) -> AsyncIterator[Page]:
    """A phone whose browser runs no scripts."""
    watch = Watch()
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="en-GB", service_workers="block"
    )
    context.on("page", watch.follow)
    context.set_default_timeout(PATIENCE_MS)
    yield await context.new_page()
    await context.close()
    assert not watch.offences, "\n".join(watch.offences)


async def test_a_customer_signs_up_asks_replies_and_rates_without_scripts(
    customer: Page, desk: Desk, shop: Organization
) -> None:
    agent = await shop.client("agent")
    async with served(customer, desk) as base:
        await customer.goto(f"{base}/help/{shop.domain}")
        await customer.get_by_role("link", name="Contact us").click()
        await customer.get_by_role("link", name="Create an account").click()
        await customer.get_by_label("Your name").fill("Ann")
        address = fresh_address()
        await customer.get_by_label("E-mail address").fill(address)
        await customer.get_by_label("Password").fill(NEW_PASSWORD)
        await customer.keyboard.press("Enter")
        await expect(customer.get_by_role("heading", name="Please look into your mail")).to_be_visible()
        await work(desk, shop)
        token = link_in((await mails_to(desk, address))[0]).partition("token=")[2]
        assert (await desk.client().post("/auth/verify-email", {"token": token})).status_code == 200
        await customer.goto(f"{base}/portal/{shop.domain}/sign-in")
        await customer.get_by_label("E-mail address").fill(address)
        await customer.get_by_label("Password").fill(NEW_PASSWORD)
        await customer.keyboard.press("Enter")
        await customer.get_by_role("link", name="New request").first.click()
        await customer.get_by_label("What is it about?").fill("The zip is broken")
        await customer.keyboard.press("Enter")
        await customer.get_by_label("Tell us more").fill("It does not close.")
        await customer.get_by_role("button", name="Send").click()
        await expect(customer.get_by_role("status")).to_contain_text("we have your request")
        [ticket] = (await agent.get("/tickets")).json()["data"]["tickets"]
        for body, public in (("Please send it to us.", True), ("Secret among us", False)):
            answer = await agent.post(f"/tickets/{ticket['id']}/comments", {"body": body, "public": public})
            assert answer.status_code == 201
        await customer.get_by_role("link", name="My requests").first.click()
        await customer.get_by_role("link", name="The zip is broken").click()
        await expect(customer.get_by_text("Please send it to us.")).to_be_visible()
        await expect(customer.get_by_text("Secret among us")).to_have_count(0)
        await customer.get_by_label("Your message").fill("It is on its way.")
        await customer.get_by_role("button", name="Send").click()
        await expect(customer.get_by_text("It is on its way.")).to_be_visible()
        await customer.get_by_role("button", name="My problem is solved").click()
        await customer.get_by_label("5", exact=True).check()
        await customer.get_by_role("button", name="Rate").click()
        await expect(customer.get_by_role("heading", name="Thank you for your rating!")).to_be_visible()
        await customer.get_by_role("button", name="Sign out").click()
        await expect(customer.get_by_role("heading", name="How can we help?")).to_be_visible()
        await customer.goto("about:blank")


async def test_no_page_has_a_fault_of_accessibility(page: Page, desk: Desk, shop: Organization) -> None:
    person = await shop.person("customer")
    filed = await person.client.post("/tickets", {"subject": "A tent", "description": "It leaks."})
    number = filed.json()["data"]["number"]
    await page.set_viewport_size({"width": 320, "height": 700})
    async with served(page, desk) as base:
        root = f"{base}/portal/{shop.domain}"
        await page.goto(f"{root}/sign-in")
        await page.get_by_label("E-mail address").fill(person.email)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="My requests")).to_be_visible()
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            for path in ("", "/new", "/new?subject=tent", f"/tickets/{number}", "/profile", "/sign-in", "/sign-up",
                         "/mail-link", "/link?token=x"):  # fmt: skip
                await page.goto(f"{root}{path}")
                await page.evaluate(AXE.read_text("utf-8") + "; 0")
                assert await page.evaluate(FAULTS) == [], f"{path} in {scheme}"
                await shoot(page, f"portal-{scheme}-{path.strip('/').replace('/', '-').partition('?')[0]}")
        await page.goto("about:blank")
