"""The class of a mail (mail.md, section 5): a pure function of `ReadMail` and `Ours`."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from deskbell.kernel.mail.records import ReadMail
from deskbell.kernel.mail.subjects import is_responder_subject


class MailClass(StrEnum):
    """The kind of sender: only `PERSON` is ever answered automatically."""

    BOUNCE = "bounce"
    DELAYED = "delayed"
    RELAYED = "relayed"
    """Delivered or handed on: a report of success."""
    ABUSE_REPORT = "abuse_report"
    OWN_MAIL = "own_mail"
    AUTO_REPLY = "auto_reply"
    AUTOMATIC = "automatic"
    LIST = "list"
    PERSON = "person"


class Ours(Struct, frozen=True):
    """The facts about ourselves that a class depends on."""

    addresses: frozenset[str]
    """Every mailbox's addresses, as `address_key` writes them."""
    is_own_id: Callable[[str], bool]
    """Whether a Message-ID is one that we made, by its check value or because it was stored when it was sent."""


_DAEMON: Final = re.compile(
    r"(?:mailer[-_.]?daemon|postmaster|mail[-_.]?delivery|bounces?)(?:[+=@].*|$)", re.IGNORECASE
)
_REPORT_WORDS: Final = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|to the following)|returned mail|failure notice|could not be delivered|"
    r"unzustellbar|nicht zugestellt|non remis|échec de remise|no se pudo entregar|mancato recapito|недостав|não foi entregue|"
    r"niet (?:worden )?bezorgd|退信|無法傳遞|配信できません|mail delivery failed|delayed|verzögert",
    re.IGNORECASE,
)
_DELAY_WORDS: Final = re.compile(
    r"delayed|warning: message|still trying|verzögert|retardé|noch nicht zugestellt", re.IGNORECASE
)
_NO_REPLY: Final = re.compile(
    r"(?:do[-_.]?not[-_.]?reply|no[-_.]?reply|noreply|nicht[-_.]?antworten|ne[-_.]?pas[-_.]?repondre|nao[-_.]?responda|no[-_.]?responder)"
    r"[-+_.\w]*",
    re.IGNORECASE,
)
_AUTO_REPLY_HEADERS: Final = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply")
_LIST_HEADERS: Final = ("list-id", "list-post", "list-help", "list-unsubscribe", "list-owner", "list-archive")


def classify(mail: ReadMail, ours: Ours) -> MailClass:
    """The first class that applies."""
    if mail.abuse_report is not None:
        return MailClass.ABUSE_REPORT
    if (report := _report_class(mail)) is not None:
        return report
    if _is_own(mail, ours):
        return MailClass.OWN_MAIL
    if _is_auto_reply(mail, ours):
        return MailClass.AUTO_REPLY
    return _automatic_class(mail)


def is_automatic(mail: ReadMail) -> bool:
    """Whether a header says that no person wrote it. `X-Auto-Response-Suppress` says nothing of the kind."""
    submitted = _word(mail.header("auto-submitted"))
    precedence = {_word(value) for value in mail.all("precedence")}
    return submitted.startswith("auto-") or bool(precedence & {"bulk", "junk", "list", "auto_reply"})


def _report_class(mail: ReadMail) -> MailClass | None:
    if mail.report is not None:
        actions = {recipient.action for recipient in mail.report.recipients}
        if not actions or "failed" in actions:
            return MailClass.DELAYED if not actions and _DELAY_WORDS.search(mail.subject) else MailClass.BOUNCE
        return MailClass.DELAYED if "delayed" in actions else MailClass.RELAYED
    kind = (mail.header("content-type") or "").lower()
    if "multipart/report" in kind and "delivery-status" in kind:
        return MailClass.BOUNCE
    local = (mail.author.key if mail.author else "").partition("@")[0]
    from_daemon = mail.return_path == "" or _DAEMON.match(local) is not None
    if (
        from_daemon
        and not is_responder_subject(mail.subject)
        and _REPORT_WORDS.search(f"{mail.subject}\n{mail.text[:2_000]}")
    ):
        return MailClass.DELAYED if _DELAY_WORDS.search(mail.subject) else MailClass.BOUNCE
    return None


def _is_own(mail: ReadMail, ours: Ours) -> bool:
    if mail.message_id is not None and ours.is_own_id(mail.message_id):
        return True
    from_us = mail.author is not None and mail.author.key in ours.addresses
    return from_us and (is_automatic(mail) or _has_auto_reply_header(mail))


def _has_auto_reply_header(mail: ReadMail) -> bool:
    if any(mail.header(name) is not None for name in _AUTO_REPLY_HEADERS):
        return True
    return mail.header("x-ms-exchange-inbox-rules-loop") is not None


def _is_auto_reply(mail: ReadMail, ours: Ours) -> bool:
    submitted = _word(mail.header("auto-submitted"))
    if submitted == "auto-replied" or _has_auto_reply_header(mail):
        return True
    if "auto_reply" in {_word(value) for value in mail.all("precedence")}:
        return True
    answers = [*mail.in_reply_to, *mail.references]
    if submitted == "auto-generated" and any(ours.is_own_id(each) for each in answers):
        return True
    return bool(mail.in_reply_to) and is_responder_subject(mail.subject)


def _automatic_class(mail: ReadMail) -> MailClass:
    precedence = {_word(value) for value in mail.all("precedence")}
    if "list" in precedence or any(mail.header(name) is not None for name in _LIST_HEADERS):
        return MailClass.LIST
    local = (mail.author.key if mail.author else "").partition("@")[0]
    if is_automatic(mail) or mail.header("feedback-id") is not None or _NO_REPLY.fullmatch(local):
        return MailClass.AUTOMATIC
    return MailClass.PERSON


def _word(value: str | None) -> str:
    """The first word of a header's value, without parameters and comments."""
    words = re.split(r"[;\s(]", (value or "").strip().lower(), maxsplit=1)
    return words[0]
