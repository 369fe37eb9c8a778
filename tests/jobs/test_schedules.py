"""Scheduled jobs run once, however many workers there are, and delete expired data."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from pgqueuer import PgQueuer

from deskbell.features.summaries.handlers import summaries_due
from deskbell.jobs import housekeeping, worker
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import Job
from deskbell.runtime.tools import Tools
from tests.support.desk import Desk, Organization
from tests.support.work import run_job, tools_of, work

EVERY_OTHER_SECOND = "* * * * * */2"


async def test_of_two_workers_one_does_what_the_clock_asks_for(fresh_database_url: str, desk: Desk) -> None:
    done: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
    connections = [await asyncpg.connect(fresh_database_url) for _ in range(2)]

    def queue_of(name: str, connection: "asyncpg.Connection[Any]") -> PgQueuer:
        async def tick(_tools: Tools, _payload: bytes) -> None:
            done.put_nowait((name, int(utc_now().timestamp())))

        queue = PgQueuer.from_asyncpg_connection(connection)
        worker._schedule(queue, tools_of(desk), Job("tests.tick", tick, EVERY_OTHER_SECOND))
        return queue

    queues = [queue_of(name, connection) for name, connection in zip("AB", connections, strict=True)]
    tasks = [asyncio.create_task(queue.run(dequeue_timeout=timedelta(seconds=1))) for queue in queues]
    try:
        async with asyncio.timeout(60):
            ticks = [await done.get() for _ in range(3)]
    finally:
        for queue in queues:
            queue.shutdown.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        for connection in connections:
            await connection.close()
    seconds = [second for _, second in ticks]
    assert len(set(seconds)) == len(seconds), ticks


async def test_two_concurrent_runs_have_one_effect(desk: Desk, shop: Organization) -> None:
    agent, admin, customer = await shop.person("agent"), await shop.client("admin"), await shop.client("customer")
    await agent.client.put("/settings/notifications", {"daily_summary": True})
    await admin.post("/tickets", {"subject": "Mine", "description": "Please.", "assignee_id": str(agent.id)})
    gone = (await customer.post("/tickets", {"subject": "Gone", "description": "Please."})).json()["data"]["id"]
    await admin.delete(f"/tickets/{gone}")
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update tickets set deleted_at = deleted_at - interval '31 days' where deleted_at is not null"
        )
    morning = utc_now().replace(hour=8)
    await asyncio.gather(*(summaries_due(tools_of(desk), morning) for _ in range(4)))
    await asyncio.gather(*(run_job(desk, "tickets.purge_deleted") for _ in range(4)))
    await work(desk, shop)
    async with desk.database.unit(shop.system()) as uow:
        mails = "select count(*) from outbox where recipient = $1 and subject like 'Today:%'"
        assert await uow.db.fetch_value(mails, agent.email) == 1
        assert await uow.db.fetch_value("select count(*) from events where type = 'ticket.purged'") == 1


async def test_ended_sessions_and_keys_are_deleted_in_time(desk: Desk, shop: Organization) -> None:
    admin = await shop.person("admin")
    kept = [
        (await admin.client.post("/api-keys", {"name": f"key {n}", "scopes": ["*"]})).json()["data"]["id"]
        for n in range(2)
    ]
    long_ago = utc_now() - timedelta(days=91)
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute("update api_keys set revoked_at = $2 where id = $1::text::uuid", kept[0], long_ago)
        agent = await shop.person("agent")
        await uow.db.execute("update sessions set ended_at = $2 where user_id = $1", agent.id, long_ago)
    await housekeeping.delete_ended_access(tools_of(desk), b"")
    async with desk.database.unit(shop.system()) as uow:
        assert [str(row[0]) for row in await uow.db.fetch_all("select id from api_keys")] == kept[1:]
        assert [row[0] for row in await uow.db.fetch_all("select user_id from sessions")] == [admin.id]
    assert (await admin.client.get("/tickets")).status_code == 200


async def test_old_notifications_and_digests_are_deleted_and_new_ones_stay(desk: Desk, shop: Organization) -> None:
    agent, admin = await shop.person("agent"), await shop.client("admin")
    for _ in range(2):
        await admin.post("/tickets", {"subject": "Yours", "description": "Please.", "assignee_id": str(agent.id)})
    await work(desk, shop)
    old, young = [each["id"] for each in (await agent.client.get("/notifications")).json()["data"]]
    async with desk.database.unit(shop.system()) as uow:
        await uow.db.execute(
            "update notifications set created_at = now() - interval '91 days' where id = $1::text::uuid", old
        )
        await uow.db.execute(
            "insert into incoming_deliveries (organization_id, digest, event, subject_id, received_at) "
            "select $1, sha256(age::text::bytea), 'ticket.created', $1, now() - make_interval(days => age) "
            "from unnest(array[364, 366]) age",
            shop.id,
        )
    await run_job(desk, "notifications.delete_old_notifications")
    await run_job(desk, "webhook.delete_old_deliveries")
    assert [each["id"] for each in (await agent.client.get("/notifications")).json()["data"]] == [young]
    async with desk.database.unit(shop.system()) as uow:
        left = await uow.db.fetch_all("select now() - received_at < interval '365 days' from incoming_deliveries")
        assert [row[0] for row in left] == [True]


async def test_the_queues_log_is_deleted_after_a_week_in_batches(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(housekeeping, "_BATCH_SIZE", 2)
    async with desk.database.unit(None) as uow:
        await uow.db.execute(
            "insert into pgqueuer_log (created, job_id, status, priority, entrypoint, aggregated) "
            "select now() - make_interval(days => age), age, 'successful', 0, 'tests.noted', true "
            "from unnest(array[6, 8, 8, 9, 10, 11]) age"
        )
        await uow.db.execute(
            "insert into pgqueuer_statistics (created, count, priority, status, entrypoint) "
            "select now() - make_interval(days => age), 1, 0, 'successful', 'tests.noted' "
            "from unnest(array[6, 8, 9, 10]) age"
        )
    await housekeeping.delete_job_log(tools_of(desk), b"")
    async with desk.database.unit(None) as uow:
        for table in ("pgqueuer_log", "pgqueuer_statistics"):
            kept = f"select count(*) from {table} where entrypoint = 'tests.noted'"
            assert await uow.db.fetch_value(kept) == 1
