"""Renews the tokens of mailboxes that sign in at their provider."""

from typing import Final

from deskbell.channels.mail.tokens import TokenSource
from deskbell.features.mail.queries import sign_in as queries
from deskbell.kernel.clock import utc_now
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

_BATCH_SIZE: Final = 200


@job(schedule="* * * * *")
async def renew_mail_tokens(tools: Tools, _payload: bytes) -> None:
    """Renews the tokens that are due, also of mailboxes that no mail passes, so that a refusal is noticed early."""
    async with tools.database.unit(None) as uow:
        due = await queries.due(uow.db, utc_now(), _BATCH_SIZE)
    if not due:
        return
    tokens = TokenSource(tools.database, tools.settings)
    try:
        for organization_id, mailbox_id in due:
            await tokens.renew(organization_id, mailbox_id)
    finally:
        await tokens.close()
