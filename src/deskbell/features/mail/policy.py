"""Rules for incoming mail: a sender's rights, limits and fallback texts. Plain functions, no I/O."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.mail.records import Class, Judged, Mailbox, OwnAddress, Verdict
from deskbell.kernel.guest_links import without_guest_tokens
from deskbell.kernel.mail.languages import language_of_header, language_of_text
from deskbell.kernel.mail.records import ReadMail, address_key
from deskbell.kernel.words import Status

MAX_SUBJECT: Final = 500
"""In characters; the raw mail has the rest."""
MAX_QUOTED: Final = 10_000
"""In characters; longer quoted text is only in the whole mail."""
MAX_COPIES: Final = 20
"""The copied people who become followers of a ticket; with more, none does."""

_NO_SUBJECT: Final = {"de": "(kein Betreff)", "en": "(no subject)"}
_NO_WORDS: Final = {"de": "(kein Text)", "en": "(no text)"}
_NO_FORWARDER: Final = {
    "de": "Diese Mail wurde weitergeleitet, aber ihr ursprünglicher Absender ist nicht zu erkennen.",
    "en": "This mail was forwarded, but its original sender cannot be read.",
}
_UNREAD: Final = {
    "de": "Diese Mail lässt sich nicht lesen. Sie ist angehängt, wie sie kam.",
    "en": "This mail cannot be read. It is attached as it came.",
}
_FORWARDED_FILE: Final = {
    "de": "Die Mail wurde als Anhang weitergeleitet.",
    "en": "The mail was forwarded as an attachment.",
}
_MICROSOFT: Final = frozenset({"outlook.office365.com", "outlook.office.com", "imap-mail.outlook.com"})
_ROBOTS: Final = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply", "bounce")


class Act(StrEnum):
    """The action taken for a mail."""

    APPEND = "append"
    CREATE = "create"
    CREATE_LINKED = "create_linked"
    IGNORE_AUTO_REPLY = "ignore_auto_reply"
    IGNORE_BY_RULE = "ignore_by_rule"
    QUARANTINE_BY_RULE = "quarantine_by_rule"
    QUARANTINE_STAFF = "quarantine_staff"
    QUARANTINE_FAILED = "quarantine_failed"


def decide(
    kind: Class, verdict: Verdict, mailbox: Mailbox, *, staff: bool, token: bool, found: bool, takes_part: bool
) -> Act:
    """The action for a mail. A header proves nothing: staff act only when proven or with a staff token.

    `found`: the mail refers to a ticket; `takes_part`: its sender is one of the ticket's people.
    """
    if staff and verdict != "pass" and (verdict == "fail" or not token):
        return Act.QUARANTINE_STAFF
    if kind == "auto_reply":
        return Act.APPEND if found and takes_part and verdict != "fail" else Act.IGNORE_AUTO_REPLY
    if verdict == "fail" and mailbox.failed_mail == "quarantine":
        return Act.QUARANTINE_FAILED
    if found and takes_part and verdict != "fail":
        return Act.APPEND
    if kind == "automatic" and mailbox.automatic_mail != "ticket":
        return Act.IGNORE_BY_RULE if mailbox.automatic_mail == "ignore" else Act.QUARANTINE_BY_RULE
    return Act.CREATE_LINKED if found else Act.CREATE


def for_sender(mailbox: Mailbox, *, limited: bool, is_trusted: bool) -> tuple[Mailbox, bool]:
    """The settings for a sender, and whether they may open only so many tickets an hour.

    Trust lets mail become tickets. It is no proof: a failed check still keeps mail out of conversations.
    """
    if not is_trusted:
        return mailbox, limited
    return replace(mailbox, automatic_mail="ticket", failed_mail="ticket"), False


def carries_token_of(judged: Judged, ticket_number: int) -> bool:
    """Whether a mail carries a valid token of this ticket. A token of another one says nothing about it."""
    return ticket_number in judged.token_numbers


def carries_staff_token(judged: Judged, person_id: UUID, ticket_number: int) -> bool:
    """Whether a mail proves by its token that this member of the staff was sent a mail about this ticket."""
    return judged.staff_token == person_id and ticket_number in judged.staff_answers


def may_command(judged: Judged, person_id: UUID, ticket_number: int) -> bool:
    """Whether a mail of the staff is proven well enough to carry out its commands on this ticket."""
    return judged.kind == "person" and (
        judged.verdict == "pass" or carries_staff_token(judged, person_id, ticket_number)
    )


def is_acknowledged(judged: Judged, mailbox: Mailbox) -> bool:
    """Whether a new request is acknowledged: that of a person, proven unless the mailbox says otherwise."""
    if judged.kind != "person" or judged.verdict == "fail":
        return False
    if judged.mail.header("x-auto-response-suppress") is not None:
        return False
    return mailbox.acknowledge == "always" or (mailbox.acknowledge == "proven" and judged.verdict == "pass")


def needs_follow_up(status: Status, closed_at: datetime | None, now: datetime, days: int) -> bool:
    """Whether a mail to this ticket opens a new one: it was closed more than the mailbox's days ago."""
    return status == Status.CLOSED and closed_at is not None and closed_at < now - timedelta(days=days)


def language_of(mail: ReadMail) -> str | None:
    """The language that a mail's sender writes: as its header says, else as its own words show."""
    return language_of_header(mail.header("content-language")) or language_of_text(mail.new_text or mail.text)


def subject_of(judged: Judged, language: str) -> str:
    """The subject of a new ticket."""
    subject = " ".join(judged.mail.subject.split())[:MAX_SUBJECT]
    return subject or _worded(_NO_SUBJECT, language)


def text_or_notice(text: str, language: str) -> str:
    """A mail's words without the links that act in a person's name, or a sentence that says that it has none."""
    return without_guest_tokens(text) if text.strip() else _worded(_NO_WORDS, language)


def unread_forward(language: str) -> str:
    """The note on a ticket whose forwarded mail names no sender."""
    return _worded(_NO_FORWARDER, language)


def unread_mail(language: str) -> str:
    """The description of a ticket that was made of a mail that cannot be read."""
    return _worded(_UNREAD, language)


def forwarded_file(language: str) -> str:
    """The note with the file of a mail that was forwarded as an attachment without a word."""
    return _worded(_FORWARDED_FILE, language)


def _worded(texts: dict[str, str], language: str) -> str:
    return texts.get(language.partition("-")[0].lower(), texts["en"])


def is_within(peer: str | None, networks: Sequence[str]) -> bool:
    """Whether a sending host's address lies in one of these networks."""
    try:
        address = ip_address(peer or "")
        return any(address in ip_network(each, strict=False) for each in networks)
    except ValueError:
        return False


def is_network(text: str) -> bool:
    """Whether a text is an address or a network, as in `10.0.0.0/8`."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def is_read_at_microsoft(mailbox: Mailbox) -> bool:
    """Whether the mailbox is read from Microsoft's IMAP server, whose `Authentication-Results` name no server."""
    return (mailbox.imap_host or "").lower() in _MICROSOFT


def is_robot(address: str) -> bool:
    """Whether no person reads the mail of an address."""
    local = address.partition("@")[0].partition("+")[0].lower()
    return local.startswith(_ROBOTS)


def group_of(mailbox: Mailbox, named: Sequence[str]) -> UUID | None:
    """The group of a new ticket, by the addresses that its mail was sent to, in lower case: the first of ours decides.

    An address may have a group of its own; a word after the separator routes where it is the name of such an address or of its
    group. Else the group is the mailbox's.
    """
    groups = {each.address: each.group_id for each in mailbox.own_addresses}
    words = {word: each.group_id for each in mailbox.own_addresses if each.group_id for word in _words_for(each)}
    for address in named:
        local, _, domain = address.rpartition("@")
        base, _, word = local.partition("+" if "+" in local else "-")
        own = next((each for each in (address, f"{base}@{domain}", f"@{domain}") if each in groups), None)
        if own is not None:
            return groups[own] or (words.get(word) if own != address else None) or mailbox.group_id
    return mailbox.group_id


def _words_for(own: OwnAddress) -> tuple[str, str]:
    """The words that route to an address's group: its own name, and the group's with hyphens for spaces."""
    return own.address.partition("@")[0], "-".join((own.group_name or "").lower().split())


def without_plus_word(address: str) -> str:
    """An address without the word after `+`, which identifies replies."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def forms_of(address: str) -> list[str]:
    """The forms under which an address may be a mailbox's: as it is, without its word after `+`, and by its whole domain."""
    key = address_key(address)
    return [key, without_plus_word(key), "@" + key.rpartition("@")[2]]
