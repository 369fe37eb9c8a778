"""The way of a customer as a whole, on a real server: from a search without an answer to a rating.

With a mouse, by keyboard alone, and without scripts, where the contact page takes the place of the form on another site.
"""

import re
from collections.abc import AsyncIterator
from typing import Final, Literal

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from deskbell.web.embed.script import BUILT
from tests.browser.conftest import PATIENCE_MS, Watch
from tests.browser.test_account_pages import shoot
from tests.browser.test_chat import a_site
from tests.realtime.live import serving
from tests.support.accounts import fresh_address
from tests.support.desk import Client, Desk, Organization
from tests.support.mail import mails_to
from tests.support.work import work

How = Literal["mouse", "keyboard", "no scripts"]
_LONGEST_WAY: Final = 80
"""More presses of Tab than a page has places."""


class Hand:
    """A customer's hand: it presses and types with a mouse, or with nothing but keys."""

    def __init__(self, page: Page, how: How) -> None:
        self.page, self.how = page, how

    async def reach(self, place: Locator) -> None:
        """Brings the focus to a place, by Tab alone if there is no mouse."""
        await expect(place).to_be_visible()
        if self.how != "keyboard":
            await place.focus()
            return
        for _ in range(_LONGEST_WAY):
            if await place.evaluate("(it) => it === it.getRootNode().activeElement"):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {place}")

    async def press(self, place: Locator) -> None:
        if self.how == "keyboard":
            await self.reach(place)
            await self.page.keyboard.press("Enter")
        else:
            await place.click()

    async def choose(self, place: Locator) -> None:
        """Chooses one of several: radio buttons are one place for Tab, and arrows go on from there."""
        if self.how != "keyboard":
            await place.check()
            return
        await self.reach(self.page.get_by_role("radio").first)
        await self.page.keyboard.press("Space")
        for _ in range(10):
            if await place.is_checked():
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {place}")

    async def write(self, place: Locator, words: str) -> None:
        await self.reach(place)
        await self.page.keyboard.insert_text(words)
        await expect(place).to_have_value(words)


@pytest.fixture
async def customer(browser: Browser, how: How) -> AsyncIterator[Page]:
    watch = Watch()
    context = await browser.new_context(
        java_script_enabled=how != "no scripts",
        viewport={"width": 390, "height": 780},
        locale="en-GB",
        timezone_id="UTC",
    )
    context.on("page", watch.follow)
    context.set_default_timeout(PATIENCE_MS)
    yield await context.new_page()
    await context.close()
    assert not watch.offences, "\n".join(watch.offences)


@pytest.mark.parametrize("how", ["mouse", "keyboard", "no scripts"])
async def test_from_a_search_without_an_answer_to_a_rating(
    customer: Page, how: How, desk: Desk, shop: Organization, rival: Organization
) -> None:
    if not BUILT.is_file():
        pytest.skip("the web assets are not built here: make assets")
    owner, agent, address = await shop.client("owner"), await shop.client("agent"), fresh_address()
    secrets = await hidden(owner, await rival.client("owner"))
    hand = Hand(customer, how)
    async with serving(desk) as live, a_site(live.address, shop) as site:
        base = f"http://{live.address}"
        assert (await owner.put("/widget", {"enabled": True, "origins": [site]})).status_code == 200
        await customer.goto(f"{base}/help/{shop.domain}")
        await hand.write(customer.get_by_label("Search the help centre"), "giraffe")
        await customer.keyboard.press("Enter")
        await expect(customer.get_by_text("Nothing was found for", exact=False)).to_be_visible()
        await nothing_hidden_is_in(customer, secrets)
        await ask(hand, address, f"{site}/tents" if how != "no scripts" else f"{base}/help/{shop.domain}/contact")
        await work(desk, shop)
        await work(desk, shop)
        [ticket] = (await agent.get("/tickets")).json()["data"]["tickets"]
        await answered(agent, ticket["id"], "Secret among us", public=False)
        [link] = re.findall(r"/portal/\S+/guest\?token=\S+", (await mails_to(desk, address))[0].text)
        await customer.goto(f"{base}{link}")
        await expect(customer.get_by_text("Since it rained.")).to_be_visible()
        await hand.write(customer.get_by_label("Your message"), "It still rains.")
        await hand.press(customer.get_by_role("button", name="Send"))
        await expect(customer.get_by_text("It still rains.")).to_be_visible()
        await answered(agent, ticket["id"], "We send a patch.", public=True)
        if how == "no scripts":
            await customer.goto(f"{base}{link}")
        await expect(customer.get_by_text("We send a patch.")).to_be_visible()
        await nothing_hidden_is_in(customer, secrets)
        await hand.press(customer.get_by_role("button", name="My problem is solved"))
        await hand.choose(customer.get_by_label("5", exact=True))
        await hand.press(customer.get_by_role("button", name="Rate"))
        await expect(customer.get_by_role("heading", name="Thank you for your rating!")).to_be_visible()
        await nothing_hidden_is_in(customer, secrets)
        await shoot(customer, f"journey-{how.replace(' ', '-')}")
        rated = (await agent.get(f"/feedback/tickets/{ticket['id']}")).json()["data"]
        assert rated["rating"] == 5
        await customer.goto("about:blank")


async def ask(hand: Hand, address: str, at: str) -> None:
    """Fills the form at an address and sends it."""
    page = hand.page
    await page.goto(at)
    if hand.how != "no scripts":
        await hand.press(page.get_by_role("button", name="Help"))
    await hand.write(page.get_by_label("Your name"), "Ann")
    await hand.write(page.get_by_label("E-mail address"), address)
    await hand.write(page.get_by_label("What is it about?"), "My tent leaks")
    await hand.write(page.get_by_label("Your message"), "Since it rained.")
    await hand.press(page.get_by_role("button", name="Send"))
    await expect(page.get_by_text("we have your request", exact=False).first).to_be_visible()


async def hidden(owner: Client, stranger: Client) -> list[str]:
    """Words that no customer of the first organization may see: of a draft, and of another organization."""
    draft = {"title": "giraffe draftword", "content": "giraffe draftword", "category": "c"}
    theirs = {"title": "giraffe rivalword", "content": "giraffe rivalword", "category": "c", "published": True}
    assert (await owner.post("/kb/articles", draft)).status_code == 201
    assert (await stranger.post("/kb/articles", theirs)).status_code == 201
    return ["draftword", "rivalword", "Secret among us"]


async def answered(agent: Client, ticket_id: str, body: str, *, public: bool) -> None:
    answer = await agent.post(f"/tickets/{ticket_id}/comments", {"body": body, "public": public})
    assert answer.status_code == 201, answer.text


async def nothing_hidden_is_in(page: Page, secrets: list[str]) -> None:
    shown = await page.content()
    assert [each for each in secrets if each in shown] == []
