"""The bytes of an outgoing mail. Plain functions, no I/O.

Headers are written as ASCII under the old policy of the standard library: the new one writes long Message-IDs as encoded
words, and no program finds them then.
"""

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from email import charset, policy
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from html import escape
from typing import Final
from uuid import UUID

import idna
from msgspec import Struct

from deskbell.features.mail.outgoing import SentFile
from deskbell.kernel.mail.records import Person

MAX_REFERENCES: Final = 998
"""In bytes, as a header."""
MAX_HTML: Final = 90_000
"""In bytes: Gmail does not show what follows about 100 kB."""


class _WholeIds(policy.Compat32):
    """Leaves a message id on the line of its header's name: some programs read no id from a folded line."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name in ("Message-ID", "In-Reply-To"):
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY: Final = _WholeIds(linesep="\r\n", max_line_length=76)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]+")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9._-]{1,255}")
_UTF8: Final = charset.Charset("utf-8")
_UTF8.body_encoding = charset.QP
_EPOCH_100NS: Final = 116_444_736_000_000_000  # from 1601, where Windows begins to count, to 1970


class Letter(Struct, frozen=True, kw_only=True):
    """A mail before it is written: every text as its reader sees it, every id without angle brackets."""

    sender: Person
    to: Sequence[Person]
    cc: Sequence[Person] = ()
    reply_to: str | None = None
    subject: str
    message_id: str
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    date: datetime
    language: str
    is_automatic: bool = False
    unsubscribe: str | None = None
    """The address of a page that ends such mails, by one click (RFC 8058)."""
    thread: tuple[UUID, str] | None = None
    """The ticket's id and first subject, for Outlook."""
    text: str
    html: str | None = None
    files: Sequence[SentFile] = ()


def compose(letter: Letter) -> bytes:
    """The mail as it is sent. Raises `ValueError` where the sender's address or every recipient's cannot be written."""
    message = _body(letter)
    for name, value in _headers(letter):
        message[name] = value
    return message.as_bytes(policy=_POLICY)


def written_address(address: str) -> str | None:
    """An address for an envelope, its domain as A-labels; None for one that cannot be written in ASCII."""
    local, _, domain = address.strip().rpartition("@")
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except (idna.IDNAError, UnicodeError):
            return None
    written = f"{local}@{domain}"
    return written if _ADDRESS.fullmatch(written) else None


def one_line(text: str) -> str:
    """A text without line breaks, control characters and marks that turn its direction."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _headers(letter: Letter) -> list[tuple[str, str]]:
    sender = _people([letter.sender])
    to, cc = _people(letter.to), _people(letter.cc)
    if not sender or not (to or cc):
        raise ValueError("no address that mail can be sent to")
    headers = [("MIME-Version", "1.0"), ("From", sender), ("To", to or "undisclosed-recipients:;"), ("Cc", cc)]
    headers.append(("Reply-To", letter.reply_to or ""))
    headers.append(("Subject", _encoded(one_line(letter.subject), "Subject")))
    headers.append(("Date", format_datetime(letter.date)))
    headers.append(("Message-ID", f"<{letter.message_id}>"))
    headers.append(("In-Reply-To", f"<{letter.in_reply_to}>" if letter.in_reply_to else ""))
    headers.append(("References", references_header(letter.references)))
    if letter.thread is not None:
        ticket_id, subject = letter.thread
        headers.append(("Thread-Topic", _encoded(one_line(subject), "Thread-Topic")))
        headers.append(("Thread-Index", thread_index(ticket_id)))
    if letter.is_automatic:
        headers += [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")]
    if letter.unsubscribe is not None:
        headers += [
            ("List-Unsubscribe", f"<{letter.unsubscribe}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    headers.append(
        ("Content-Language", letter.language if re.fullmatch(r"[A-Za-z0-9-]{1,35}", letter.language) else "")
    )
    return [(name, value) for name, value in headers if value]


def references_header(ids: Sequence[str]) -> str:
    """As many of these ids as fit: the first one, and the others from the newest back."""
    kept: list[str] = []
    size = 0
    for each in [*ids[:1], *reversed(ids[1:])]:
        size += len(each.encode()) + 3
        if size <= MAX_REFERENCES and each.isascii() and not re.search(r"[\s<>]", each):
            kept.append(f"<{each}>")
    return " ".join([*kept[:1], *reversed(kept[1:])])


def thread_index(ticket_id: UUID) -> str:
    """Outlook's id of a conversation: the same for all mails of a ticket. A UUID of version 7 begins with its time."""
    moment = (ticket_id.int >> 80) * 10_000 + _EPOCH_100NS
    return base64.b64encode(b"\x01" + moment.to_bytes(8, "big")[1:6] + ticket_id.bytes).decode()


def _people(people: Sequence[Person]) -> str:
    written = [(one_line(person.name)[:120], written_address(person.address)) for person in people]
    return ", ".join(formataddr((name, address)) for name, address in written if address is not None)


def _encoded(text: str, name: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", header_name=name).encode(linesep="\n")


def _body(letter: Letter) -> Message:
    related = [each for each in letter.files if letter.html and _cid(each) in letter.html and each.content is not None]
    attached = [each for each in letter.files if each not in related and each.content is not None]
    message: Message = _text(letter.text, "plain")
    if letter.html is not None:
        shown: Message = _text(letter.html, "html")
        if related:
            shown = _multipart("related", [shown, *(_file(each, inline=True) for each in related)])
        message = _multipart("alternative", [message, shown])
    if attached:
        message = _multipart("mixed", [message, *(_file(each, inline=False) for each in attached)])
    return message


def _text(text: str, kind: str) -> Message:
    # A carriage return alone, or NUL, would not survive the way.
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    message = MIMEText(clean.encode("utf-8", "replace").decode(), kind, _UTF8, policy=_POLICY)  # type: ignore[arg-type]  # a charset with its encoding is accepted
    del message["MIME-Version"]
    return message


def _multipart(kind: str, parts: Sequence[Message]) -> Message:
    message = MIMEMultipart(kind, policy=_POLICY)
    del message["MIME-Version"]
    for part in parts:
        message.attach(part)
    return message


def _file(file: SentFile, *, inline: bool) -> Message:
    main, _, sub = file.mime_type.partition("/")
    known = re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}", file.mime_type) and main not in (
        "multipart",
        "message",
    )
    part = MIMEBase(*((main, sub) if known else ("application", "octet-stream")), policy=_POLICY)
    del part["MIME-Version"]
    part.set_payload(base64.encodebytes(file.content or b"").decode().replace("\n", "\r\n"))
    part["Content-Transfer-Encoding"] = "base64"
    name = one_line(file.name) or "attachment"
    part.add_header(
        "Content-Disposition", "inline" if inline else "attachment",
        filename=name if name.isascii() else ("utf-8", "", name),
    )  # fmt: skip
    if inline:
        part["Content-ID"] = f"<{file.file_id}@files>"
    return part


def _cid(file: SentFile) -> str:
    return f"cid:{file.file_id}@files"


def with_content_ids(html: str, files: Sequence[SentFile]) -> str:
    """HTML that refers to its pictures inside the mail; those that the mail does not bring lose their address."""
    for file in files:
        if file.content is not None:
            html = re.sub(rf"(?:/api/v1)?/uploads/{file.file_id}", _cid(file), html)
    return re.sub(r'src="(?:/api/v1)?/uploads/[0-9a-f-]{36}"', 'src=""', html)


def quoted_text(words: Sequence[tuple[str, str]]) -> str:
    """Words that are answered, as plain text: attribution and body of each, the newest first, older ones within them."""
    text = ""
    for attribution, body in reversed(words):
        lines = [*body.splitlines(), *(["", *text.splitlines()] if text else [])]
        text = attribution + "\n" + "\n".join(f"> {line}".rstrip() for line in lines)
    return text


def quoted_html(words: Sequence[tuple[str, str]]) -> str:
    """As `quoted_text`, in the containers that programs for mail fold away."""
    html = ""
    for attribution, body in reversed(words):
        lines = "<br>\n".join(escape(line) for line in body.splitlines())
        inner = f"{lines}\n{html}" if html else lines
        html = (
            f'<div class="moz-cite-prefix">{escape(attribution)}</div>\n<blockquote type="cite">{inner}</blockquote>\n'
        )
    return html
