"""Testing a mailbox by a mail that it sends to itself."""

import secrets
from typing import Final
from uuid import UUID

from deskbell.features.mail.events import MailboxTested
from deskbell.features.mail.outgoing import Addressee, OutgoingMail
from deskbell.features.mail.queries import deliveries, outgoing
from deskbell.features.mail.queries import self_test as queries
from deskbell.features.mail.records import Judged, ReceivedMail
from deskbell.features.mail.self_test import SelfTest, SelfTestReport, code_in, report_of, subject_of
from deskbell.features.mail.service.boxes import get as get_mailbox
from deskbell.features.mail.service.sending import send_plain
from deskbell.features.organizations.queries import find_language
from deskbell.kernel.access import step
from deskbell.kernel.errors import Conflict, NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.messages import language_of

_WORD: Final = "test"
_SUBJECT: Final = {"en": "Test of this mailbox", "de": "Test dieses Postfachs"}
_WORDS: Final = {
    "en": "Deskbell has sent this mail to itself, to test the mailbox. It opens no ticket.\n",
    "de": "Deskbell hat diese Mail an sich selbst gesendet, um das Postfach zu testen. Sie öffnet kein Ticket.\n",
}


async def begin(uow: UnitOfWork, mailbox_id: UUID) -> SelfTestReport:
    """Puts a mail of a mailbox to itself on its way, as all of its mail goes, and another to its address with a word.

    Raises `NotFound`, `Conflict` for a mailbox without an address, or one that is off.
    """
    uow.actor.require(Permission.MAIL_MANAGE)
    box = await get_mailbox(uow, mailbox_id)
    await uow.begin()
    sender = await outgoing.sender(uow.db, mailbox_id)
    if sender is None or not sender.address or not box.enabled:
        raise Conflict("mailbox.cannot_be_tested")
    code = secrets.token_hex(10)
    plus_address = sender.with_word(_WORD)
    mail_id = await _send(uow, mailbox_id, box.name, sender.address, code, plus=False)
    plus_id = None
    if plus_address is not None:
        plus_id = await _send(uow, mailbox_id, box.name, plus_address, code, plus=True)
    test = SelfTest(mailbox_id=mailbox_id, code=code, started_at=uow.now, mail_id=mail_id, plus_mail_id=plus_id)
    await queries.begin(uow.db, uow.actor.organization_id, test)
    await queries.try_accounts_now(uow.db, mailbox_id, uow.now)
    uow.record(MailboxTested(mailbox_id=mailbox_id))
    return await get(uow, mailbox_id)


async def _send(uow: UnitOfWork, mailbox_id: UUID, name: str, address: str, code: str, *, plus: bool) -> UUID:
    language = language_of(await find_language(uow.db))
    mail = OutgoingMail(
        id=new_id(), kind="notice", ticket_id=None, comment_id=None, notification_id=None, mailbox_id=mailbox_id,
        language=language, subject=subject_of(_SUBJECT[language], code, plus=plus), words=_WORDS[language],
        created_at=uow.now, automatic=True,
    )  # fmt: skip
    await send_plain(uow, mail, Addressee(recipient_id=None, name=name, address=address, field="to"))
    return mail.id


async def get(uow: UnitOfWork, mailbox_id: UUID) -> SelfTestReport:
    """The findings of the last test of a mailbox by now. Raises `NotFound`."""
    uow.actor.require(Permission.MAIL_MANAGE)
    box = await get_mailbox(uow, mailbox_id)
    test = await queries.find(uow.db, mailbox_id)
    if test is None:
        raise NotFound("mailbox_test")
    found = await deliveries.of_mails(uow.db, [test.mail_id])
    return report_of(test, box, found, await queries.sent_id(uow.db, test.mail_id), uow.now)


@step("`file_mail`")
async def note_test(uow: UnitOfWork, stored: ReceivedMail, judged: Judged) -> bool:
    """Notes the arrival of a test's mail; False for every other mail."""
    found = code_in(judged.mail.subject)
    if found is None:
        return False
    code, is_plus = found
    if is_plus:
        return await queries.plus_arrived(uow.db, code, uow.now)
    return await queries.arrived(uow.db, code, stored, judged.mail, uow.now)
