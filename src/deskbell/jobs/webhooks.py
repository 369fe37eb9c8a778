"""Outgoing webhooks, as a part of the worker: the journal is read as soon as it is announced, and what is due is sent."""

import asyncio
from typing import Any, Final

import structlog

from deskbell.features.webhooks.bodies import Shapes
from deskbell.features.webhooks.dispatch import Dispatcher
from deskbell.features.webhooks.gathering import gather_batch
from deskbell.features.webhooks.sending import Sender
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.runtime import journal
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.tools import Tools
from deskbell.runtime.waiting import wait_at_most

_log: Final = structlog.get_logger("deskbell.worker")
_LOOK_SECONDS: Final = 0.5
"""The longest wait between two looks, at the journal and for what is due."""
_UNSETTLED_SECONDS: Final = 0.05
"""How long to wait when an announced event may still be preceded by a transaction under way."""


async def deliver_webhooks(tools: Tools, shapes: Shapes) -> None:
    """Works until cancelled. Any number of workers may deliver; a lost connection ends it with an error.

    Reading and sending go on beside each other: a long way through the journal must not hold up what is due.
    """
    due = asyncio.Event()
    async with Sender(AllowedHosts(tools.settings.webhook_allowed_hosts)) as sender:
        dispatcher = Dispatcher(tools.database, sender)
        dispatcher.finished = due.set
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(_read_journal(tools.database, due, shapes))
                tasks.create_task(_send(dispatcher, due))
        finally:
            await dispatcher.stop()


async def _read_journal(database: Database, due: asyncio.Event, shapes: Shapes) -> None:
    time = asyncio.get_running_loop().time
    announced = asyncio.Event()
    announced_at = float("-inf")
    connection = await database.listen()
    try:
        await connection.add_listener(journal.CHANNEL, _setter(announced))
        while not connection.is_closed():
            if announced.is_set():
                announced.clear()
                announced_at = time()
            if await _tried(gather_batch(database, shapes)):
                due.set()
                continue
            # What was announced cannot be read while a transaction under way might still precede it: look again soon.
            unsettled = time() - announced_at < _LOOK_SECONDS
            await wait_at_most(announced, _UNSETTLED_SECONDS if unsettled else _LOOK_SECONDS)
        raise ConnectionError("the database connection was lost")
    finally:
        await connection.close()


async def _send(dispatcher: Dispatcher, due: asyncio.Event) -> None:
    while True:
        due.clear()
        if not await _tried(dispatcher.start_due()):
            await wait_at_most(due, _LOOK_SECONDS)


async def _tried(work: Any) -> int:
    """How much was done; 0 while the database is away, which mends itself or ends the worker elsewhere."""
    try:
        return int(await work)
    except DATABASE_ERRORS:
        _log.warning("delivering webhooks failed; it is tried again", exc_info=True)
        return 0


def _setter(event: asyncio.Event) -> Any:
    return lambda *_notice: event.set()
