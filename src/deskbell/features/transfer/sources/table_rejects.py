"""Writes refused rows to a table that can be imported again, with two more columns: the line and the reason."""

import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from deskbell.features.transfer.format.reading import LineProblem
from deskbell.features.transfer.importing.staging import Staging
from deskbell.features.transfer.sources.tables import cells_of, line_of


class TableRejects:
    """The file of refused rows, readable by its owner only; it exists once a row was refused."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._header = b""
        self._width = 0
        self._stream: BinaryIO | None = None

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
        """Keeps the head of the table, to write it before the first refused row."""
        self._header = header
        self._width = len(cells_of(header)) - 2

    def add(self, problem: LineProblem, staging: Staging) -> None:
        """Writes a refused row. Raises `OSError`."""
        del staging  # a table has no files
        if self._stream is None:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._stream = os.fdopen(descriptor, "wb")
            self._stream.write(self._header)
        cells = cells_of(problem.content or b"")[: self._width]
        cells += [""] * (self._width - len(cells))
        reason = f"{problem.field}: {problem.sentence}" if problem.field else problem.sentence
        self._stream.write(line_of([*cells, str(problem.line), reason]))
        self._stream.flush()
