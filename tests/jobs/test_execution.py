"""Reactions and the mails that follow from them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from deskbell.jobs.execution import run_reaction
from deskbell.runtime.database import Database
from deskbell.runtime.mail import Mailer
from deskbell.runtime.reactions import ReactionTask
from tests.support.desk import PASSWORD, Desk, Organization
from tests.support.work import tools_of


class SlowMailServer:
    """Accepts connections and never answers; can close all of them."""

    def __init__(self) -> None:
        self.callers = 0
        self.came = asyncio.Condition()
        self.hang_up = asyncio.Event()

    async def serve(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.callers += 1
        async with self.came:
            self.came.notify_all()
        await self.hang_up.wait()
        writer.close()


@asynccontextmanager
async def slow_mail_server() -> AsyncIterator[tuple[SlowMailServer, str]]:
    slow = SlowMailServer()
    server = await asyncio.start_server(slow.serve, "127.0.0.1", 0)
    async with server:
        yield slow, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_mail_server_that_says_nothing_holds_no_connection_to_the_database(
    desk: Desk, shop: Organization
) -> None:
    people = [await shop.person(f"customer{n}") for n in range(3)]
    for person in people:
        body = {"current_password": PASSWORD, "new_password": "another-passphrase-1"}
        changed = await person.client.put("/settings/security", json=body)
        assert changed.status_code == 200, changed.text
    async with desk.database.unit(shop.system()) as uow:
        recorded = await uow.db.fetch_all("select id from events where type = 'member.password_changed' order by id")
    small = await Database.open(desk.database.dsn, size=2)
    try:
        async with slow_mail_server() as (slow, url):
            settings = msgspec.structs.replace(desk.settings, smtp_url=url)
            tools = msgspec.structs.replace(tools_of(desk), database=small, mailer=Mailer.open(settings, small))
            tasks = [ReactionTask("access.mail_password_changed", shop.id, row[0]) for row in recorded]
            running = [asyncio.create_task(run_reaction(tools, msgspec.json.encode(task))) for task in tasks]
            async with slow.came:
                await slow.came.wait_for(lambda: slow.callers == len(people))
            async with small.unit(None), small.unit(None) as uow:
                assert await uow.db.fetch_value("select 1") == 1
            slow.hang_up.set()
            outcomes = await asyncio.gather(*running, return_exceptions=True)
            assert all(isinstance(outcome, Exception) for outcome in outcomes), "so that the queue tries them again"
    finally:
        await small.close()
