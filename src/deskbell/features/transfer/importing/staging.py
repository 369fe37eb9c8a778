"""Staging of attachments: collects the bytes of `file` lines in a temporary folder and checks them."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from msgspec import Struct

from deskbell.features.transfer.format.records import AnyArticle, Attachment, FilePart, Ticket

_PIECE: Final = 1024 * 1024


class Refusal(Struct, frozen=True):
    """The reason why a line cannot be loaded; `field` is a path within it."""

    field: str
    sentence: str


class Content(Struct, frozen=True):
    """An attachment's bytes, in memory or in a file."""

    size: int
    sha256: bytes
    source: bytes | Path

    def head(self, length: int) -> bytes:
        """Its first bytes."""
        if isinstance(self.source, bytes):
            return self.source[:length]
        with self.source.open("rb") as stream:
            return stream.read(length)


class Staging:
    """Holds the bytes of `file` lines until the import ends; the folder is deleted then."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._complete: dict[str, int] = {}
        self._sizes: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def take(self, part: FilePart) -> Refusal | None:
        """Adds a part of a file. A part at offset 0 replaces earlier parts; a complete file is left unchanged."""
        if part.sha256 in self._complete:
            return None
        self._sizes[part.sha256] = part.size
        path = self._path(part.sha256)
        have = path.stat().st_size if path.exists() and part.offset else 0
        if part.offset != have:
            return Refusal(
                "offset", f"must be {have}: the stretches of a file come in order, each where the last ended"
            )
        if have + len(part.content) > part.size:
            return Refusal("content", "goes beyond the size of the file")
        with path.open("ab" if have else "wb") as stream:
            stream.write(part.content)
        if have + len(part.content) < part.size:
            return None
        if _sha256_of(path) != part.sha256:
            return Refusal("sha256", "is not that of the bytes that have come")
        self._complete[part.sha256] = part.size
        return None

    def parts(self, sha256: str, end: int | None) -> Iterator[FilePart]:
        """The staged bytes of a file, up to `end`, as `file` lines; none for an unknown file."""
        path = self._path(sha256)
        if not path.exists():
            return
        size = self._sizes[sha256]
        with path.open("rb") as stream:
            offset = 0
            while piece := stream.read(_PIECE if end is None else min(_PIECE, end - offset)):
                yield FilePart(sha256=sha256, size=size, offset=offset, content=piece)
                offset += len(piece)

    def refusal_of(self, ticket: Ticket) -> Refusal | None:
        """The reason why a ticket's attachments cannot be loaded; None if their bytes are complete and correct."""
        owners = [("attachments", ticket.attachments)]
        owners += [
            (f"comments[{index}].attachments", comment.attachments) for index, comment in enumerate(ticket.comments)
        ]
        for path, attachments in owners:
            for index, attachment in enumerate(attachments):
                refusal = self._refusal(attachment, f"{path}[{index}]")
                if refusal is not None:
                    return refusal
        return None

    def refusal_of_pictures(self, article: AnyArticle) -> Refusal | None:
        """The reason why an article's pictures cannot be loaded; None if their bytes are complete."""
        for index, picture in enumerate(article.pictures):
            if picture.sha256 not in self._complete:
                return Refusal(f"pictures[{index}].sha256", "names a file whose lines have not all come before")
        return None

    def content(self, attachment: Attachment) -> Content:
        """The bytes of an attachment that `refusal_of` has accepted and that has no `url`."""
        if attachment.content is not None:
            digest = hashlib.sha256(attachment.content).digest()
            return Content(len(attachment.content), digest, attachment.content)
        assert attachment.sha256 is not None, "it was found to be in order"
        return Content(
            self._complete[attachment.sha256], bytes.fromhex(attachment.sha256), self._path(attachment.sha256)
        )

    def _refusal(self, attachment: Attachment, path: str) -> Refusal | None:
        if attachment.url is not None:
            return None
        if attachment.content is None and attachment.sha256 not in self._complete:
            named = attachment.sha256 is not None
            return Refusal(
                f"{path}.sha256" if named else path,
                "names a file whose lines have not all come before" if named else "must have content, sha256 or url",
            )
        content = self.content(attachment)
        if attachment.sha256 is not None and attachment.sha256 != content.sha256.hex():
            return Refusal(f"{path}.sha256", "is not that of the content")
        if attachment.size is not None and attachment.size != content.size:
            return Refusal(f"{path}.size", f"must be {content.size}, which is how many bytes there are")
        return None

    def _path(self, sha256: str) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="deskbell-import-")
        return Path(self._folder.name) / sha256


def _sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
