"""`kill -9` of every part at random moments under load: accepted writes are stored, recorded and delivered to all receivers.

In short form each part is killed once. `DESKBELL_FAULT_KILLS=40` makes a long one; `DESKBELL_FAULT_SEED` repeats one.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from deskbell.features.webhooks.records import EVENT_TYPES
from tests.cli.running import short_folder
from tests.faults.following import Follower
from tests.faults.site import PARTS, Accepted, Site, Writer
from tests.support.receiver import Answering, Call, Receiver, answer, break_off, flood, never_answer

KILLS = int(os.environ.get("DESKBELL_FAULT_KILLS", "4"))
SEED = int(os.environ.get("DESKBELL_FAULT_SEED", "7"))
WRITERS = 4
EVENTS = 40
SENT_OVER_SOCKETS = ["ticket.created", "ticket.updated", "comment.added"]


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


async def register(site: Site, receiver: Receiver) -> tuple[UUID, str]:
    """The receiver's webhook and secret."""
    async with site.client() as client:
        answered = (await client.post("/webhooks", json={"url": receiver.url, "include_internal": True})).json()["data"]
    return UUID(answered["id"]), answered["secret"]


def unreliable(rng: Random) -> Answering:
    """Fails the first attempt at some deliveries, one way or the other."""
    seen: set[str] = set()

    async def respond(call: Call, writer: asyncio.StreamWriter) -> None:
        first = call.id not in seen
        seen.add(call.id)
        await rng.choice([answer(500), answer(302), break_off])(call, writer) if first and rng.random() < 0.1 else (
            await answer()(call, writer)
        )

    return respond


async def storm(site: Site, accepted: Accepted, rng: Random) -> None:
    """Writers at work, and a kill now and then."""
    writers = [Writer(site, accepted, f"Writer {n}", Random(rng.random())) for n in range(WRITERS)]
    tasks = [asyncio.create_task(writer.run()) for writer in writers]
    try:
        parts: list[str] = []
        for _ in range(KILLS):
            if not parts:
                parts = rng.sample(PARTS, len(PARTS))
            await accepted.until(len(accepted) + rng.randint(20, 60))
            await site.kill(parts.pop(), rng)
        await accepted.until(len(accepted) + 20)
    finally:
        # Each ends with what it has under way: a request that is only abandoned may still be written, while we look.
        for writer in writers:
            writer.stop()
        site.up.set()  # releases the clients if the server could not be started again
        await asyncio.gather(*tasks)


async def journal_of(database: "asyncpg.Connection[Any]", after: int) -> list[Any]:
    """The events after a position that webhooks receive."""
    rows: list[Any] = await database.fetch(
        "select id, type from events where type = any($1) and id > $2 order by id", list(EVENT_TYPES), after
    )
    return rows


async def check_writes(database: "asyncpg.Connection[Any]", accepted: Accepted) -> None:
    """Everything accepted is there, with its event; numbers run from 1 without a gap; no change is without its event."""
    async with database.transaction(isolation="repeatable_read", readonly=True):
        tickets = {str(row["id"]): row for row in await database.fetch("select id, number, subject from tickets")}
        comments = {str(row[0]) for row in await database.fetch("select id from comments")}
        answered = await database.fetch("select type, subject_id::text, payload::jsonb from events")
    assert set(accepted.tickets) <= tickets.keys()
    assert set(accepted.comments) <= comments
    assert sorted(row["number"] for row in tickets.values()) == list(range(1, len(tickets) + 1))
    created = Counter(row[1] for row in answered if row[0] == "ticket.created")
    added = Counter(row[1] for row in answered if row[0] == "comment.added")
    assert created == Counter(tickets.keys())
    assert added == Counter(comments)
    renamed = {(row[1], row[2]) for row in answered if row[0] == "ticket.updated"}
    for ticket, subject in accepted.changes:
        assert any(ticket == each and f'"now": "{subject}"' in payload for each, payload in renamed), subject


async def make_rule(site: Site) -> None:
    """A rule that changes each new ticket and writes a note on it."""
    body = {"name": "Seen", "on": ["ticket.created"], "do": [{"add_tags": ["seen"]}, {"note": {"text": "Seen."}}]}
    async with site.client() as client:
        assert (await client.post("/rules", json=body)).status_code == 201


async def check_rule(database: "asyncpg.Connection[Any]") -> None:
    """No ticket without its firing, no firing without its change, and each effect once."""
    async with asyncio.timeout(600):  # reactions of a killed worker are taken over after a while
        while await database.fetchval(
            "select exists (select from events e where e.type = 'rule.fired' and not exists ("
            "select from rule_effects x where x.event_id = e.id))"
        ):
            pass
    by_ticket = await database.fetch(
        "select t.id, (select count(*) from events e where e.ticket_id = t.id and e.type = 'rule.fired'), "
        "(select count(*) from ticket_tags g where g.ticket_id = t.id), "
        "(select count(*) from comments c where c.ticket_id = t.id and c.body = 'Seen.' and not c.public), "
        "(select count(*) from rule_effects x where x.ticket_id = t.id and x.outcome = 'done') from tickets t "
        "where t.created_at > (select created_at from rules)"
    )
    assert by_ticket
    assert {tuple(row)[1:] for row in by_ticket} == {(1, 1, 1, 1)}


async def check_receiver(
    database: "asyncpg.Connection[Any]", events: list[int], receiver: Receiver, webhook: UUID, secret: str
) -> None:
    """Each event reached it at least once, under one id, signed; and about each ticket in order."""

    async def owed() -> dict[str, tuple[int, UUID]]:
        rows = await database.fetch(
            "select id, event_id, ticket_id from webhook_deliveries where webhook_id = $1 order by event_id", webhook
        )
        return {f"msg_{row['id'].hex}": (row["event_id"], row["ticket_id"]) for row in rows}

    async with asyncio.timeout(600):  # the worker may still be reading the journal
        while len(deliveries := await owed()) < len(events):
            pass
    assert [event_id for event_id, _ in deliveries.values()] == events
    calls = await receiver.until(lambda calls: deliveries.keys() <= {call.id for call in calls}, seconds=600)
    assert all(call.is_signed_with(secret) for call in calls)
    assert {call.id for call in calls} == deliveries.keys()
    last: dict[UUID, int] = {}
    for message in dict.fromkeys(call.id for call in calls):
        event_id, ticket_id = deliveries[message]
        assert last.get(ticket_id, 0) < event_id, "out of order"
        last[ticket_id] = event_id


async def test_bad_receivers_cost_the_good_ones_nothing(site: Site) -> None:
    async with (
        Receiver() as sound,
        Receiver(never_answer) as dead,
        Receiver(break_off) as rude,
        Receiver(flood) as talkative,
        Receiver(answer(500)) as ill,
    ):
        hooks = [await register(site, receiver) for receiver in (sound, dead, rude, talkative, ill)]
        async with site.client() as client:
            for number in range(EVENTS):
                made = await client.post("/tickets", json={"subject": f"Number {number}", "description": "For all."})
                assert made.status_code == 201
            calls = await sound.until(everything, seconds=600)
            assert all(call.is_signed_with(hooks[0][1]) for call in calls)
            assert await owed_to(site, dead) == EVENTS, "it was still hanging when the good one had everything"
            assert not {dead.url, rude.url, ill.url} & await delivered_to(site)
            ill.answering = answer()
            await ill.until(everything, seconds=600)
            await talkative.until(everything, seconds=600)
            assert talkative.url in await delivered_to(site), "ten megabytes are an answer; they are just not read"
            for webhook, _ in hooks:
                assert (await client.delete(f"/webhooks/{webhook}")).status_code == 200


def everything(calls: list[Call]) -> bool:
    """Whether all events have come."""
    return len({call.id for call in calls}) == EVENTS


async def owed_to(site: Site, receiver: Receiver) -> int:
    """The deliveries to a receiver that have not ended."""
    database = await site.database()
    try:
        return int(
            await database.fetchval(
                "select count(*) from webhook_deliveries d join webhooks w on w.id = d.webhook_id "
                "where d.state = 'pending' and w.url = $1",
                receiver.url,
            )
        )
    finally:
        await database.close()


async def delivered_to(site: Site) -> set[str]:
    """The receivers that have taken anything."""
    database = await site.database()
    try:
        rows = await database.fetch(
            "select distinct w.url from webhook_deliveries d join webhooks w on w.id = d.webhook_id "
            "where d.state = 'delivered'"
        )
    finally:
        await database.close()
    return {row[0] for row in rows}


async def test_nothing_is_lost_and_nothing_invented(site: Site) -> None:
    accepted, follower = Accepted(), Follower(site)
    following = asyncio.create_task(follower.run())
    async with Receiver() as sound, Receiver(unreliable(Random(SEED))) as shaky:
        hooks = [(receiver, *await register(site, receiver)) for receiver in (sound, shaky)]
        async with asyncio.timeout(300):
            await follower.ready.wait()
        before = await site.database()
        place = await before.fetchval("select max(id) from events")
        await before.close()
        await make_rule(site)
        await storm(site, accepted, Random(SEED))
        database = await site.database()
        try:
            await check_rule(database)
            await check_writes(database, accepted)
            events = await journal_of(database, place)
            for receiver, webhook, secret in hooks:
                await check_receiver(database, [event["id"] for event in events], receiver, webhook, secret)
            await follower.until({event["id"] for event in events if event["type"] in SENT_OVER_SOCKETS})
            assert follower.breaks >= 1, "the whole server went away at least once"
            assert follower.resyncs == 0, "nobody was away for so long that they had to fetch afresh"
        finally:
            await database.close()
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
    print(
        f"seed {SEED}: {KILLS} kills, {len(accepted)} accepted writes, {len(sound.calls)} and {len(shaky.calls)} calls"
    )
