"""`kill -9` of every part while twenty rules of every kind are at work: no firing without its change, each effect once.

In short form a web worker dies once; `test_storm.py` kills the worker, whose work is taken over after half a minute. `make fuzz`
kills worker, web worker, PostgreSQL and all of it in turns, 50 times; `DESKBELL_FAULT_KILLS` sets the number.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from random import Random
from typing import Any

import asyncpg
import pytest
from hypothesis import settings

from deskbell.kernel.clock import utc_now
from tests.cli.running import short_folder
from tests.faults.site import Accepted, Site, Writer

KILLS = int(os.environ.get("DESKBELL_FAULT_KILLS", "0"))
LONG = 50
SEED = int(os.environ.get("DESKBELL_FAULT_SEED", "11"))
WRITERS = 3
TURNS = ("web worker", "worker", "postgres", "worker", "web worker", "everything")
TRIGGERS = 18
_UNDONE = """
select exists (select from events e cross join lateral jsonb_array_elements(e.payload -> 'effects') x
                where e.type = 'rule.fired' and not exists (
                  select from rule_effects r where r.event_id = e.id and r.place = x::int))
    or exists (select from schedule_runs where finished_at is null)
    or exists (select from rules where next_at <= now())
    or exists (select from tickets t where t.moment_next_at is not null and t.deleted_at is null)
"""


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[Site]:
    with short_folder() as folder:
        made = Site(folder)
        await made.start()
        try:
            await made.make_owner()
            yield made
        finally:
            await made.stop()


async def make_rules(site: Site) -> None:
    """Rules that note, notify, mail and distribute, an automation, a schedule, and many that only change a tag."""
    async with site.client() as client:
        me = (await client.get("/auth/me")).json()["data"]["id"]
        await client.patch(f"/agents/{me}/status", json={"status": "online"})
        crew = await client.post("/groups", json={"name": "Crew", "member_ids": [me]})
        assert crew.status_code == 201, crew.text
        macro = {
            "title": "Greet",
            "shared": True,
            "do": [{"add_tags": ["macro"]}],
            "comment": {"public": False, "body": "Macro."},
        }
        assert (await client.post("/macros", json=macro)).status_code == 201
        letter = {"to": ["boss@elsewhere.example"], "subject": "New", "text": "New."}
        rules: list[dict[str, Any]] = [
            {"name": "Note", "do": [{"add_tags": ["seen"]}, {"note": {"text": "Seen."}}]},
            {"name": "Macro", "do": [{"macro": "Greet"}]},
            {"name": "Mail", "do": [{"mail": letter}]},
            {"name": "Give", "do": [{"distribute": {"group": "Crew"}}]},
            *({"name": f"Tag {n}", "do": [{"add_tags": [f"t{n}"]}]} for n in range(TRIGGERS - 4)),
        ]
        for rule in rules:
            made = await client.post("/rules", json={"on": ["ticket.created"], **rule})
            assert made.status_code == 201, made.text
        timed = {
            "name": "Later",
            "after": "1s",
            "since": "created",
            "do": [{"add_tags": ["later"]}, {"note": {"text": "Later."}}],
        }
        daily = {
            "name": "Daily",
            "every": f"day {utc_now() + timedelta(hours=12):%H:%M}",
            "for": None,
            "do": [{"add_tags": ["daily"]}, {"note": {"text": "Daily."}}],
        }
        for rule in (timed, daily):
            assert (await client.post("/rules", json=rule)).status_code == 201


async def storm(site: Site, accepted: Accepted, rng: Random, kills: int) -> None:
    """Writers at work, a schedule that becomes due, and kills of every part in turns."""
    writers = [Writer(site, accepted, f"Writer {n}", Random(rng.random())) for n in range(WRITERS)]
    tasks = [asyncio.create_task(writer.run()) for writer in writers]
    try:
        await accepted.until(20)
        database = await site.database()
        await database.execute("update rules set next_at = now() where next_at is not null")
        await database.close()
        for number in range(kills):
            await accepted.until(len(accepted) + rng.randint(5, 25))
            await site.kill(TURNS[number % len(TURNS)], rng)
        await accepted.until(len(accepted) + 10)
    finally:
        for writer in writers:
            writer.stop()
        site.up.set()  # releases the clients if the server could not be started again
        await asyncio.gather(*tasks)


async def check(database: "asyncpg.Connection[Any]", accepted: Accepted) -> None:
    """Each ticket has each firing, change and effect exactly once; the schedule ran once, on tickets that there were."""
    async with asyncio.timeout(600):  # what a killed worker had begun is taken over after a while
        while await database.fetchval(_UNDONE):
            await database.execute("select pg_sleep(0.1)")
    rows = await database.fetch(
        "select t.id::text as id, t.assignee_id, "
        "array(select l.name from ticket_tags g join tags l on l.id = g.tag_id where g.ticket_id = t.id) as tags, "
        "array(select e.payload ->> 'name' from events e where e.ticket_id = t.id and e.type = 'rule.fired') as fired, "
        "array(select c.body from comments c where c.ticket_id = t.id and not c.public) as notes, "
        "array(select r.kind || ' ' || r.outcome from rule_effects r where r.ticket_id = t.id) as effects from tickets t"
    )
    assert set(accepted.tickets) <= {row["id"] for row in rows}
    names = {"Note", "Macro", "Mail", "Give", "Later", *(f"Tag {n}" for n in range(TRIGGERS - 4))}
    for row in rows:
        fired, notes, effects = Counter(row["fired"]), Counter(row["notes"]), Counter(row["effects"])
        daily = fired.pop("Daily", 0)
        assert daily in (0, 1)
        assert fired == Counter(names)
        assert notes == Counter(["Seen.", "Macro.", "Later.", *["Daily."] * daily])
        assert effects["note done"] == 2 + daily
        assert effects["macro done"] == effects["distribute done"] == 1
        assert {"seen", "macro", "later"} <= set(row["tags"])
        assert ("daily" in row["tags"]) == bool(daily)
        assert row["assignee_id"] is not None
    assert sum(row["fired"].count("Daily") for row in rows) > 0
    runs = await database.fetch("select tickets from schedule_runs")
    assert [row["tickets"] for row in runs] == [sum(row["fired"].count("Daily") for row in rows)]
    mails = await database.fetchval(
        "select count(*) from mail_deliveries d join outgoing_mails o on o.id = d.mail_id where d.address = $1 "
        "and o.kind = 'notice'", "boss@elsewhere.example",
    )  # fmt: skip
    assert mails == len(rows)


@pytest.mark.hypothesis
async def test_rules_lose_and_double_nothing_when_workers_are_killed(site: Site) -> None:
    kills = KILLS or (LONG if settings().max_examples > 100 else 1)
    await make_rules(site)
    accepted = Accepted()
    await storm(site, accepted, Random(SEED), kills)
    database = await site.database()
    try:
        await check(database, accepted)
    finally:
        await database.close()
