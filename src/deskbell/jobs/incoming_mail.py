"""Files mails that were stored by a process that did not come to file them."""

import asyncio
from typing import Final

import structlog

from deskbell.channels.mail.intake import Intake
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.tools import Tools

_log: Final = structlog.get_logger("deskbell.worker")
_PAUSE_SECONDS: Final = 2.0


async def file_waiting_mail(tools: Tools) -> None:
    """Files waiting mails of all organizations until cancelled."""
    intake = Intake(tools.database, tools.storage, tools.settings)
    try:
        while True:
            try:
                filed = await intake.file_waiting()
            except DATABASE_ERRORS:
                _log.warning("filing mail failed; retrying", exc_info=True)
                filed = 0
            if not filed:
                await asyncio.sleep(_PAUSE_SECONDS)
    finally:
        await intake.close()
