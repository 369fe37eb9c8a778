"""Receives mail by SMTP, and files mails that were stored by a process that did not file them."""

import asyncio
from typing import Final

import structlog

from deskbell.channels.mail.intake import Intake
from deskbell.channels.mail.receiver import Receiver
from deskbell.jobs.by_the_clock import REST_SECONDS
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.tools import Tools
from deskbell.runtime.waiting import wait_at_most

_log: Final = structlog.get_logger("deskbell.worker")
_BUSY_SECONDS: Final = 10.0
"""The time between two attempts to listen on an address that another program uses."""


async def file_waiting_mail(tools: Tools, due: asyncio.Event) -> None:
    """Files waiting mails of all organizations until cancelled."""
    intake = Intake(tools.database, tools.storage, tools.settings)
    try:
        while True:
            due.clear()
            try:
                filed = await intake.file_waiting()
            except DATABASE_ERRORS:
                _log.warning("filing mail failed; retrying", exc_info=True)
                filed = 0
            if not filed:
                await wait_at_most(due, REST_SECONDS)
    finally:
        await intake.close()


async def receive_mail(tools: Tools) -> None:
    """Runs the SMTP receiver until cancelled, if `DESKBELL_INBOUND_SMTP` names an address for it."""
    address = tools.settings.inbound_smtp
    if address is None:
        return
    intake = Intake(tools.database, tools.storage, tools.settings)
    receiver = Receiver(tools.database, intake, tools.settings)
    try:
        while True:
            try:
                await receiver.start(address.host, address.port)
                break
            except OSError as error:
                _log.warning("mail cannot be received; retrying", address=str(address), error=str(error))
                await asyncio.sleep(_BUSY_SECONDS)
        await asyncio.Event().wait()
    finally:
        await receiver.stop()
        await intake.close()
