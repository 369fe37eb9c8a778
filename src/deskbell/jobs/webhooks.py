"""The worker's loops for outgoing webhooks: they follow the journal and send due deliveries."""

import asyncio
from typing import Any, Final

import structlog

from deskbell.features.webhooks.bodies import Shapes
from deskbell.features.webhooks.dispatch import Dispatcher
from deskbell.features.webhooks.gathering import BATCH_SIZE, READER, gather
from deskbell.features.webhooks.sending import Sender
from deskbell.features.webhooks.targets import AllowedHosts
from deskbell.jobs.by_the_clock import REST_SECONDS
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.journal.following import follow
from deskbell.runtime.tools import Tools
from deskbell.runtime.waiting import wait_at_most

_log: Final = structlog.get_logger("deskbell.worker")


async def deliver_webhooks(tools: Tools, shapes: Shapes, due: asyncio.Event) -> None:
    """Runs until cancelled, in any number of workers. Raises an error when the connection is lost.

    Reading and sending run concurrently, so that a long journal does not delay due deliveries.
    """
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
            await wait_at_most(due, REST_SECONDS)


async def _tried(work: Any) -> int:
    """The number of attempts started; 0 while the database is unavailable."""
    try:
        return int(await work)
    except DATABASE_ERRORS:
        _log.warning("delivering webhooks failed; retrying", exc_info=True)
        return 0
