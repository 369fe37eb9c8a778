"""The operator's view of mail in one organization, for the command line."""

from uuid import UUID

from deskbell.features.mail.log import WaitingDelivery, WaitingMail
from deskbell.features.mail.queries import log
from deskbell.kernel.errors import Conflict
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork


async def waiting(uow: UnitOfWork, limit: int) -> tuple[list[WaitingMail], list[WaitingDelivery]]:
    """Mails that wait to be filed, and deliveries that wait for an attempt."""
    uow.actor.require(Permission.MAIL_REVIEW)
    return await log.waiting(uow.db, limit), await log.waiting_deliveries(uow.db, limit)


async def file_again(uow: UnitOfWork, mail_id: UUID) -> None:
    """Has a mail filed again that became no ticket, with every check. Raises `Conflict` for another one."""
    uow.actor.require(Permission.MAIL_REVIEW)
    await uow.begin()
    if not await log.file_again(uow.db, mail_id, uow.now):
        raise Conflict("mail.content_gone")


async def hasten(uow: UnitOfWork) -> int:
    """Has every delayed delivery tried now; returns their number."""
    uow.actor.require(Permission.MAIL_REVIEW)
    await uow.begin()
    return await log.hasten(uow.db, uow.now)
