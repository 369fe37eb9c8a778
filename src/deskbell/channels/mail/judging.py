"""The class of a read mail and its references to tickets, as filing needs them."""

import hashlib
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from deskbell.features.mail.records import Class, Judged, StoredPart
from deskbell.kernel.mail.classes import MailClass, Ours, classify
from deskbell.kernel.mail.records import ReadMail
from deskbell.kernel.mail.subjects import ticket_numbers

# Filing knows the mailboxes' addresses and recognizes our own mail by them.
_OURS: Final = Ours(frozenset(), lambda _message_id: False)
_CLASSES: Final[Mapping[MailClass, Class]] = {
    MailClass.BOUNCE: "bounce",
    MailClass.DELAYED: "bounce",
    MailClass.RELAYED: "bounce",
    MailClass.ABUSE_REPORT: "bounce",
    MailClass.OWN_MAIL: "own_mail",
    MailClass.AUTO_REPLY: "auto_reply",
    MailClass.AUTOMATIC: "automatic",
    MailClass.LIST: "automatic",
    MailClass.PERSON: "person",
}


def judge(mail: ReadMail, parts: list[StoredPart]) -> Judged:
    """A mail with its class and references. The mailbox's trusted servers decide about its sender when it is filed."""
    return Judged(
        mail=mail,
        kind=_CLASSES[classify(mail, _OURS)],
        message_ids=[*mail.in_reply_to, *reversed(mail.references)],
        ticket_numbers=[number for number in ticket_numbers(mail.subject) if number <= _MAX_NUMBER],
        parts=parts,
    )


def unread(raw: bytes, storage_key: str, file_id: UUID) -> Judged:
    """A mail that cannot be read, as a file: for the ticket that a person makes of it."""
    digest = hashlib.sha256(raw)
    whole = StoredPart(
        number=0, file_id=file_id, storage_key=storage_key, name="mail.eml", mime_type="message/rfc822", size=len(raw),
        sha256=digest.digest(), content_id=None, inline=False,
    )  # fmt: skip
    return Judged(mail=ReadMail(content_sha256=digest.hexdigest()), parts=[whole])


_MAX_NUMBER: Final = 2**31 - 1
"""The largest number that a ticket can have in the database."""
