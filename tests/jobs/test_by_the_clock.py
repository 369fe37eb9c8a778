"""One query finds what is due, and each kind of work is done when it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from deskbell.jobs.by_the_clock import Due, keep_doing
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from tests.support.desk import Organization, running_desk

TICKET = {"subject": "Zip is broken", "description": "The zip of my jacket broke on day one."}


@pytest.fixture
async def alone(fresh_database_url: str, tmp_path: Path) -> AsyncIterator[Organization]:
    """The only organization of its desk: work of others is due, too."""
    async with running_desk(fresh_database_url, tmp_path) as desk:
        yield await desk.organization()


async def test_a_snoozed_ticket_is_due_when_its_moment_has_come(alone: Organization) -> None:
    shop = alone
    agent = await shop.client("agent")
    ticket = (await agent.post("/tickets", TICKET)).json()["data"]["id"]
    until = utc_now() + timedelta(hours=2)
    answer = await agent.patch(f"/tickets/{ticket}/snooze", {"until": until.isoformat()})
    assert answer.status_code == 200, answer.text
    due = Due()
    ahead = await due.look(shop.desk.database, until - timedelta(seconds=1))
    assert not due.event("snoozes").is_set()
    assert ahead is not None
    assert ahead <= 1
    await due.look(shop.desk.database, until)
    assert due.event("snoozes").is_set()


async def test_work_that_fails_is_tried_again_and_more_work_follows_immediately(desk_database: Database) -> None:
    calls: list[int] = []
    done = asyncio.Event()

    async def work(_database: Database, _now: datetime) -> bool:
        calls.append(len(calls))
        if len(calls) == 1:
            due.set()
            raise LookupError("a row that cannot be worked on")
        if len(calls) == 4:
            done.set()
        return len(calls) < 4

    due = asyncio.Event()
    doing = asyncio.create_task(keep_doing(desk_database, due, work, "testing failed; retrying"))
    try:
        await asyncio.wait_for(done.wait(), 60)
    finally:
        doing.cancel()
    assert calls == [0, 1, 2, 3]


@pytest.fixture
def desk_database(shop: Organization) -> Database:
    return shop.desk.database
