"""Reads the open format from a file or a pipe, line by line, gzip or plain. A bad line yields a problem."""

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

import msgspec

from deskbell.features.transfer.format.adjusting import adjust
from deskbell.features.transfer.format.adjustments import Adjustment
from deskbell.features.transfer.format.records import Organization, Record
from deskbell.features.transfer.format.rejected import unwrapped
from deskbell.kernel.errors import Problem
from deskbell.kernel.shapes import nul_problems, problems_of
from deskbell.runtime.messages import sentence

MAX_LINE_BYTES = 16 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


class LineProblem(NamedTuple):
    """The reason why a line was refused; `field` is a path such as `comments[2].body`, empty for the whole line.

    `content` is the line as read, None if it was too long to keep.
    """

    line: int
    field: str
    sentence: str
    content: bytes | None = None

    def __str__(self) -> str:
        """The problem as shown to users."""
        return f"line {self.line}{', ' + self.field if self.field else ''}: {self.sentence}"


class RecordLine(NamedTuple):
    """An accepted line: its number, counted from 1, its record, the line as read, and the adjustments in it."""

    line: int
    record: Record
    content: bytes = b""
    adjustments: Sequence[Adjustment] = ()

    def refused(self, field: str, sentence: str) -> LineProblem:
        """The line as a problem, because it cannot be loaded."""
        return LineProblem(self.line, field, sentence, self.content)


class RawLine(NamedTuple):
    """A line as bytes, without its newline."""

    line: int
    content: bytes


def decompressed(stream: BinaryIO) -> BinaryIO:
    """The stream, decompressed if it begins as gzip does. Reading it may raise gzip's errors."""
    ahead = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]  # any stream that reads serves
    if ahead.peek(2)[:2] == _GZIP_MAGIC:
        return io.BufferedReader(gzip.GzipFile(fileobj=ahead))
    return ahead


def lines(stream: BinaryIO, limit: int = MAX_LINE_BYTES) -> Iterator[RawLine | LineProblem]:
    """Non-blank lines, each at most `limit` bytes; a longer one is skipped without being held in memory."""
    number = position = 0
    try:
        while raw := stream.readline(limit + 1):
            number += 1
            begin, position = position, position + len(raw)
            if len(raw) > limit and not raw.endswith(b"\n"):
                while raw and not raw.endswith(b"\n"):
                    raw = stream.readline(limit)
                    position += len(raw)
                where = f"it begins at byte {begin} of the file, uncompressed"
                yield LineProblem(number, "", f"is longer than {limit // 1024 // 1024} MB and was skipped; {where}")
                continue
            content = raw.removeprefix(_BOM) if number == 1 else raw
            if content.strip():
                yield RawLine(number, unwrapped(content))
    except (EOFError, OSError, zlib.error) as damage:
        yield LineProblem(
            number + 1, "", f"cannot be read, nor what follows it: the compressed file is damaged ({damage})"
        )


def read(stream: BinaryIO, limit: int = MAX_LINE_BYTES) -> Iterator[RecordLine | LineProblem]:
    """The record or the problem of each line; blank lines are counted and skipped."""
    first = True
    for raw in lines(decompressed(stream), limit):
        answer = decode(raw.line, raw.content) if isinstance(raw, RawLine) else raw
        if isinstance(answer, RecordLine) and isinstance(answer.record, Organization) and not first:
            answer = answer.refused("kind", "may be organization only in the first line of a file")
        first = False
        yield answer


_decoder = msgspec.json.Decoder(Record)


def decode(line: int, content: bytes) -> RecordLine | LineProblem:
    """The record of a line, adjusted if it breaks a limit of the format, or the reason why it has none."""
    try:
        return _decoded(line, content)
    except UnicodeDecodeError as error:
        problem = "", f"is not UTF-8 text (byte {error.start + 1} of the line)"
    except _RefusedError as error:
        problem = error.field, error.sentence
    except msgspec.DecodeError as error:
        reason = str(error).removeprefix("JSON is malformed: ")
        problem = "", "holds a NUL byte" if b"\0" in content else f"is not valid JSON: {reason}"
    except RecursionError:
        problem = "", "is nested too deeply"
    return LineProblem(line, *problem, content)


def _decoded(line: int, content: bytes) -> RecordLine:
    content.decode("utf-8", "strict")
    if b"\\u0000" in content:
        plain = msgspec.json.decode(content)
        _refuse(nul_problems(plain), plain)
    try:
        return RecordLine(line, _decoder.decode(content), content)
    except msgspec.ValidationError:
        plain = msgspec.json.decode(content)
    adjustments = adjust(line, plain)
    try:
        return RecordLine(line, _decoder.decode(msgspec.json.encode(plain)), content, adjustments)
    except msgspec.ValidationError:
        _refuse(problems_of(plain, Record), plain)
        raise


class _RefusedError(ValueError):
    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def _refuse(problems: Iterable[Problem], plain: object) -> None:
    """Raises an error for the first problem, if there is one."""
    for problem in problems:
        text = sentence(problem)
        raise _RefusedError(_field(problem.path, plain), text[:1].lower() + text[1:])


def _field(path: str, plain: object) -> str:
    """A path such as `comments.2.body`, with the places in lists as people write them: `comments[2].body`."""
    written = ""
    for part in path.split("."):
        if isinstance(plain, list) and part.isdigit():
            written += f"[{part}]"
            plain = plain[int(part)]
        else:
            written += f".{part}" if written else part
            plain = plain.get(part) if isinstance(plain, dict) else None
    return written
