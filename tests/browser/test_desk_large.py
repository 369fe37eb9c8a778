"""The inbox with 100,000 tickets behind it, and a ticket with 5,000 comments."""

from typing import Any

import asyncpg
from playwright.async_api import Page, expect

from tests.browser.test_desk_inbox_list import at_list, base, sockets
from tests.browser.test_desk_sign_in import look
from tests.support.desk import Organization

__all__ = ["base", "sockets"]

MANY = 100_000
TICKETS = """
insert into tickets (organization_id, id, number, subject, description, status, priority, type, requester_id, tag_ids,
                     created_at, updated_at, clock_used)
select $1, gen_random_uuid(), n, 'Question ' || n, 'Words ' || n, case when n % 2 = 0 then 'open' else 'closed' end, 'normal',
       'question', $2, '{}', now() - n * interval '1 minute', now() - n * interval '1 minute', '0'
  from generate_series(1, $3::int) n
"""
COMMENTS = """
insert into comments (organization_id, id, ticket_id, author_id, body, public, created_at)
select $1, gen_random_uuid(), $2, $3, 'Line ' || n, true, now() - (5000 - n) * interval '1 second'
  from generate_series(1, 5000) n
"""


async def fill(shop: Organization) -> None:
    """The rows alone, as an import writes them: nothing is searched for here.

    They have a clock, so that no later test computes 100,000 of them, and the planner knows of them.
    """
    customer = await shop.person("customer")
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("select set_config('deskbell.bulk', 'on', true)")
        await uow.db.execute(TICKETS, shop.id, customer.id, MANY)
        await uow.db.execute(
            "insert into ticket_numbers values ($1, $2) on conflict (organization_id) do update set last = excluded.last",
            shop.id, MANY,
        )  # fmt: skip
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute("select deskbell_fold_counts(1000)")
    owner = await asyncpg.connect(shop.desk.settings.database_url)
    await owner.execute("analyze tickets")
    await owner.close()


async def test_a_hundred_thousand_tickets_are_read_by_keys_and_selected_together(
    page: Page, base: str, shop: Organization
) -> None:
    await fill(shop)
    await at_list(page, base, shop, "all")
    grid = page.get_by_role("grid")
    await expect(page.get_by_role("heading", name="All · 100,000")).to_be_visible()
    await expect(grid).to_have_attribute("aria-rowcount", str(MANY))
    await page.keyboard.press("j")
    await expect(page.get_by_role("heading", name="#1 Question 1", exact=True)).to_be_visible()
    assert await grid.get_by_role("row").count() < 200
    await grid.evaluate("e => (e.querySelector('[data-scroll]') ?? e).scrollTo(0, 1e9)")
    await expect(grid.get_by_role("row").filter(has_text="Question 100000")).to_be_visible()
    await grid.evaluate("e => (e.querySelector('[data-scroll]') ?? e).scrollTo(0, 0)")
    await expect(grid.get_by_role("row").filter(has_text="Words 1").first).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("x")
    await page.get_by_role("button", name="Select all 100,000").click()
    await expect(page.get_by_role("toolbar", name="Selected tickets")).to_contain_text("100,000 selected")
    await look(page, "hundred-thousand")
    await page.set_viewport_size({"width": 390, "height": 780})
    await page.goto(f"{base}/inbox/open")
    await expect(page.get_by_role("heading", name="Open · 50,000")).to_be_visible()
    await look(page, "hundred-thousand-phone")


async def test_a_ticket_with_five_thousand_comments_opens_at_its_end_and_draws_a_part(
    page: Page, base: str, shop: Organization
) -> None:
    customer = await shop.person("customer")
    ticket: dict[str, Any] = (
        await customer.client.post("/tickets", {"subject": "Without end", "description": "It goes on."})
    ).json()["data"]
    async with shop.desk.database.unit(shop.system()) as uow:
        await uow.db.execute(COMMENTS, shop.id, ticket["id"], customer.id)
    await at_list(page, base, shop, "all")
    await page.goto(f"{base}/inbox/all/{ticket['number']}")
    feed = page.get_by_role("feed")
    await expect(feed.get_by_text("Line 5000", exact=True)).to_be_visible()
    assert await feed.get_by_role("article").count() < 200
    await page.keyboard.press("r")
    await expect(page.get_by_role("toolbar")).to_be_visible()
    await page.keyboard.type("Enough.")
    await expect(page.get_by_role("textbox", name="Reply to Customer")).to_have_text("Enough.")
