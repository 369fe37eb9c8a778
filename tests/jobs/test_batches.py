"""Reactions that run with their batch: in one transaction with the place in the journal, and never in each other's way."""

import asyncio
import inspect
from collections.abc import Callable
from functools import partial
from typing import Any, get_type_hints

import pytest

from deskbell.jobs import relay
from deskbell.jobs.relay import READER, react
from deskbell.kernel.events import JournalEntry, event_types
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.journal.following import read_batch
from deskbell.runtime.reactions import Reaction, reactions_to
from deskbell.runtime.tools import Tools
from tests.support.desk import Organization
from tests.support.work import tools_of

TICKET = {"subject": "Zip is broken", "description": "It broke on day one."}


async def read_all(shop: Organization) -> None:
    while await read_batch(
        shop.desk.database, READER, partial(react, tools_of(shop.desk)), batch_size=relay.BATCH_SIZE
    ):
        pass


async def assigned(shop: Organization) -> dict[str, Any]:
    """A ticket that a lead has given to the agent."""
    agent = await shop.person("agent")
    answer = await (await shop.client("team_lead")).post("/tickets", {**TICKET, "assignee_id": str(agent.id)})
    assert answer.status_code == 201, answer.text
    ticket: dict[str, Any] = answer.json()["data"]
    return ticket


async def titles(shop: Organization) -> list[str]:
    agent = await shop.person("agent")
    return [each["title"] for each in (await agent.client.get("/notifications")).json()["data"]]


async def queued(shop: Organization) -> list[str]:
    async with shop.desk.database.unit(None) as uow:
        rows = await uow.db.fetch_all(
            "select payload from pgqueuer where entrypoint = 'reaction' and status = 'queued' order by id"
        )
    return [text for row in rows if str(shop.id) in (text := row["payload"].decode())]


async def test_a_batch_notifies_and_queues_no_reaction(shop: Organization) -> None:
    await read_all(shop)
    ticket = await assigned(shop)
    assert await titles(shop) == []
    await read_all(shop)
    assert await titles(shop) == [f"#{ticket['number']} is yours now"]
    assert await queued(shop) == []
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(
            "select type, correlation_id from events where type in ('ticket.created', 'notification.created') order by id"
        )
    assert [row["type"] for row in rows] == ["ticket.created", "notification.created"]
    assert len({row["correlation_id"] for row in rows}) == 1


async def test_a_batch_that_is_not_committed_is_read_again_and_notifies_once(shop: Organization) -> None:
    class Broken(Exception):
        pass

    async def fail(uow: UnitOfWork, notices: Any) -> None:
        await react(tools_of(shop.desk), uow, notices)
        raise Broken

    await read_all(shop)
    ticket = await assigned(shop)
    with pytest.raises(Broken):
        await read_batch(shop.desk.database, READER, fail)
    assert await titles(shop) == []
    await read_all(shop)
    assert await titles(shop) == [f"#{ticket['number']} is yours now"]


def _with(monkeypatch: pytest.MonkeyPatch, shop: Organization, handle: Callable[..., Any]) -> None:
    """Adds a batched reaction to new tickets of one organization."""

    async def of_this_shop(uow: UnitOfWork, entry: JournalEntry[Any], tools: Tools) -> None:
        if entry.organization_id == shop.id:
            await handle(uow, entry, tools)

    def more(kind: str) -> list[Reaction]:
        added = [Reaction("tests.added", kind, of_this_shop, batched=True)] if kind == "ticket.created" else []
        return [*reactions_to(kind), *added]

    monkeypatch.setattr(relay, "reactions_to", more)


async def test_a_reaction_that_fails_leaves_its_batch_to_the_queue_and_others_alone(
    shop: Organization, rival: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(uow: UnitOfWork, _entry: Any, _tools: Tools) -> None:
        await uow.db.execute("insert into nowhere values (1)")

    await read_all(shop)
    _with(monkeypatch, shop, fail)
    await assigned(shop)
    theirs = await assigned(rival)
    await read_all(shop)
    assert await titles(rival) == [f"#{theirs['number']} is yours now"]
    assert await queued(rival) == []
    assert await titles(shop) == []
    waiting = await queued(shop)
    assert [name in "".join(waiting) for name in ("tests.added", "notifications.notify_first_assignee")] == [True, True]


async def test_a_reaction_that_takes_too_long_goes_to_the_queue(
    shop: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never_end(_uow: UnitOfWork, _entry: Any, _tools: Tools) -> None:
        await asyncio.Event().wait()

    await read_all(shop)
    _with(monkeypatch, shop, never_end)
    monkeypatch.setattr(relay, "MOST_SECONDS", 0.2)
    await assigned(shop)
    await read_all(shop)
    assert "tests.added" in "".join(await queued(shop))


def test_batched_reactions_return_no_mails() -> None:
    """Mails are sent after the commit; the batch has none of its own."""
    batched = [each for kind in event_types() for each in reactions_to(kind) if each.batched]
    assert batched
    for each in batched:
        assert get_type_hints(each.handle)["return"] is type(None), each.name
        assert inspect.iscoroutinefunction(each.handle)
