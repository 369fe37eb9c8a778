"""Writes refused lines to a file that the same command can import again."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

import msgspec

from deskbell.features.transfer.format.reading import LineProblem
from deskbell.features.transfer.format.records import FilePart, encode
from deskbell.features.transfer.format.rejected import Reason, wrapped
from deskbell.features.transfer.importing.staging import Staging

_OWNER_ONLY: Final = 0o600  # it holds customers' messages
_SHA256: Final = re.compile(rb'"sha256"\s*:\s*"([0-9a-f]{64})"')


class Rejects(Protocol):
    """A receiver of refused lines."""

    def set_header(self, header: bytes) -> None: ...
    def add(self, problem: LineProblem, staging: Staging) -> None: ...


class RejectsFile:
    """A file of refused lines, created with the first of them; an existing file is replaced.

    It begins with the header of the source, if any, and has the contents of attached files before their tickets, as
    the open format requires.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._header = b""
        self._stream: BinaryIO | None = None
        self._copied: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    @property
    def exists(self) -> bool:
        """Whether anything was refused."""
        return self._stream is not None

    def set_header(self, header: bytes) -> None:
        """Keeps the header of the source, to write it before the first refused line."""
        self._header = header.strip() + b"\n"

    def add(self, problem: LineProblem, staging: Staging) -> None:
        """Writes a refused line. Raises `OSError`."""
        if self._stream is None:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
            self._stream = os.fdopen(descriptor, "wb")
            self._stream.write(self._header.lstrip(b"\n"))
        if problem.content is not None:
            for part in self._file_lines(problem.content, staging):
                self._stream.write(encode(part))
        self._stream.write(wrapped(Reason(problem.line, problem.field, problem.sentence), problem.content))
        self._stream.flush()

    def _file_lines(self, content: bytes, staging: Staging) -> Iterator[FilePart]:
        """The accepted `file` lines that a refused line depends on, each once."""
        try:
            record = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            record = None
        offset = record.get("offset", 0) if isinstance(record, dict) and record.get("kind") == "file" else None
        if offset is not None and not isinstance(offset, int):
            return
        for name in _SHA256.findall(content):
            sha256 = name.decode()
            if sha256 not in self._copied:
                self._copied.add(sha256)
                yield from staging.parts(sha256, offset)
