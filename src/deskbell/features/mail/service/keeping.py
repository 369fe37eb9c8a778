"""The time for which mails wait in quarantine."""

from uuid import UUID

from deskbell.features.mail.events import MailLate, MailRejected, QuarantineWaits
from deskbell.features.mail.queries import log
from deskbell.kernel.access import step
from deskbell.runtime.database import UnitOfWork


@step("the job that empties the quarantine")
async def expire(uow: UnitOfWork, mail_id: UUID) -> bool:
    """Rejects a mail that was not decided about in time; False if it was meanwhile."""
    await uow.begin()
    found = await log.lock_quarantined(uow.db, [mail_id])
    if not found:
        return False
    await log.expire(uow.db, mail_id, uow.now)
    uow.record(MailRejected(mail_id=mail_id, mailbox_id=found[0].mailbox_id, reason="expired", sender_blocked=False))
    return True


@step("the job that reminds of the quarantine")
async def remind(uow: UnitOfWork, mails: int) -> None:
    """Records that mails have waited in quarantine for a day."""
    await uow.begin()
    uow.record(QuarantineWaits(organization_id=uow.actor.organization_id, mails=mails))


@step("the job that looks for late mail")
async def alert(uow: UnitOfWork, kind: str, mails: int) -> None:
    """Records that mails wait for too long, once; with no mails ends the alert."""
    await uow.begin()
    if not mails:
        await log.end_alert(uow.db, kind)
    elif await log.begin_alert(uow.db, uow.actor.organization_id, kind, uow.now):
        uow.record(MailLate(organization_id=uow.actor.organization_id, kind=kind, mails=mails))
