"""Files the mails of one mailbox in their order, each while the next one is fetched and stored."""

import asyncio
from typing import Final

import structlog

from deskbell.channels.mail.intake import Accepted, Incoming, Intake

_log: Final = structlog.get_logger("deskbell.mail")


class InOrder:
    """The mails of one mailbox. One is being filed at most, so that memory does not grow with the mailbox."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._filing: asyncio.Task[None] | None = None

    async def take(self, mail: Incoming) -> None:
        """Stores a mail, waits for the one before and begins to file this one. Its server may delete it afterwards."""
        accepted = await self._intake.accept([mail])
        await self.filed()
        for each in accepted:
            if each.is_waiting:
                self._filing = asyncio.create_task(self._file(each))

    async def filed(self) -> None:
        """Waits for the mail that is being filed."""
        filing, self._filing = self._filing, None
        if filing is not None:
            await filing

    async def _file(self, mail: Accepted) -> None:
        try:
            await self._intake.file(mail, await self._intake.read(mail))
        except Exception:  # noqa: BLE001 - it is stored: a worker files it, and the next mail must not wait
            _log.warning("a mail was not filed immediately", mail_id=str(mail.mail_id), exc_info=True)
