"""The files of a mail, written to a folder as they are read."""

import hashlib
import mimetypes
from pathlib import Path
from typing import Final

from deskbell.channels.mail.reading.bodies import File, file_name
from deskbell.channels.mail.reading.cleaning import PART_SCHEME
from deskbell.channels.mail.reading.headers import decoded, read_block
from deskbell.channels.mail.reading.splitting import Node
from deskbell.features.files.mime_types import HEAD_BYTES, UNKNOWN, stored_type
from deskbell.features.files.naming import clean_name
from deskbell.kernel.mail.records import Note, Part

_EXTENSIONS: Final = {
    "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png", "image/gif": ".gif", "text/plain": ".txt",
    "text/html": ".html", "text/calendar": ".ics", "application/ics": ".ics", "message/rfc822": ".eml",
    "application/pgp-signature": ".asc", "application/pgp-encrypted": ".pgp", "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt",
    "application/octet-stream": ".bin",
}  # fmt: skip
_CALENDARS: Final = frozenset({"text/calendar", "application/ics"})


class FileWriter:
    """Writes each file once, in the order of the mail. `token` makes the placeholders of this mail unguessable."""

    def __init__(self, folder: Path, charset: str | None, token: str) -> None:
        self._folder = folder
        self._charset = charset
        self._token = token
        self._by_reference: dict[str, str] = {}
        self._referenced: set[int] = set()
        self._parts: list[Part] = []
        self.notes: list[Note] = []

    @property
    def parts(self) -> list[Part]:
        """All of them; what the HTML showed is inline. A nameless calendar is left out where there is a named one."""
        named_calendar = any(part.content_type in _CALENDARS and part.stored_as.endswith("n") for part in self._parts)
        kept = [
            part
            for part in self._parts
            if not (named_calendar and part.content_type in _CALENDARS and not part.stored_as.endswith("n"))
        ]
        return [_with_inline(part) if part.number in self._referenced else part for part in kept]

    def add(self, file: File) -> None:
        """Adds one part."""
        node = file.node
        content = file.content if file.content is not None else node.content() if node is not None else b""
        sent_name = file.name or (file_name(node) if node is not None else "")
        claimed = node.content_type if node is not None else ""
        if claimed == "message/rfc822":
            sent_name = sent_name or _subject_name(content, self._charset)
        self._write(content, sent_name, claimed, node, hidden=file.hidden)

    def add_html(self, html: str) -> None:
        """Adds HTML that is not shown."""
        self._write(html.encode("utf-8", "replace"), "message.html", "text/html", None, hidden=False)

    def reference_of(self, name: str) -> str | None:
        """The placeholder of the file with this content id, location or name."""
        reference = self._by_reference.get(name.strip("<>").lower())
        if reference is not None:
            self._referenced.add(int(reference.rsplit("-", 1)[1]))
        return reference

    def _write(self, content: bytes, sent_name: str, claimed: str, node: Node | None, *, hidden: bool) -> None:
        number = len(self._parts) + 1
        stored_as = f"{number}{'n' if sent_name else ''}"
        (self._folder / stored_as).write_bytes(content)
        content_type = claimed if claimed and claimed != UNKNOWN else stored_type(content[:HEAD_BYTES], None)
        content_id = decoded(node.raw("content-id") or b"").strip("<> ") if node is not None else ""
        location = decoded(node.raw("content-location") or b"") if node is not None else ""
        reference = f"{PART_SCHEME}:{self._token}-{number}"
        name = clean_name(sent_name) if sent_name else f"attachment{_extension(content_type, content)}"
        for key in (content_id, location, location.rpartition("/")[2], name):
            if key:
                self._by_reference.setdefault(key.lower(), reference)
        is_inline = node is not None and node.disposition.value == "inline" and claimed.startswith("image/")
        self._parts.append(
            Part(
                number=number,
                content_type=content_type,
                name=name,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                stored_as=stored_as,
                content_id=content_id or None,
                inline=is_inline and bool(content_id),
                hidden=hidden,
                reference=reference,
            )
        )


def _with_inline(part: Part) -> Part:
    return Part(**{**{name: getattr(part, name) for name in part.__struct_fields__}, "inline": True})


def _extension(content_type: str, content: bytes) -> str:
    found = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type)
    return found or _EXTENSIONS.get(stored_type(content[:HEAD_BYTES], None), ".bin")


def _subject_name(content: bytes, charset: str | None) -> str:
    block = read_block(content, top=True)
    subject = next((header.value for header in block.headers if header.name == "subject"), b"")
    name = decoded(subject, charset)[:100].replace("/", "_").replace("\\", "_")
    return f"{name or 'message'}.eml"
