"""Mails the public replies of the staff; moves and deletes the bytes of mails, and ends their time in quarantine."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from deskbell.features.mail.queries import keys, log, outgoing, received
from deskbell.features.mail.service.domain_looks import look_at_due
from deskbell.features.mail.service.keeping import alert, expire, remind
from deskbell.features.mail.service.secrets import reseal
from deskbell.features.mail.service.sending import send_reply
from deskbell.features.tickets.events import CommentAdded
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.events import JournalEntry
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.name_servers import DnsResolver
from deskbell.runtime.reactions import job, on
from deskbell.runtime.sealing import sealer_of
from deskbell.runtime.tools import Tools

CONTENT_LASTS: Final = timedelta(days=7)
"""The time that the bytes of a sent mail are kept. Its words are the ticket's."""
QUARANTINE_LASTS: Final = timedelta(days=30)
"""The time that a mail waits in quarantine for a decision."""
REMINDED_AFTER: Final = timedelta(days=1)
FILED_WITHIN: Final = timedelta(minutes=5)
SENT_WITHIN: Final = timedelta(hours=1)
_BATCH_SIZE: Final = 500


@on(CommentAdded, batched=True)
async def mail_reply(uow: UnitOfWork, recorded: JournalEntry[CommentAdded], _tools: Tools) -> None:
    """Puts a public reply of the staff on its way to the ticket's requester and followers."""
    if recorded.event.public and not recorded.event.automatic:
        await send_reply(uow, recorded.event.comment_id, by_deskbell=recorded.actor_id is None)


@job(schedule="23 * * * *")
async def delete_contents(tools: Tools, _payload: bytes) -> None:
    """Deletes the bytes of mails that were sent more than a week ago."""
    done = _BATCH_SIZE
    while done == _BATCH_SIZE:
        async with tools.database.unit(None) as uow:
            await uow.begin()
            done = await outgoing.delete_contents(uow.db, utc_now() - CONTENT_LASTS, _BATCH_SIZE)


@job(schedule="*/5 * * * *")
async def move_raw_mails(tools: Tools, _payload: bytes) -> None:
    """Moves the bytes of filed mails from their rows to the storage."""
    while True:
        async with tools.database.unit(None) as uow:
            waiting = await received.to_move(uow.db, _BATCH_SIZE)
        for organization_id, mail_id in waiting:
            await _move(tools, organization_id, mail_id)
        if len(waiting) < _BATCH_SIZE:
            return


async def _move(tools: Tools, organization_id: UUID, mail_id: UUID) -> None:
    actor = Actor.system(organization_id)
    async with tools.database.unit(actor) as uow:
        stored = await received.content_of(uow.db, mail_id)
    if stored is None or stored.raw is None:
        return
    key = f"{organization_id}/{mail_id}"
    await tools.storage.put(key, stored.raw)
    async with tools.database.unit(actor) as uow:
        await uow.begin()
        is_moved = await received.mark_moved(uow.db, mail_id, key)
    if not is_moved:
        await tools.storage.delete(key)


@job(schedule="53 2 * * *")
async def delete_raw_mails(tools: Tools, _payload: bytes) -> None:
    """Deletes the bytes of mails that were received more than `DESKBELL_MAIL_RETENTION_DAYS` ago."""
    before = utc_now() - timedelta(days=tools.settings.mail_retention_days)
    done = 1
    while done:
        async with tools.database.unit(None) as uow:
            await uow.begin()
            done = await received.delete_contents(uow.db, before, _BATCH_SIZE)


@job(schedule="43 * * * *")
async def empty_quarantine(tools: Tools, _payload: bytes) -> None:
    """Rejects mails that have been in quarantine for more than 30 days."""
    before = utc_now() - QUARANTINE_LASTS
    while True:
        async with tools.database.unit(None) as uow:
            waiting = await received.old_quarantine(uow.db, before, _BATCH_SIZE)
        if not waiting:
            return
        for organization_id, mail_id in waiting:
            async with tools.database.unit(Actor.system(organization_id)) as uow:
                await expire(uow, mail_id)


@job(schedule="11 7 * * *")
async def remind_of_quarantine(tools: Tools, _payload: bytes) -> None:
    """Reminds the admins of mails that have been in quarantine for a day; of each mail once."""
    before = utc_now() - REMINDED_AFTER
    async with tools.database.unit(None) as uow:
        waiting = await received.in_quarantine(uow.db, before - timedelta(days=1), before)
    for organization_id, mails in waiting:
        async with tools.database.unit(Actor.system(organization_id)) as uow:
            await remind(uow, mails)


@job(schedule="* * * * *")
async def look_for_late_mail(tools: Tools, _payload: bytes) -> None:
    """Notifies the admins of received mail that waits for 5 minutes, and of mail that is not sent within an hour, once."""
    now = utc_now()
    async with tools.database.unit(None) as uow:
        late = await log.late(uow.db, now - FILED_WITHIN, now - SENT_WITHIN)
    for organization_id, kind, mails in late:
        async with tools.database.unit(Actor.system(organization_id)) as uow:
            await alert(uow, kind, mails)


@job(schedule="*/10 * * * *")
async def look_at_domains(tools: Tools, _payload: bytes) -> None:
    """Looks up the DNS records of the domains that mail goes out from: daily, and with a new signing key every time, so that
    signing begins automatically.
    """
    await look_at_due(tools.database, DnsResolver(), tools.settings.smtp_host)


@job(schedule="3 * * * *")
async def seal_again(tools: Tools, _payload: bytes) -> None:
    """Seals secrets with the present secret key that `DESKBELL_SECRET_KEY_PREVIOUS` had sealed."""
    sealer = sealer_of(tools.settings)
    after: UUID | None = None
    while True:
        async with tools.database.unit(None) as uow:
            found = await keys.sealed_with_others(uow.db, sealer.key_id, after, _BATCH_SIZE)
        for organization_id, secret_id in found:
            async with tools.database.unit(Actor.system(organization_id)) as uow:
                await reseal(uow, sealer, secret_id)
        if len(found) < _BATCH_SIZE:
            return
        after = found[-1][1]
