"""Outgoing webhooks, as a part of the worker: follows the journal and sends due deliveries."""

import asyncio
from typing import Any, Final

import structlog

from deskbell.features.webhooks.bodies import Shapes
from deskbell.features.webhooks.dispatch import Dispatcher
from deskbell.features.webhooks.gathering import BATCH_SIZE, READER, gather
from deskbell.features.webhooks.sending import Sender
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.journal.following import follow
from deskbell.runtime.tools import Tools
from deskbell.runtime.waiting import wait_at_most

_log: Final = structlog.get_logger("deskbell.worker")
_LOOK_SECONDS: Final = 0.5
"""The longest wait between two looks for due deliveries."""


async def deliver_webhooks(tools: Tools, shapes: Shapes) -> None:
    """Works until cancelled. Any number of workers may deliver; a lost connection ends it with an error.

    Reading and sending run concurrently, so that a long journal does not delay due deliveries.
    """
    due = asyncio.Event()
    async with Sender(AllowedHosts(tools.settings.webhook_allowed_hosts)) as sender:
        dispatcher = Dispatcher(tools.database, sender)
        dispatcher.finished = due.set
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(follow(tools.database, READER, gather(shapes), batch_size=BATCH_SIZE, passed=due.set))
                tasks.create_task(_send(dispatcher, due))
        finally:
            await dispatcher.stop()


async def _send(dispatcher: Dispatcher, due: asyncio.Event) -> None:
    while True:
        due.clear()
        if not await _tried(dispatcher.start_due()):
            await wait_at_most(due, _LOOK_SECONDS)


async def _tried(work: Any) -> int:
    """The number of attempts begun; 0 while the database is away."""
    try:
        return int(await work)
    except DATABASE_ERRORS:
        _log.warning("delivering webhooks failed; it is tried again", exc_info=True)
        return 0
