"""Notifies admins of disabled webhooks; deletes old deliveries and those of purged tickets."""

from datetime import timedelta
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.organizations.queries import find_language
from deskbell.features.tickets.events import TicketPurged
from deskbell.features.webhooks.events import WebhookDisabled
from deskbell.features.webhooks.queries import deliveries as queries
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.mail import MailRefused
from deskbell.runtime.mail_templates import MailTemplates
from deskbell.runtime.reactions import enqueue, job, on
from deskbell.runtime.tools import Tools

LOG_LASTS: Final = timedelta(days=30)
"""The time that deliveries are kept."""
_BATCH_SIZE: Final = 1_000
_MAILS: Final = MailTemplates("deskbell.features.webhooks")


class _Word(Struct, frozen=True):
    """A mail to one admin."""

    organization_id: UUID
    event: WebhookDisabled
    name: str
    email: str


@on(WebhookDisabled)
async def notify_admins(uow: UnitOfWork, recorded: JournalEntry[WebhookDisabled], _tools: Tools) -> None:
    """A mail to each, queued one by one: one that fails must not be sent to the others again."""
    for name, email in await queries.admins(uow.db):
        await enqueue(uow, mail_admin, _Word(recorded.organization_id, recorded.event, name, email))


@job()
async def mail_admin(tools: Tools, payload: bytes) -> None:
    """Mails one admin that a webhook was switched off."""
    word = msgspec.json.decode(payload, type=_Word)
    async with tools.database.unit(Actor.system(word.organization_id)) as uow:
        language = await find_language(uow.db)
    values = {
        "name": word.name,
        "event": word.event,
        "url": f"{tools.settings.base_url.rstrip('/')}/desk/admin/webhooks",
    }
    try:
        await tools.mailer.send(_MAILS.compose("webhook_disabled", language, word.email, values))
    except MailRefused:
        return  # this address takes no mail, and trying again would not change that


@on(TicketPurged, batched=True)
async def delete_of_purged_tickets(uow: UnitOfWork, recorded: JournalEntry[TicketPurged], _tools: Tools) -> None:
    """Deletes the deliveries about a purged ticket: their bodies hold its texts."""
    await queries.delete_of_ticket(uow.db, recorded.event.subject_id, recorded.id)


@job(schedule="41 * * * *")
async def delete_old_deliveries(tools: Tools, _payload: bytes) -> None:
    """Deletes deliveries of more than 30 days ago."""
    gone = _BATCH_SIZE
    while gone == _BATCH_SIZE:
        async with tools.database.unit(None) as uow:
            gone = await queries.delete_before(uow.db, utc_now() - LOG_LASTS, _BATCH_SIZE)
