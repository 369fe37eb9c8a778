"""The mail log and the quarantine: reading, releasing and rejecting mails."""

from collections.abc import Sequence
from html import escape
from typing import Literal
from uuid import UUID

from deskbell.features.mail.events import MailRejected, MailReleased
from deskbell.features.mail.log import LoggedMail, MailFilter
from deskbell.features.mail.queries import log
from deskbell.features.mail.service.senders import judge_sender
from deskbell.kernel.errors import Conflict, Forbidden, NotFound
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

Decision = Literal["release", "trust", "ticket", "reject"]
_READ = (Permission.MAIL_READ, Permission.TICKET_READ, Permission.COMMENT_INTERNAL)


async def list_mails(uow: UnitOfWork, wanted: MailFilter, page: PageRequest) -> Page[LoggedMail]:
    """A page of the received mails. Without `mail:review` those of tickets, and those in the actor's own name."""
    uow.actor.require(*_READ)
    return await log.list_mails(uow.db, uow.actor, wanted, page)


async def get(uow: UnitOfWork, mail_id: UUID) -> LoggedMail:
    """A received mail. Raises `NotFound`."""
    uow.actor.require(*_READ)
    found = await log.find(uow.db, uow.actor, mail_id)
    if found is None:
        raise NotFound("mail")
    return found


async def html_of(uow: UnitOfWork, mail_id: UUID) -> str | None:
    """A whole received mail as safe HTML, with what was cut from it; None for one that became no words. Raises `NotFound`."""
    uow.actor.require(*_READ)
    await get(uow, mail_id)
    html = await log.html_of(uow.db, mail_id)
    text = await log.text_of(uow.db, mail_id) if html is None else None
    return html if text is None else f"<pre>{escape(text, quote=False)}</pre>"


async def release(uow: UnitOfWork, mail_id: UUID, *, trust_sender: bool = False) -> LoggedMail:
    """Has a mail in quarantine filed, with the check set aside that stopped it; `trust_sender` files later ones, too.

    Members of the staff may release mail from their own address. Raises `NotFound`, `Conflict` for a mail that is not in
    quarantine, that names no sender, or whose bytes are gone, and for a sender who cannot be trusted.
    """
    uow.actor.require(*_READ)
    mail = await _quarantined(uow, mail_id)
    if mail.reason == "no_sender":
        raise Conflict("mail.no_sender")
    if trust_sender:
        uow.actor.require(Permission.MAIL_REVIEW)
        await judge_sender(uow, mail.from_address or "", "trusted")
    return await _let_out(uow, mail, as_ticket=False, sender_trusted=trust_sender)


async def make_ticket(uow: UnitOfWork, mail_id: UUID) -> LoggedMail:
    """Has a ticket made of a mail in quarantine, whatever it is: of its sender, or of the actor where it proves or names none.

    Raises `NotFound`, `Conflict` for a mail that is not in quarantine, or whose bytes are gone.
    """
    uow.actor.require(*_READ)
    return await _let_out(uow, await _quarantined(uow, mail_id), as_ticket=True, sender_trusted=False)


async def _let_out(uow: UnitOfWork, mail: LoggedMail, *, as_ticket: bool, sender_trusted: bool) -> LoggedMail:
    if not await log.release(uow.db, mail.id, uow.actor.id, uow.now, as_ticket=as_ticket):
        raise Conflict("mail.content_gone")
    uow.record(
        MailReleased(
            mail_id=mail.id, mailbox_id=mail.mailbox_id, reason=mail.reason, as_ticket=as_ticket,
            sender_trusted=sender_trusted,
        )
    )  # fmt: skip
    return await get(uow, mail.id)


async def reject(uow: UnitOfWork, mail_id: UUID, *, block_sender: bool = False) -> LoggedMail:
    """Ends a mail in quarantine without a ticket; `block_sender` refuses further mail of its address.

    Raises `NotFound`, `Conflict` for a mail that is not in quarantine, `Forbidden`.
    """
    uow.actor.require(*_READ)
    mail = await _quarantined(uow, mail_id)
    await log.reject(uow.db, mail.id, uow.actor.id, uow.now)
    if block_sender and mail.from_address:
        uow.actor.require(Permission.MAIL_REVIEW)
        await judge_sender(uow, mail.from_address, "blocked")
    uow.record(
        MailRejected(mail_id=mail.id, mailbox_id=mail.mailbox_id, reason=mail.reason, sender_blocked=block_sender)
    )
    return await get(uow, mail_id)


async def review_many(
    uow: UnitOfWork, mail_ids: Sequence[UUID], action: Decision, *, block_sender: bool = False
) -> list[tuple[UUID, str | None]]:
    """Decides about mails; returns for each the code of its refusal, or None."""
    uow.actor.require(Permission.MAIL_REVIEW, *_READ)
    outcomes: list[tuple[UUID, str | None]] = []
    for mail_id in dict.fromkeys(mail_ids):
        try:
            if action == "reject":
                await reject(uow, mail_id, block_sender=block_sender)
            elif action == "ticket":
                await make_ticket(uow, mail_id)
            else:
                await release(uow, mail_id, trust_sender=action == "trust")
        except (Conflict, NotFound) as refusal:
            outcomes.append((mail_id, refusal.reason.code))
        else:
            outcomes.append((mail_id, None))
    return outcomes


async def _quarantined(uow: UnitOfWork, mail_id: UUID) -> LoggedMail:
    seen = await get(uow, mail_id)
    if not uow.actor.may(Permission.MAIL_REVIEW) and seen.sender_id != uow.actor.user_id:
        raise Forbidden("mail.review")
    await uow.begin()
    locked = await log.lock_quarantined(uow.db, [mail_id])
    if not locked:
        raise Conflict("mail.not_quarantined")
    return locked[0]
