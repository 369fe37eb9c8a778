"""Renews the tokens of mailboxes that sign in at their provider."""

import asyncio
from typing import Final
from uuid import UUID

import structlog

from deskbell.channels.mail.tokens import TokenSource
from deskbell.features.mail.queries import sign_in as queries
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

_BATCH_SIZE: Final = 200
_AT_A_TIME: Final = 8
"""Providers that do not answer must not keep the others waiting."""
_log: Final = structlog.get_logger("deskbell.mail")


@job(schedule="* * * * *")
async def renew_mail_tokens(tools: Tools, _payload: bytes) -> None:
    """Renews the tokens that are due, also of mailboxes that no mail passes, so that a refusal is noticed early."""
    async with tools.database.unit(None) as uow:
        due = await queries.due(uow.db, utc_now(), _BATCH_SIZE)
    if not due:
        return
    tokens = TokenSource(tools.database, tools.settings)
    places = asyncio.Semaphore(_AT_A_TIME)

    async def renew(organization_id: UUID, mailbox_id: UUID) -> None:
        async with places:
            try:
                await tokens.renew(organization_id, mailbox_id)
            except Exception:  # noqa: BLE001 - one mailbox must not keep the others from being signed in
                _log.exception("a token could not be renewed", mailbox_id=str(mailbox_id))

    try:
        await asyncio.gather(*(renew(*each) for each in due))
    finally:
        await tokens.close()
