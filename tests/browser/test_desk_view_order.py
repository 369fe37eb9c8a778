"""Saved views in one's own order, and the keys that go to them."""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.test_desk_inbox_list import at_list, base, file_tickets, sockets
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Client, Organization

__all__ = ["base", "sockets"]


async def saved(client: Client, name: str, *, shared: bool = False) -> str:
    made = await client.post("/views", {"name": name, "query": f"word{name}", "shared": shared})
    assert made.status_code == 201, made.text
    return str(made.json()["data"]["id"])


def places(page: Page) -> Any:
    return page.get_by_role("navigation", name="Views").get_by_role("list").last.get_by_role("listitem")


async def test_g_and_a_digit_go_to_the_first_nine_views_in_the_order_in_which_they_stand(
    page: Page, base: str, shop: Organization
) -> None:
    agent, other = await shop.client("agent"), await shop.client("agent2")
    ids = {name: await saved(agent, name) for name in ("b", "d", "f", "g", "h", "i", "j", "k")}
    for name in ("a", "e"):
        ids[name] = await saved(other, name, shared=True)
    await saved(other, "c")
    await file_tickets(shop, 1)
    await at_list(page, base, shop, "all")
    await expect(places(page)).to_have_count(10)
    for digit, name in enumerate("abdefghij", 1):
        await page.keyboard.press("g")
        await page.keyboard.press(str(digit))
        await expect(page).to_have_url(f"{base}/inbox/{ids[name]}")
        await expect(page.get_by_role("heading", level=1)).to_contain_text(name)


async def test_views_are_moved_by_keyboard_and_stay_so_everywhere(page: Page, base: str, shop: Organization) -> None:
    agent, other = await shop.client("agent"), await shop.client("agent2")
    ids = {name: await saved(agent, name) for name in ("alpha", "gamma")}
    ids["beta"] = await saved(other, "beta", shared=True)
    await file_tickets(shop, 1)
    await at_list(page, base, shop, "all")
    await expect(places(page)).to_have_text(["alpha0", "beta0", "gamma0"])
    await page.get_by_role("button", name="Order").press("Enter")
    up = page.get_by_role("button", name="Move gamma up")
    await expect(up).to_be_visible()
    await look(page, "view-order")
    for _ in range(2):
        async with page.expect_response(lambda each: each.url.endswith("/views/order") and each.ok):
            await up.press("Enter")
        await expect(up).to_be_focused()
    await page.get_by_role("button", name="Done").press("Enter")
    await expect(places(page)).to_have_text(["gamma0", "alpha0", "beta0"])
    order = (await agent.get("/views/counts")).json()["data"]["order"]
    assert order == [ids["gamma"], ids["alpha"], ids["beta"]]
    assert (await other.get("/views/counts")).json()["data"]["order"] == []
    await page.reload()
    await expect(places(page)).to_have_text(["gamma0", "alpha0", "beta0"])
    await page.keyboard.press("g")
    await page.keyboard.press("1")
    await expect(page).to_have_url(f"{base}/inbox/{ids['gamma']}")
