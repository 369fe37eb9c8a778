"""Outgoing webhooks, as a part of the worker: the journal is read as soon as it is announced, and what is due is sent."""

import asyncio
import contextlib
from typing import Any, Final

import structlog

from deskbell.features.webhooks.dispatch import Dispatcher
from deskbell.features.webhooks.gathering import gather_batch
from deskbell.features.webhooks.sending import Sender
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.runtime import journal
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.tools import Tools

__all__ = ["deliver_webhooks"]

_log: Final = structlog.get_logger("deskbell.worker")
_LOOK_SECONDS: Final = 0.5
"""The longest wait between two looks for what is due."""
_UNSETTLED_SECONDS: Final = 0.05
"""How long to wait when an announced event may still be preceded by a transaction under way."""


async def deliver_webhooks(tools: Tools) -> None:
    """Works until cancelled. Any number of workers may deliver; a lost connection ends it with an error."""
    woken = _Wake()
    connection = await tools.database.listen()
    try:
        async with Sender(AllowedHosts(tools.settings.webhook_allowed_hosts)) as sender:
            dispatcher = Dispatcher(tools.database, sender)
            dispatcher.finished = woken.event.set
            try:
                await connection.add_listener(journal.CHANNEL, woken.announced)
                await _deliver(tools.database, dispatcher, woken, connection)
            finally:
                await dispatcher.stop()
    finally:
        await connection.close()


class _Wake:
    """Why to look again before the time: something was announced, or an attempt is over."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self._announced_at = float("-inf")

    def announced(self, *_notice: Any) -> None:
        """Something was written to the journal."""
        self._announced_at = asyncio.get_running_loop().time()
        self.event.set()

    async def wait(self) -> None:
        """Until there may be something to do."""
        settled = asyncio.get_running_loop().time() - self._announced_at > _LOOK_SECONDS
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.event.wait(), _LOOK_SECONDS if settled else _UNSETTLED_SECONDS)
        self.event.clear()


async def _deliver(database: Database, dispatcher: Dispatcher, woken: _Wake, connection: Any) -> None:
    while not connection.is_closed():
        try:
            gathered = await gather_batch(database)
            started = await dispatcher.start_due()
        except DATABASE_ERRORS:
            _log.warning("delivering webhooks failed; it is tried again", exc_info=True)
            gathered = started = 0
        if not gathered and not started:
            await woken.wait()
    raise ConnectionError("the database connection was lost")
