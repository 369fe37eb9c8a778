"""v1: the result of rules does not depend on how many workers there are."""

import asyncio
from random import Random
from typing import Any

from deskbell.kernel.clock import utc_now
from tests.api.v1.test_rule_trials import a_step
from tests.api.v1.test_rules import filed, group, saved
from tests.support.desk import Organization
from tests.support.seeds import drawn, seeds
from tests.support.whole_rows import whole_rows
from tests.support.work import work

CONDITIONS: list[Any] = [
    "priority:high,urgent -tag:vip", "was.status:pending,solved status:open", "comment.by:customer body:refund",
    "group:Billing", "group:none tag:a", r"body:/IN-\d+/ comment:public", "subject:invoice* priority:normal",
    {"any": ["status:solved", "type:task"], "none": ["by:customer"]}, "tag:a,b", "was.priority:low", None,
]  # fmt: skip
TICKETS, STEPS = 6, 8


def rules_of(draw: Random) -> list[dict[str, Any]]:
    """Rules that set fields and write notes, and rules that notes wake, which only add tags: their order says nothing."""
    on = ["ticket.created", "ticket.updated", "ticket.assigned", "ticket.reopened"]
    made = []
    for number, when in enumerate(draw.sample(CONDITIONS, len(CONDITIONS))):
        do = [
            {"set": {"priority": draw.choice(["low", "normal", "high"])}}, {"add_tags": [draw.choice(["a", "b"])]},
            {"fill": {"group": "Billing"}}, {"set": {"group": "Other"}}, {"note": {"text": f"Rule {number}"}},
            {"note": {"text": f"Again {number}"}},
        ]  # fmt: skip
        made.append({"name": f"{number}", "on": draw.sample(on, 2), "when": when, "do": draw.sample(do, 3)})
    woken = [{"name": f"N{n}", "on": ["comment.added"], "when": f"body:{word} by:rule", "do": [{"add_tags": [word]}]}
             for n, word in enumerate(["rule", "again"])]  # fmt: skip
    return [*made, *woken]


async def worked(desk: Organization, seed: int, workers: int) -> list[dict[str, Any]]:
    """The tickets, with their notes, after the same steps on each: by one after the other, or by several concurrently."""
    admin, agent, customer = await desk.client("admin"), await desk.client("agent"), await desk.client("customer")
    for name in ("Billing", "Other"):
        await group(admin, name)
    for rule in rules_of(Random(seed)):
        await saved(admin, **rule)
    turn = asyncio.Semaphore(workers)

    async def filed_and_changed(number: int) -> tuple[str, list[Any]]:
        async with turn:
            draw, steps = Random(seed * 100 + number), [utc_now()]
            ticket = (await filed(customer, subject=draw.choice(["Invoice", "Boots"])))["id"]
            for _ in range(STEPS):
                steps.append(utc_now())
                await a_step(draw, agent, customer, f"/tickets/{ticket}")
            return ticket, steps

    filed_tickets = dict(await asyncio.gather(*(filed_and_changed(number) for number in range(TICKETS))))
    await asyncio.gather(*(work(desk.desk, desk, send=False) for _ in range(workers)))
    rows = await whole_rows(desk, list(filed_tickets), filed_tickets)
    for row, ticket in zip(rows, filed_tickets, strict=True):
        comments = (await agent.get(f"/tickets/{ticket}/comments?limit=100")).json()["data"]
        row["notes"] = sorted(each["body"] for each in comments)
    return rows


@drawn
@seeds(2, 50)
async def test_one_worker_and_four_give_the_same_result(shop: Organization, rival: Organization, seed: int) -> None:
    one, four = await worked(shop, seed, 1), await worked(rival, seed, 4)
    assert sum(len(each["notes"]) for each in one) > TICKETS
    for left, right in zip(one, four, strict=True):
        assert left == right
