"""Notifies in the app and by mail."""

from uuid import UUID

from msgspec import Struct

from deskbell.features.mail.outgoing import Addressee
from deskbell.features.mail.queries import outgoing
from deskbell.features.mail.service.sending import reader_language, send_notice
from deskbell.features.notifications import mails, queries, service
from deskbell.features.notifications.records import Recipient
from deskbell.features.notifications.service import NotificationContent
from deskbell.features.tickets.queries import comments, tickets
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue, job
from deskbell.runtime.tools import Tools


class _Mailing(Struct, frozen=True):
    organization_id: UUID
    notification_id: UUID


@step("reactions to events")
async def notify_and_mail(
    uow: UnitOfWork, content: NotificationContent, people: list[Recipient], *, customers_have_mail: bool = False
) -> None:
    """Notifies these people, in the app and, if they want that, by mail; `customers_have_mail` of it already."""
    for notification, person in await service.notify(uow, content, people):
        if person.preferences.email_notifications and (person.is_staff or not customers_have_mail):
            await enqueue(uow, mail_notification, _Mailing(uow.actor.organization_id, notification.id))


@job()
async def mail_notification(tools: Tools, payload: bytes) -> None:
    """Puts the mail of a notification on its way, once."""
    mailing = mails.decode(payload, _Mailing)
    async with tools.database.unit(Actor.system(mailing.organization_id)) as uow:
        await _mail(uow, mailing.notification_id, tools.settings.base_url)
        await queries.mark_mailed(uow.db, mailing.notification_id, uow.now)


async def _mail(uow: UnitOfWork, notification_id: UUID, base_url: str) -> None:
    found = await queries.find_mailable(uow.db, notification_id)
    if found is None:
        return
    notification, person = found
    ticket = comment = None
    if notification.ticket_id is not None:
        ticket = await tickets.find_visible(uow.db, uow.actor, notification.ticket_id)
    if notification.comment_id is not None:
        comment = (await comments.by_ids(uow.db, [notification.comment_id])).get(notification.comment_id)
    if comment is not None and not comment.public and not person.is_staff:
        return
    ticket_id = None if ticket is None else ticket.id
    mailbox_id = None if ticket is None else await outgoing.mailbox_of(uow.db, ticket.id)
    language = await reader_language(uow, person.id, ticket_id, mailbox_id, is_staff=person.is_staff)
    notice = await mails.compose(uow, notification, person, ticket, comment, base_url, language)
    await send_notice(
        uow, notice, Addressee(recipient_id=person.id, name=person.name, address=person.email, field="to")
    )
