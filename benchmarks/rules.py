"""Creating a ticket with 200 triggers of five operators against none, and what asking them costs in CPU time.

None of the triggers fires: that is what most triggers do on most changes. The two organizations are asked in turns.
"""

import asyncio
import json
import time
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

import asyncpg

from benchmarks.filling import SECRET, new_organization
from benchmarks.load import Figures, measure, request
from benchmarks.servers import granian, postgres
from deskbell.features.rules import service
from deskbell.features.rules.records import NewRule
from deskbell.features.tickets.rules import Action
from deskbell.kernel.actor import Actor
from deskbell.kernel.rules.facts import Occasion, RequesterFacts, TicketFacts
from deskbell.kernel.rules.matching import compiled
from deskbell.kernel.rules.plan import Applied, Rule
from deskbell.kernel.rules.plan import run as run_plan
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.rules.words import Words
from deskbell.kernel.search.groups import parse_group
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

TRIGGERS = 200
ROUNDS = 5
COUNT = 1_000
DESCRIPTION = "The zip of my new jacket broke on day one. Größe L, gekauft in Köln. " * 20
BODY = json.dumps({"subject": "Zip is broken", "description": DESCRIPTION}).encode()


def condition(number: int) -> str:
    """Five operators, of which the last two decide."""
    return f"channel:web status:new priority:normal requester.role:customer subject:invoice{number}"


def cpu_microseconds() -> tuple[float, float]:
    """The CPU time of asking all triggers of a new ticket, and of folding its description."""
    now = datetime.now(UTC)
    rules: list[Rule[None]] = []
    for number in range(TRIGGERS):
        when = compiled(parse_group(condition(number), now=now, vocabulary=RULES), {})
        on = frozenset({"ticket.created"})
        rules.append(Rule(id=UUID(int=number), on=on, when=when, reads=when.reads(), actions=None))
    occasion = Occasion(
        kinds=frozenset({"ticket.created"}), requester=RequesterFacts(email="a@shop.example", role="customer")
    )
    asking, folding = [], []
    for _ in range(200):
        ticket = TicketFacts(
            number=1, status="new", priority="normal", type="question", channel="web", requester_id=UUID(int=1),
            assignee_id=None, group_id=None, category_id=None, tags=(), created_at=now, updated_at=now, solved_at=None,
            subject=Words("Zip is broken"), description=Words(DESCRIPTION),
        )  # fmt: skip
        began = time.process_time_ns()
        run_plan(rules, ticket, occasion, now, lambda _, facts: Applied(facts, frozenset()))
        asked = time.process_time_ns()
        assert ticket.description.words
        asking.append(asked - began)
        folding.append(time.process_time_ns() - asked)
    return median(asking) / 1_000, median(folding) / 1_000


async def _fill(dsn: str) -> tuple[str, str]:
    """Tokens of customers of an organization without rules, and of one with them."""
    await migrate(dsn)
    database = await Database.open(dsn)
    plain, ruled = await new_organization(database, "Plain"), await new_organization(database, "Ruled")
    async with database.unit(Actor.system(ruled.id)) as uow:
        for number in range(TRIGGERS):
            new = NewRule(
                name=f"Rule {number}", enabled=True, occasions=["ticket.created"], when=condition(number),
                actions=[Action(add_tags=["invoice"])], stop=False,
            )  # fmt: skip
            await service.create(uow, new)
    await database.close()
    connection = await asyncpg.connect(dsn)
    await connection.execute("analyze")
    await connection.close()
    return plain.customer_token, ruled.customer_token


def run() -> tuple[Figures, Figures]:
    """Creations without and with triggers: the round with the median difference."""
    with postgres() as (dsn, folder):
        plain, ruled = asyncio.run(_fill(dsn))
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off",
        }  # fmt: skip
        without = request("POST", "/api/v1/tickets", plain, BODY)
        with_rules = request("POST", "/api/v1/tickets", ruled, BODY)
        with granian("deskbell.app:application", environ, "/readyz", factory=True) as port:
            rounds = [
                (measure(port, lambda _: without, count=COUNT), measure(port, lambda _: with_rules, count=COUNT))
                for _ in range(ROUNDS + 1)
            ]
    return sorted(rounds[1:], key=lambda each: each[1].p50 - each[0].p50)[ROUNDS // 2]


def report() -> str:
    """The table."""
    plain, ruled = run()
    asking, folding = cpu_microseconds()
    lines = [
        "| creating a ticket | p50 ms | p99 ms | req/s | failures |",
        "|---|---|---|---|---|",
        f"| no triggers | {plain.p50:.2f} | {plain.p99:.2f} | {plain.per_second:.0f} | {plain.failures} |",
        f"| {TRIGGERS} triggers | {ruled.p50:.2f} | {ruled.p99:.2f} | {ruled.per_second:.0f} | {ruled.failures} |",
    ]
    difference = (
        f"Difference of the medians: {ruled.p50 - plain.p50:+.2f} ms (goal: at most +0.5 ms). Asking all triggers takes "
        f"{asking:.0f} µs of CPU, folding a description of {len(DESCRIPTION):,} characters {folding:.0f} µs."
    )
    return "\n".join([*lines, "", difference])
