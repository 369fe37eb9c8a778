"""From bytes to `ReadMail`. Pure but for the files, which it writes to a folder of the caller."""

import contextlib
import hashlib
import re
import secrets
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import escape
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from deskbell.channels.mail.reading.addresses import read_address, read_addresses
from deskbell.channels.mail.reading.bodies import MAX_TEXT, Bodies, Words
from deskbell.channels.mail.reading.files import FileWriter
from deskbell.channels.mail.reading.headers import decoded, one_line
from deskbell.channels.mail.reading.pages import MAX_HTML_BYTES, Page, PageTooDeep, html_text
from deskbell.channels.mail.reading.reports import read_abuse_report, read_report
from deskbell.channels.mail.reading.splitting import Node, Tree
from deskbell.kernel.mail.forwards import forwarded_in
from deskbell.kernel.mail.quoting import cut_reply, separated
from deskbell.kernel.mail.records import ForwardedMail, Note, Person, ReadMail

_IDS: Final = re.compile(r"<\s*([^<>\s]{1,990})\s*>")
_MOST_REFERENCES: Final = 100
_INNER: Final = "forwarded"
_INNER_NUMBERS: Final = 1_000
"""Added to the numbers of an inner mail's parts: a mail has at most so many."""
_DELIVERED: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to")
_PIECE_BYTES: Final = 1_000_000
_MOST_DIGESTED: Final = ("message-id", "from", "date", "subject")


def read_mail(raw: bytes, folder: Path) -> ReadMail:
    """Reads a mail and writes its files to `folder`, which must exist. A mail that is its only file is read too."""
    mail = _read(raw, folder)
    if not mail.forwarded_by_attachment:
        return replace(mail, forwarded=forwarded_in(mail.text))
    (part,) = [part for part in mail.parts if not part.hidden]
    inner_folder = folder / _INNER
    inner_folder.mkdir()
    inner = _read((folder / part.stored_as).read_bytes(), inner_folder)
    parts = [
        replace(each, number=each.number + _INNER_NUMBERS, stored_as=f"{_INNER}/{each.stored_as}")
        for each in inner.parts
    ]
    forwarded = ForwardedMail(
        author=inner.author, subject=inner.subject, text=inner.text, above=mail.new_text, html=inner.html,
        message_id=inner.message_id, part_numbers=tuple(each.number for each in parts),
    )  # fmt: skip
    return replace(mail, forwarded=forwarded, parts=(*mail.parts, *parts))


def _read(raw: bytes, folder: Path) -> ReadMail:
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    tree = Tree(raw)
    root = tree.root
    bodies = Bodies(root, tree.charset)
    files = FileWriter(folder, tree.charset, secrets.token_hex(8))
    for file in bodies.files:
        files.add(file)
    shown = _Shown(bodies.words, files)
    notes = [*bodies.notes, *shown.notes, *files.notes]
    notes += [Note.PARTS_CUT] if tree.is_cut else []
    notes += [Note.HEADERS_CUT] if tree.headers_are_cut else []
    people = _People(root, tree.charset)
    return ReadMail(
        headers=tuple((header.name, _text(header.value)) for header in root.headers),
        author=people.author,
        authors=people.authors,
        sender=people.sender,
        return_path=people.return_path,
        reply_to=people.reply_to,
        to=people.read("to"),
        cc=people.read("cc"),
        delivered_to=_delivered_to(root),
        subject=decoded(root.raw("subject") or b"", tree.charset),
        date=_date(root),
        message_id=next(iter(_ids(root.raw("message-id"))), None),
        in_reply_to=tuple(_ids(root.raw("in-reply-to"))),
        references=_bounded(_ids(root.raw("references"))),
        text=shown.text,
        new_text=shown.new_text,
        quoted=shown.quoted,
        html=shown.html,
        new_html=shown.new_html,
        remote_images=tuple(shown.hosts),
        parts=tuple(files.parts),
        report=read_report(root, people.read("to")),
        abuse_report=read_abuse_report(root),
        notes=tuple(dict.fromkeys(notes)),
        content_sha256=_digest(root),
        is_noise=people.author is None and not shown.text.strip() and not files.parts,
        forwarded_by_attachment=[part.content_type for part in files.parts if not part.hidden] == ["message/rfc822"],
    )


class _People:
    def __init__(self, root: Node, charset: str | None) -> None:
        self._root = root
        self._charset = charset
        self.authors = self.read("from")
        self.reply_to = self.read("reply-to")
        self.sender = next(iter(self.read("sender")), None)
        path = root.raw("return-path")
        self.return_path = None if path is None else read_address(_text(path)) or ""
        named = [*self.authors, *self.reply_to, *filter(None, [self.sender])]
        self.author = next(iter(named), Person("", self.return_path) if self.return_path else None)

    def read(self, name: str) -> tuple[Person, ...]:
        """All addresses in all headers of this name."""
        values = [header.value for header in self._root.headers if header.name == name]
        return read_addresses(b", ".join(values[:20]), self._charset)


class _Shown:
    """The words of a mail in the forms that are shown: whole and without quoted text, as text and as HTML."""

    def __init__(self, words: list[Words], files: FileWriter) -> None:
        self.notes: list[Note] = []
        self.hosts: list[str] = []
        self.html: str | None = None
        self.new_html: str | None = None
        joined = _joined_html(words)
        page = self._page(joined) if joined is not None else None
        if joined is not None and page is None:
            self.notes.append(Note.HTML_AS_FILE)
            files.add_html(joined)
        if page is None:
            text = "\n".join(_text_form(each).strip("\n") for each in words)
            lines, contained = separated(text), None
            text = "\n".join(lines)
        else:
            lines = [line.text.rstrip() for line in page.lines]
            contained = [line.contained for line in page.lines]
            text = "\n".join(lines)
        cut = cut_reply(lines, contained)
        if page is not None and joined is not None:
            self.html = page.safe_html(files.reference_of, self.hosts)
            self.new_html = self.html
            if any(cut):
                reply = Page(joined)
                reply.cut(cut)
                self.new_html = reply.safe_html(files.reference_of, [])
        self.text = self._bounded(text)
        self.new_text = self._bounded(_kept(lines, cut, keep=False))
        self.quoted = self._bounded(_kept(lines, cut, keep=True))

    @staticmethod
    def _page(html: str) -> Page | None:
        if len(html) > MAX_HTML_BYTES:
            return None
        try:
            return Page(html)
        except PageTooDeep:
            return None

    def _bounded(self, text: str) -> str:
        if len(text) <= MAX_TEXT:
            return text
        self.notes.append(Note.TEXT_CUT)
        return text[:MAX_TEXT]


def _kept(lines: list[str], cut: list[bool], *, keep: bool) -> str:
    return "\n".join(line for line, is_cut in zip(lines, cut, strict=True) if is_cut is keep).strip("\n")


def _joined_html(words: list[Words]) -> str | None:
    """One document of all pieces, or None where none of them is HTML."""
    if all(each.html is None for each in words):
        return None
    if len(words) == 1:
        return words[0].html
    return "".join(
        f"<div>{each.html}</div>"
        if each.html is not None
        else f'<div style="white-space:pre-wrap">{"<br>".join(map(escape, (each.text or "").strip().split(chr(10))))}</div>'
        for each in words
    )


def _text_form(words: Words) -> str:
    if words.text is not None:
        return words.text
    return html_text((words.html or "")[:MAX_HTML_BYTES])


def _text(value: bytes) -> str:
    """A header's value undecoded; 8-bit characters as UTF-8 where they are, else as Latin-1."""
    try:
        return one_line(value.decode())
    except UnicodeDecodeError:
        return one_line(value.decode("latin-1"))


def _delivered_to(root: Node) -> tuple[str, ...]:
    values = [header.value for header in root.headers if header.name in _DELIVERED]
    people = [person.address for value in values[:50] for person in read_addresses(value, limit=20)]
    return tuple(dict.fromkeys(people))


def _ids(value: bytes | None) -> list[str]:
    """Message ids; a lone word without brackets counts if it has an `@`."""
    if not value:
        return []
    text = _text(value)
    found = _IDS.findall(text)
    if not found:
        found = [word for word in text.replace("<", " ").replace(">", " ").split() if "@" in word[1:-1]]
    return list(dict.fromkeys(found))


def _bounded(ids: list[str]) -> tuple[str, ...]:
    half = _MOST_REFERENCES // 2
    return tuple(ids if len(ids) <= _MOST_REFERENCES else ids[:half] + ids[-half:])


def _date(root: Node) -> datetime | None:
    text = _text((root.raw("date") or b"")[:200])
    with contextlib.suppress(ValueError, TypeError, IndexError, OverflowError):
        date = parsedate_to_datetime(text)
        date = date if date.tzinfo is not None else date.replace(tzinfo=UTC)
        return date.astimezone(UTC) if 1970 <= date.year < 9000 else None
    return None


def _digest(root: Node) -> str:
    """Equal for two copies of one mail that came by different ways: trace headers do not count."""
    digest = hashlib.sha256()
    for name in _MOST_DIGESTED:
        digest.update(b" ".join((root.raw(name) or b"").split()) + b"\0")
    for leaf in root.leaves():
        content = leaf.content()
        own = _digest_of_lines(content) if leaf.main_type == "text" else hashlib.sha256(content).digest()
        digest.update(leaf.content_type.encode("utf-8", "replace") + b"\0" + own)
    return digest.hexdigest()


def _digest_of_lines(text: bytes) -> bytes:
    """The digest of a text whatever its line ends and the blanks before them; a piece at a time, for texts of many lines."""
    digest = hashlib.sha256()
    text = text.strip()
    at = 0
    while at < len(text):
        end = text.find(b"\n", at + _PIECE_BYTES) + 1 or len(text)
        digest.update((b"\n" if at else b"") + b"\n".join(map(bytes.rstrip, text[at:end].splitlines())))
        at = end
    return digest.digest()
