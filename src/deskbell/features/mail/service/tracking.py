"""Mails of a comment: the one that it came by, or the one that brings it, with its way to each recipient."""

from uuid import UUID, uuid5

from deskbell.features.mail.events import AddressAllowed, AddressSuppressed, MailRetried
from deskbell.features.mail.log import LoggedMail, MailFigures, SentMail, Suppressed, UnsentMail, UnsentState
from deskbell.features.mail.outgoing import Delivery
from deskbell.features.mail.queries import deliveries, log, outgoing
from deskbell.features.mail.schedule import LEASE
from deskbell.features.tickets.queries import comments, tickets
from deskbell.kernel.errors import Conflict, NotFound
from deskbell.kernel.mail.records import address_key
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

_READ = (Permission.MAIL_READ, Permission.TICKET_READ, Permission.COMMENT_READ)


async def mail_of_comment(uow: UnitOfWork, comment_id: UUID) -> tuple[LoggedMail | None, SentMail | None]:
    """The mail that a comment came by, and the mail that brings it. Raises `NotFound`."""
    uow.actor.require(*_READ)
    await _require_visible(uow, comment_id)
    sent = await outgoing.of_reply(uow.db, comment_id)
    found = None
    if sent is not None:
        found = SentMail(
            id=sent.id, subject=sent.subject, message_id=sent.message_id, created_at=sent.created_at,
            deliveries=await deliveries.of_mails(uow.db, [sent.id]),
        )  # fmt: skip
    return await log.of_comment(uow.db, comment_id), found


async def mail_of_ticket(uow: UnitOfWork, ticket_id: UUID) -> LoggedMail | None:
    """The mail that opened a ticket. Raises `NotFound`."""
    uow.actor.require(*_READ)
    if await tickets.find_visible(uow.db, uow.actor, ticket_id) is None:
        raise NotFound("ticket")
    return await log.of_description(uow.db, ticket_id)


async def deliveries_of_comment(uow: UnitOfWork, comment_id: UUID) -> list[Delivery]:
    """The way of a reply to each recipient; empty for a comment that is not mailed. Raises `NotFound`."""
    uow.actor.require(*_READ)
    await _require_visible(uow, comment_id)
    sent = await outgoing.of_reply(uow.db, comment_id)
    return [] if sent is None else await deliveries.of_mails(uow.db, [sent.id])


async def list_unsent(uow: UnitOfWork, state: UnsentState | None, page: PageRequest) -> Page[UnsentMail]:
    """A page of the deliveries that wait or have failed."""
    uow.actor.require(Permission.MAIL_REVIEW, *_READ, Permission.COMMENT_INTERNAL)
    return await deliveries.list_unsent(uow.db, state, page)


async def get_delivery(uow: UnitOfWork, delivery_id: UUID) -> UnsentMail:
    """A delivery with its mail. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_REVIEW, *_READ, Permission.COMMENT_INTERNAL)
    found = await deliveries.find_unsent(uow.db, delivery_id)
    if found is None:
        raise NotFound("delivery")
    return found


async def retry(uow: UnitOfWork, delivery_id: UUID) -> Delivery:
    """Offers a reply to a recipient again, from now on. Raises `NotFound`, `Conflict` for one that was sent."""
    uow.actor.require(*_READ, Permission.COMMENT_CREATE)
    await uow.begin()
    delivery = await deliveries.lock(uow.db, delivery_id)
    mail = None if delivery is None else await outgoing.find(uow.db, delivery.mail_id)
    if delivery is None or mail is None or mail.kind != "reply" or mail.comment_id is None:
        raise NotFound("delivery")
    try:
        await _require_visible(uow, mail.comment_id)
    except NotFound:
        raise NotFound("delivery") from None
    if delivery.state in ("sent", "queued"):
        raise Conflict("mail.already_sent" if delivery.state == "sent" else "mail.under_way")
    await deliveries.ask_again(uow.db, delivery.id, uow.now, uow.now + LEASE)
    uow.record(
        MailRetried(mail_id=mail.id, mailbox_id=mail.mailbox_id, comment_id=mail.comment_id, delivery_id=delivery.id)
    )
    return (await deliveries.lock(uow.db, delivery.id)) or delivery


async def _require_visible(uow: UnitOfWork, comment_id: UUID) -> None:
    ticket_id = await comments.ticket_id_of(uow.db, comment_id)
    comment = await comments.find_visible(uow.db, uow.actor, comment_id)
    if ticket_id is None or comment is None or await tickets.find_visible(uow.db, uow.actor, ticket_id) is None:
        raise NotFound("message")


async def list_suppressed(uow: UnitOfWork, page: PageRequest) -> Page[Suppressed]:
    """A page of the addresses that no mail is sent to."""
    uow.actor.require(Permission.MAIL_REVIEW)
    return await log.list_suppressed(uow.db, page)


async def suppress(uow: UnitOfWork, address: str) -> Suppressed:
    """Ends mail to an address until a member of the staff allows it again; a repeat changes nothing."""
    uow.actor.require(Permission.MAIL_REVIEW)
    key = address_key(address)
    new = Suppressed(address=key, reason="manual", evidence="", created_by=uow.actor.user_id, created_at=uow.now)
    await uow.begin()
    if await log.add_suppressed(uow.db, uow.actor.organization_id, new):
        uow.record(AddressSuppressed(address_id=uuid5(uow.actor.organization_id, key), address=key))
    found = await log.find_suppressed(uow.db, key)
    return found or new


async def allow(uow: UnitOfWork, address: str) -> None:
    """Sends mail to an address again. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_REVIEW)
    key = address_key(address)
    await uow.begin()
    if not await log.remove_suppressed(uow.db, key):
        raise NotFound("address")
    uow.record(AddressAllowed(address_id=uuid5(uow.actor.organization_id, key), address=key))


async def figures(uow: UnitOfWork) -> MailFigures:
    """The state of the organization's mail."""
    uow.actor.require(Permission.MAIL_REVIEW)
    return await log.figures(uow.db, uow.now)
