"""The result of reading a mail: `ReadMail`."""

from datetime import datetime
from enum import StrEnum

import idna
from msgspec import Struct


class Person(Struct, frozen=True):
    """A name and address of a header. The domain is in Unicode, the name decoded and free of control characters."""

    name: str
    address: str

    @property
    def key(self) -> str:
        """The address for comparing: lower case, the domain in A-labels where it has them."""
        return address_key(self.address)


class Part(Struct, frozen=True, kw_only=True):
    """A file of a mail. Its content is in the folder that the caller gave to the reader, under `stored_as`."""

    number: int
    """Position in the mail, from 1: the same for the same bytes on every reading."""
    content_type: str
    name: str
    """Cleaned by `files.naming`; never empty."""
    size: int
    sha256: str
    stored_as: str
    content_id: str | None = None
    """Without angle brackets."""
    inline: bool = False
    """Shown inside the HTML, or said to be shown (`Content-Disposition: inline` with an image)."""
    hidden: bool = False
    """Kept but not listed: a detached signature, or the report of a bounce."""
    reference: str = ""
    """The placeholder for the address of this file in `html` and `new_html`. It occurs nowhere else."""


class Note(StrEnum):
    """A fact about the mail that is shown to readers of the ticket."""

    TEXT_CUT = "text_cut"
    HTML_AS_FILE = "html_as_file"
    """The HTML is too large or too deep to show: the text is shown instead, and the HTML is a file."""
    PARTS_CUT = "parts_cut"
    """More parts or levels than are read; the rest is only in the raw mail."""
    HEADERS_CUT = "headers_cut"
    ENCRYPTED_PGP = "encrypted_pgp"
    ENCRYPTED_SMIME = "encrypted_smime"
    DAMAGED_TNEF = "damaged_tnef"


class ReportedRecipient(Struct, frozen=True, kw_only=True):
    """A recipient of a delivery report (RFC 3464). `status` as in `5.1.1`, or empty where the report has none."""

    address: str
    action: str = ""
    status: str = ""
    diagnostic: str = ""


class DeliveryReport(Struct, frozen=True, kw_only=True):
    """The recipients and states of a bounce, delay or delivery notice, and the mail that it is about."""

    recipients: tuple[ReportedRecipient, ...] = ()
    original_message_id: str | None = None
    """Without angle brackets, from the returned mail or its headers."""
    original_recipient_words: tuple[str, ...] = ()
    """Addresses of ours that the report was sent to: they may carry a bounce token."""


class AbuseReport(Struct, frozen=True, kw_only=True):
    """A feedback report (ARF, RFC 5965): who called a mail of ours spam."""

    kind: str
    recipient: str | None = None
    original_message_id: str | None = None


class ForwardedMail(Struct, frozen=True, kw_only=True):
    """A mail that another one brings. `author` is None where the block names no address; `above` precedes the block.

    `part_numbers`: its own files among the parts of the outer mail, where it is a file itself. Empty for a block in the
    text: a file may then be its own or the forwarder's.
    """

    author: Person | None
    subject: str = ""
    text: str = ""
    above: str = ""
    html: str | None = None
    message_id: str | None = None
    part_numbers: tuple[int, ...] = ()


class ReadMail(Struct, frozen=True, kw_only=True):
    """A mail, read. Every text is valid Unicode without NUL; every list is bounded."""

    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case and values, unfolded but not decoded, in the order of the mail."""
    author: Person | None = None
    """From; without an address there Reply-To, Sender, Return-Path. None where the mail names no address."""
    authors: tuple[Person, ...] = ()
    """Every address in From."""
    sender: Person | None = None
    return_path: str | None = None
    """Empty for `<>`, None where the mail has no Return-Path."""
    reply_to: tuple[Person, ...] = ()
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    delivered_to: tuple[str, ...] = ()
    """Addresses of Delivered-To, X-Original-To, Envelope-To and X-Forwarded-To."""
    subject: str = ""
    date: datetime | None = None
    """None where there is none or it is no date; always with a time zone."""
    message_id: str | None = None
    """Without angle brackets and white space; None instead of an empty or malformed one."""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Oldest first; at most the first and last fifty."""
    text: str = ""
    """All words of the mail, in order."""
    new_text: str = ""
    """`text` without quoted text and signature; for a reply. Never empty where `text` is not."""
    quoted: str = ""
    """The lines that were cut. Empty where none were."""
    html: str | None = None
    """The whole mail as safe HTML, or None where it has none."""
    new_html: str | None = None
    """`html` without quoted text; equal to `html` where nothing was cut."""
    remote_images: tuple[str, ...] = ()
    """Hosts whose images were moved to `data-src`, each as often as it has images."""
    parts: tuple[Part, ...] = ()
    report: DeliveryReport | None = None
    abuse_report: AbuseReport | None = None
    notes: tuple[Note, ...] = ()
    content_sha256: str = ""
    """Digest of Message-ID, From, Date, Subject and body, without trace headers."""
    is_noise: bool = False
    """Nothing in it can be read as a mail: no address and no words."""
    forwarded_by_attachment: bool = False
    """The mail's only file is a mail."""
    forwarded: ForwardedMail | None = None
    """The mail that it forwards, in a block of its text or as its only file. Its files are among `parts`."""

    def header(self, name: str) -> str | None:
        """The first value of a header, or None. `name` in lower case."""
        return next((value for known, value in self.headers if known == name), None)

    def all(self, name: str) -> list[str]:
        """Every value of a header, the topmost first."""
        return [value for known, value in self.headers if known == name]


class Unreadable(Struct, frozen=True):
    """The reader gave up on a mail: it ran out of time or memory, or died. `reason` is for the log."""

    reason: str


def address_key(address: str) -> str:
    """An address for comparing: lower case, the domain in A-labels where it can be written so."""
    local, at, domain = address.strip().lower().rpartition("@")
    if domain.isascii():
        return f"{local}{at}{domain}"
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode()}"
    except (idna.IDNAError, UnicodeError):
        return f"{local}{at}{domain}"
