"""The worker's loop that sends mail, for all organizations."""

import asyncio
from typing import Final

import structlog

from deskbell.channels.mail.smtp import MailboxServers
from deskbell.channels.mail.tokens import TokenSource
from deskbell.features.mail.dispatch import Dispatcher
from deskbell.jobs.by_the_clock import REST_SECONDS
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.mail_transport import Transport
from deskbell.runtime.tools import Tools
from deskbell.runtime.waiting import wait_at_most

_log: Final = structlog.get_logger("deskbell.worker")


async def send_mail(tools: Tools, due: asyncio.Event) -> None:
    """Runs until cancelled, in any number of workers: each delivery is made by the one that claims it."""
    transport = Transport.open(tools.settings, tools.database)
    tokens = TokenSource(tools.database, tools.settings)
    own = MailboxServers(tools.database, tools.settings, tokens)
    dispatcher = Dispatcher(tools.database, tools.storage, tools.settings, transport, own)
    dispatcher.finished = due.set
    try:
        while True:
            due.clear()
            try:
                started = await dispatcher.start_due()
            except DATABASE_ERRORS:
                _log.warning("sending mail failed; retrying", exc_info=True)
                started = 0
            if not started:
                await wait_at_most(due, REST_SECONDS)
    finally:
        await dispatcher.stop()
        await tokens.close()
