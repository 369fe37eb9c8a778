"""Creating a ticket with 200 triggers of five operators, and with five values of fields, against neither; the CPU time of
asking; the changes that a trial decides. Then automations and filters by a field on a desk of 20,000 tickets, with `--large` of a
million.

None of the triggers fires: that is what most triggers do on most changes. The organizations are asked in turns.
"""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from uuid import UUID

import asyncpg

from benchmarks import automations
from benchmarks.filling import SECRET, new_organization
from benchmarks.load import Figures, measure, request
from benchmarks.servers import granian, postgres
from deskbell.features.fields import service as fields
from deskbell.features.fields.records import NewField
from deskbell.features.rules import service
from deskbell.features.rules.records import NewRule
from deskbell.features.rules.trials import NewTrial, try_rule
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.records import NewTicket, TicketChanges
from deskbell.features.tickets.rules import Action
from deskbell.kernel.actor import Actor
from deskbell.kernel.fields import Kind, Option
from deskbell.kernel.rules.facts import Occasion, RequesterFacts, TicketFacts
from deskbell.kernel.rules.gates import Gates, gate_of
from deskbell.kernel.rules.matching import compiled
from deskbell.kernel.rules.plan import Applied, Rule
from deskbell.kernel.rules.plan import run as run_plan
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.rules.words import Words
from deskbell.kernel.search.groups import parse_group
from deskbell.kernel.words import Priority, Status
from deskbell.runtime.database import Database
from deskbell.runtime.migrate import migrate

TRIGGERS = 200
ROUNDS = 5
TRIED = 1_000
"""Tickets of the trial, each filed, changed and solved."""
COUNT, MANY = 150, 600
"""Requests of a round, and with `--large`."""
DESCRIPTION = "The zip of my new jacket broke on day one. Größe L, gekauft in Köln. " * 20
FIELDS = {
    "order": Kind.TEXT, "size": Kind.DROPDOWN, "count": Kind.INTEGER, "gift": Kind.CHECKBOX, "due": Kind.DATE,
}  # fmt: skip
VALUES = {"order": "A-1", "size": "m", "count": 3, "gift": True, "due": "2026-11-20"}
BODY = json.dumps({"subject": "Zip is broken", "description": DESCRIPTION}).encode()
FIELDED = json.dumps({"subject": "Zip is broken", "description": DESCRIPTION, "fields": VALUES}).encode()


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
        tree = parse_group(condition(number), now=now, vocabulary=RULES)
        rules.append(Rule(id=UUID(int=number), on=on, when=when, reads=when.reads(), actions=None, gate=gate_of(tree)))
    gates = Gates([rule.gate for rule in rules])
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
        passed = [rules[place] for place in gates.passed(ticket, occasion)]
        run_plan(passed, ticket, occasion, now, lambda _, facts: Applied(facts, frozenset()))
        asked = time.process_time_ns()
        assert ticket.description.words
        asking.append(asked - began)
        folding.append(time.process_time_ns() - asked)
    return median(asking) / 1_000, median(folding) / 1_000


async def _fill(dsn: str) -> tuple[str, str, str]:
    """Tokens of customers: of an organization without rules, of one with them, and of one with five fields."""
    await migrate(dsn)
    database = await Database.open(dsn)
    plain, ruled = await new_organization(database, "Plain"), await new_organization(database, "Ruled")
    fielded = await new_organization(database, "Fielded")
    async with database.unit(Actor.system(fielded.id)) as uow:
        for key, kind in FIELDS.items():
            options = [Option("m", "Middle"), Option("l", "Large")] if kind is Kind.DROPDOWN else []
            await fields.create(
                uow, NewField(key=key, target="ticket", kind=kind, label=key, customer="write", options=options)
            )
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
    return plain.customer_token, ruled.customer_token, fielded.customer_token


def run(count: int) -> tuple[list[Figures], list[Figures]]:
    """Creations without and with triggers, and without and with five values: the rounds with the median differences."""
    with postgres() as (dsn, folder):
        plain, ruled, fielded = asyncio.run(_fill(dsn))
        environ = {
            "DESKBELL_DATABASE_URL": dsn, "DESKBELL_DATA_DIR": str(folder), "DESKBELL_SECRET_KEY": SECRET,
            "DESKBELL_LOG_FORMAT": "console", "DESKBELL_RATE_LIMITS": "off",
        }  # fmt: skip
        without = request("POST", "/api/v1/tickets", plain, BODY)
        with_rules = request("POST", "/api/v1/tickets", ruled, BODY)
        with_fields = request("POST", "/api/v1/tickets", fielded, FIELDED)
        with granian("deskbell.app:application", environ, "/readyz", factory=True) as port:
            asked = (without, with_rules, with_fields)
            rounds = [
                [measure(port, always(each), count=count, connections=1) for each in asked] for _ in range(ROUNDS + 1)
            ]
    by_rules, by_fields = (
        sorted(rounds[1:], key=lambda each: each[place].p50 - each[0].p50)[ROUNDS // 2] for place in (1, 2)
    )
    return [by_rules[0], by_rules[1]], [by_fields[0], by_fields[2]]


async def _occasions(dsn: str) -> tuple[int, float]:
    """The changes that a trial decides, and its seconds: tickets were filed, changed and solved under `TRIGGERS` rules."""
    await migrate(dsn)
    database = await Database.open(dsn)
    desk = await new_organization(database, "Tried")
    async with database.unit(Actor.system(desk.id)) as uow:
        for number in range(TRIGGERS):
            new = NewRule(
                name=f"Rule {number}", enabled=True, occasions=["ticket.created", "ticket.updated"], when=condition(number),
                actions=[Action(add_tags=["invoice"])], stop=False,
            )  # fmt: skip
            await service.create(uow, new)
    for _ in range(TRIED // 50):
        async with database.unit(Actor.system(desk.id)) as uow:
            for _ in range(50):
                filed = NewTicket(subject="Zip is broken", description=DESCRIPTION, requester_id=desk.customer)
                ticket = await tickets.create(uow, filed)
                await tickets.update(uow, ticket.id, TicketChanges(priority=Priority.HIGH))
                await tickets.update(uow, ticket.id, TicketChanges(status=Status.SOLVED))
    draft = NewRule(
        name="Draft", enabled=True, occasions=["ticket.created", "ticket.updated"], when="subject:zip -priority:low",
        actions=[Action(add_tags=["zip"])], stop=False,
    )  # fmt: skip
    until = datetime.now(UTC)
    decided, after, began = 0, None, time.perf_counter()
    while True:
        async with database.unit(Actor.system(desk.id)) as uow:
            trial = NewTrial(rule_id=None, draft=draft, since=until - timedelta(days=1), until=until, after=after)
            page = await try_rule(uow, trial)
        decided, after = decided + page.occasions, page.next_after
        if after is None:
            break
    taken = time.perf_counter() - began
    await database.close()
    return decided, taken


def always(body: bytes) -> Callable[[int], bytes]:
    """A request, whatever its number."""
    return lambda _: body


def report(*, large: bool = False) -> str:
    """The tables."""
    (plain, ruled), (bare, fielded) = run(MANY if large else COUNT)
    asking, folding = cpu_microseconds()
    lines = [
        "| creating a ticket | p50 ms | p99 ms | req/s | failures |",
        "|---|---|---|---|---|",
        f"| no triggers | {plain.p50:.2f} | {plain.p99:.2f} | {plain.per_second:.0f} | {plain.failures} |",
        f"| {TRIGGERS} triggers | {ruled.p50:.2f} | {ruled.p99:.2f} | {ruled.per_second:.0f} | {ruled.failures} |",
        f"| five fields | {fielded.p50:.2f} | {fielded.p99:.2f} | {fielded.per_second:.0f} | {fielded.failures} |",
    ]
    by_rules, by_fields = ruled.p50 - plain.p50, fielded.p50 - bare.p50
    difference = (
        f"Difference of the medians, one request at a time: {by_rules:+.3f} ms with triggers (goal: at most +0.5 ms, "
        f"{'met' if by_rules <= 0.5 else '**not met**'}), {by_fields:+.3f} ms with five fields (goal: at most +0.2 ms, "
        f"{'met' if by_fields <= 0.2 else '**not met**'}). Asking all triggers takes "
        f"{asking:.0f} µs of CPU, folding a description of {len(DESCRIPTION):,} characters {folding:.0f} µs."
    )
    timed = automations.report(1_000_000 if large else 20_000)
    with postgres() as (dsn, _):
        decided, taken = asyncio.run(_occasions(dsn))
    rate = decided / taken
    trial = (
        f"A trial of a draft over the past day decides {rate:,.0f} changes a second ({decided:,} of {TRIED:,} tickets; goal: at "
        f"least 1,000, {'met' if rate >= 1_000 else '**not met**'})."
    )
    return "\n".join([*lines, "", difference, "", trial, "", "## Automations and fields", "", timed])
