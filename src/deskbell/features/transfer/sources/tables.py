"""Reads tickets from a table of separated values (CSV), one a row, by a mapping of its columns. Pure: text in, records out."""

import csv
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import Annotated, Any, BinaryIO, Final, Literal, Self

import msgspec
from msgspec import Meta, Struct

from deskbell.features.transfer.format.reading import LineProblem, RecordLine, decode, decompressed
from deskbell.features.transfer.format.types import MAX_FIELD_NAME
from deskbell.kernel.errors import Invalid

FIELD: Final = "field:"
"""The beginning of a target that is a custom field: its key follows."""
TARGETS: Final = (
    "subject", "description", "requester_email", "requester_name", "assignee_email", "status", "priority", "type",
    "group", "category", "brand", "tags", "external_id", "number", "created_at", "updated_at", "first_response_at",
    "solved_at", "closed_at", "rating", "rating_comment",
)  # fmt: skip
REQUIRED: Final = ("subject", "requester_email")
LINE_COLUMN: Final = "deskbell_line"
REASON_COLUMN: Final = "deskbell_reason"
"""The columns that a table of refused rows has in addition."""
MAX_COLUMNS: Final = 200
MAX_ROW: Final = 2_000_000
"""The largest number of characters in a row."""
MAX_BLANK: Final = 10_000
"""The largest number of blank rows in succession; what follows more of them is not read."""
_PIECE: Final = 65_536
_TIMES: Final = frozenset({"created_at", "updated_at", "first_response_at", "solved_at", "closed_at"})
_PARTS: Final = frozenset({"requester_email", "requester_name", "assignee_email", "rating", "rating_comment"})
_MAX_CELL: Final = 1_000_000
_TAG_SEPARATORS: Final = str.maketrans(";|\n", ",,,")
_DAY_FORMS: Final = {
    "day_first": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"),
    "month_first": ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"),
    "iso": ("%Y/%m/%d", "%Y.%m.%d"),
}
_HOURS: Final = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")

Encoding = Literal["utf-8", "utf-16", "windows-1252"]
Delimiter = Literal[",", ";", "\t", "|"]
DateOrder = Literal["iso", "day_first", "month_first"]
Target = Annotated[str, Meta(max_length=MAX_FIELD_NAME + len(FIELD))]


class TableOptions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reading of a table. `columns` has a target for each column: one of `TARGETS`, `field:KEY`, or empty to leave it out.

    `values` translates words of the file, by target: `{"status": {"Waiting for customer": "pending"}}`.
    """

    encoding: Encoding = "utf-8"
    delimiter: Delimiter = ","
    dates: DateOrder = "iso"
    columns: Annotated[list[Target], Meta(max_length=MAX_COLUMNS)] = []
    values: dict[str, dict[str, str]] = {}


def demand_complete(options: TableOptions) -> None:
    """Raises `Invalid` unless each target is known, given once, and those that a ticket needs are there."""
    known = set(TARGETS)
    seen: set[str] = set()
    for index, target in enumerate(options.columns):
        if not target:
            continue
        if target not in known and not (target.startswith(FIELD) and len(target) > len(FIELD)):
            raise Invalid.field(f"columns.{index}", "import.unknown_target", target=target)
        if target in seen:
            raise Invalid.field(f"columns.{index}", "import.target_twice", target=target)
        seen.add(target)
    for target in REQUIRED:
        if target not in seen:
            raise Invalid.field("columns", "import.target_missing", target=target)


class Row(Struct, frozen=True):
    """A row of a table, as its cells, or the reason why it has none; `line` is where it begins."""

    line: int
    cells: list[str]
    problem: str = ""


class _RowLines:
    """The lines of a text, of which one row takes at most `MAX_ROW` characters. `count` is the number of lines read."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._taken = 0
        self.count = 0

    def begin_row(self) -> None:
        """The next line begins a row."""
        self._taken = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_ROW + 1)
        if not line:
            raise StopIteration
        self.count += 1
        self._taken += len(line)
        if self._taken > MAX_ROW:
            while line and line[-1] not in "\r\n":
                line = self._text.readline(_PIECE)
            raise csv.Error(f"it has more than {MAX_ROW:,} characters")
        return line


def rows(stream: BinaryIO, options: TableOptions) -> Iterator[Row]:
    """The rows of a table, its head first. Blank rows are skipped. A row that cannot be read has a problem.

    Slow for large files: to be read in a thread. The memory is bounded by `MAX_ROW`.
    """
    encoding = "utf-8-sig" if options.encoding == "utf-8" else options.encoding
    text = io.TextIOWrapper(decompressed(stream), encoding=encoding, errors="surrogateescape", newline="")
    csv.field_size_limit(_MAX_CELL)
    lines = _RowLines(text)
    reader = csv.reader(lines, delimiter=options.delimiter)
    blank = 0
    while blank <= MAX_BLANK:
        line = lines.count + 1
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, [], f"is not a row of a table: {error}")
            continue
        except (EOFError, OSError, zlib.error) as damage:
            yield Row(line, [], f"cannot be read, nor what follows it: the compressed file is damaged ({damage})")
            return
        except UnicodeError as damage:
            yield Row(line, [], f"cannot be read, nor what follows it: {damage}")
            return
        if len(cells) > MAX_COLUMNS + len((LINE_COLUMN, REASON_COLUMN)):
            yield Row(line, [], f"has more than {MAX_COLUMNS} cells")
        elif any(cell.strip() for cell in cells):
            blank = 0
            yield Row(line, cells)
        else:
            blank += 1
    yield Row(lines.count, [], f"follows {MAX_BLANK:,} blank rows: nothing after them was read")


def read(stream: BinaryIO, options: TableOptions, zone: tzinfo) -> Iterator[RecordLine | LineProblem]:
    """Each row below the head as a ticket, or the problem of the row. Times without an offset are in `zone`."""
    all_rows = rows(stream, options)
    head = next(all_rows, None)
    if head is None:
        return
    if head.problem:
        yield LineProblem(head.line, "", head.problem)
        return
    for row in all_rows:
        yield convert(row, options, zone)


def head_line(cells: Sequence[str]) -> bytes:
    """The head of a table of refused rows: the file's own, and the columns for line and reason."""
    own = [cell for cell in cells if cell not in (LINE_COLUMN, REASON_COLUMN)]
    return line_of([*own, LINE_COLUMN, REASON_COLUMN])


def line_of(cells: Sequence[str]) -> bytes:
    """Cells as a line of a table in UTF-8; bytes that were no text stay what they were."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue().encode("utf-8", "surrogateescape")


def cells_of(line: bytes) -> list[str]:
    """The cells of a line that `line_of` wrote."""
    text = io.StringIO(line.decode("utf-8", "surrogateescape"), newline="")
    return next(csv.reader(text), [])


def convert(row: Row, options: TableOptions, zone: tzinfo) -> RecordLine | LineProblem:
    """A row as a ticket that keeps every rule of the open format, or the problem of the row."""
    content = line_of(row.cells) if row.cells else None
    if row.problem:
        return LineProblem(row.line, "", row.problem, content)
    if len(row.cells) > len(options.columns):
        return LineProblem(row.line, "", "has more cells than the table has columns", content)
    found: dict[str, str] = {}
    for target, cell in zip(options.columns, row.cells, strict=False):
        if any("\udc80" <= letter <= "\udcff" for letter in cell):
            return LineProblem(row.line, target, f"is not {options.encoding.upper()} text", content)
        if target and cell.strip():
            found[target] = options.values.get(target, {}).get(cell.strip(), cell.strip())
    try:
        plain = _plain(found, options, zone)
    except _CellError as error:
        return LineProblem(row.line, error.target, str(error), content)
    answer = decode(row.line, msgspec.json.encode(plain))
    return answer._replace(content=content or b"")


class _CellError(ValueError):
    def __init__(self, target: str, sentence: str) -> None:
        super().__init__(sentence)
        self.target = target


def _plain(found: dict[str, str], options: TableOptions, zone: tzinfo) -> dict[str, Any]:
    """The cells of a row as a line of the open format."""
    for needed in REQUIRED:
        if needed not in found:
            raise _CellError(needed, "is empty")
    plain: dict[str, Any] = {"kind": "ticket", "channel": "import", "requester": {"email": found["requester_email"]}}
    if "requester_name" in found:
        plain["requester"]["name"] = found["requester_name"]
    if "assignee_email" in found:
        plain["assignee"] = {"email": found["assignee_email"], "role": "agent"}
    if "rating" in found:
        plain["feedback"] = {"rating": _whole("rating", found["rating"])}
        if "rating_comment" in found:
            plain["feedback"]["comment"] = found["rating_comment"]
    for target, cell in found.items():
        if target not in _PARTS:
            plain |= _value(target, cell, options, zone)
    fields = {target.removeprefix(FIELD): cell for target, cell in found.items() if target.startswith(FIELD)}
    return plain | {"custom_fields": fields} if fields else plain


def _value(target: str, cell: str, options: TableOptions, zone: tzinfo) -> dict[str, Any]:
    """The field of the open format that a cell fills on its own."""
    if target.startswith(FIELD):
        return {}
    if target in _TIMES:
        return {target: _moment(target, cell, options, zone).isoformat()}
    if target == "tags":
        return {"tags": [tag.strip() for tag in cell.translate(_TAG_SEPARATORS).split(",") if tag.strip()]}
    if target == "number":
        return {"number": _whole(target, cell)}
    return {target: cell.lower() if target in ("status", "priority", "type") else cell}


def _whole(target: str, cell: str) -> int:
    text = cell.removeprefix("#").removesuffix(".0")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise _CellError(target, f"is not a whole number: {cell[:40]}")
    return int(text)


def _moment(target: str, cell: str, options: TableOptions, zone: tzinfo) -> datetime:
    """The time in a cell."""
    for attempt in _attempts(cell, options.dates):
        try:
            moment = attempt()
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(zone)
        except (ValueError, OverflowError):
            continue
    raise _CellError(target, f"is not a date in the chosen form: {cell[:40]}")


def _attempts(cell: str, order: DateOrder) -> Iterator[Callable[[], datetime]]:
    yield lambda: datetime.fromisoformat(cell.removesuffix(" UTC") + ("+00:00" if cell.endswith(" UTC") else ""))
    for day in _DAY_FORMS[order]:
        for hour in _HOURS:
            yield partial(_parsed, cell, day + hour)


def _parsed(cell: str, form: str) -> datetime:
    return datetime.strptime(cell, form)  # noqa: DTZ007 - `_moment` adds the zone
