"""Background work, done on the spot: what the worker would do after a commit, so that a test can look at the result."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec

from deskbell.channels.mail.smtp import MailboxServers
from deskbell.channels.mail.tokens import TokenSource
from deskbell.features.mail.dispatch import Dispatcher
from deskbell.jobs.execution import run_reaction
from deskbell.runtime.journal.origin import Origin, within
from deskbell.runtime.mail import Mailer
from deskbell.runtime.mail_transport import Transport
from deskbell.runtime.reactions import ReactionTask, jobs, reactions_to
from deskbell.runtime.storage import Storage
from deskbell.runtime.tools import Tools
from tests.support.desk import Desk, Organization


def tools_of(desk: Desk) -> Tools:
    """The runtime of a desk, as jobs get it."""
    return Tools(desk.settings, desk.database, Storage.open(desk.settings), Mailer.open(desk.settings, desk.database))


async def work(desk: Desk, *organizations: Organization, send: bool = True) -> None:
    """Runs every reaction to the organizations' new events, in order, and the jobs that these put in the queue; sends mail."""
    tools = tools_of(desk)
    for organization in organizations:
        seen = 0
        while events := await _events_after(desk, organization, seen):
            for event_id, kind in events:
                for reaction in reactions_to(kind):
                    task = ReactionTask(reaction.name, organization.id, event_id)
                    await run_reaction(tools, msgspec.json.encode(task))
                seen = event_id
        await _remember(desk, organization, seen)
    await _drain(tools)
    if send:
        await send_mails(tools)


async def send_mails(tools: Tools) -> None:
    """Makes every delivery of mail that is due."""
    async with dispatching(tools) as dispatcher:
        while await dispatcher.start_due():
            await dispatcher.drain()


@asynccontextmanager
async def dispatching(tools: Tools, kind: type[Transport] = Transport) -> AsyncIterator[Dispatcher]:
    """A dispatcher of mail."""
    tokens = TokenSource(tools.database, tools.settings)
    own = MailboxServers(tools.database, tools.settings, tokens)
    transport = kind.open(tools.settings, tools.database)
    dispatcher = Dispatcher(tools.database, tools.storage, tools.settings, transport, own)
    try:
        yield dispatcher
    finally:
        await dispatcher.stop()
        await tokens.close()


async def leave_alone_others(shop: Organization) -> None:
    """Puts off what other tests have left to send in this database: a claim takes no more than sixteen."""
    owner = await asyncpg.connect(shop.desk.settings.database_url)
    await owner.execute(
        "update mail_deliveries set next_try_at = now() + interval '1 year' "
        "where organization_id <> $1 and next_try_at is not null",
        shop.id,
    )
    await owner.close()


async def run_job(desk: Desk, name: str, payload: bytes = b"") -> None:
    """Runs one job by name."""
    for each in jobs():
        if each.name == name:
            await each.body(tools_of(desk), payload)
            return
    raise LookupError(f"there is no job called {name}")


async def _events_after(desk: Desk, organization: Organization, seen: int) -> list[Any]:
    reader = f"tests:{organization.id}"
    async with desk.database.unit(organization.system()) as uow:
        place = await uow.db.fetch_value("select id from journal_readers where name = $1", reader)
        return await uow.db.fetch_all(
            "select id, type from events where id > $1 and not imported order by id", max(seen, place or 0)
        )


async def _remember(desk: Desk, organization: Organization, seen: int) -> None:
    if seen:
        async with desk.database.unit(None) as uow:
            await uow.db.execute(
                "insert into journal_readers (name, xact_id, id) values ($1, '0', $2) "
                "on conflict (name) do update set id = excluded.id",
                f"tests:{organization.id}",
                seen,
            )


async def _drain(tools: Tools) -> None:
    bodies = {each.name: each.body for each in jobs()}
    while True:
        async with tools.database.unit(None) as uow:
            row = await uow.db.fetch_one(
                "delete from pgqueuer where id = (select id from pgqueuer where status = 'queued' "
                "and execute_after <= now() and entrypoint = any($1) order by id limit 1 for update skip locked) "
                "returning entrypoint, payload, headers",
                list(bodies),
            )
        if row is None:
            return
        with within(Origin.of_job(msgspec.json.decode(row["headers"]) if row["headers"] is not None else None)):
            await bodies[row["entrypoint"]](tools, row["payload"] or b"")
