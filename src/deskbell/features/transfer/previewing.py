"""The beginning of a file as an import would read it. Pure, but slow: to be run in a thread."""

import csv
import io
import re
import tempfile
import zlib
from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from typing import Final

from deskbell.features.transfer.format.reading import LineProblem, RecordLine, decompressed
from deskbell.features.transfer.format.reading import read as read_lines
from deskbell.features.transfer.format.records import Ticket
from deskbell.features.transfer.policy import staff_in
from deskbell.features.transfer.runs import NotedLine, Preview, PreviewTicket, TransferFormat
from deskbell.features.transfer.sources import github, tables, zendesk
from deskbell.features.transfer.sources.tables import DateOrder, Delimiter, Encoding, TableOptions

HEAD_BYTES: Final = 1024 * 1024
"""The size of the part of a file that a preview reads."""
PLAIN_BYTES: Final = 2 * 1024 * 1024
"""The largest size of that part once it is decompressed."""
_SHOWN: Final = 5
_STAFF: Final = 20
_LINES: Final = 500
_DELIMITERS: Final[tuple[Delimiter, ...]] = (",", ";", "\t", "|")
_NAMES: Final = {
    "subject": "subject|title|betreff|summary|ticket subject|titel",
    "description": "description|body|message|details|ticket description|beschreibung|text|nachricht",
    "requester_email": "e-?mail|mail|requester e-?mail|customer e-?mail|from|requester|contact e-?mail|user e-?mail|absender",
    "requester_name": "name|requester name|customer name|customer|contact|kunde|full name",
    "assignee_email": "assignee|assignee e-?mail|agent|agent e-?mail|owner|bearbeiter",
    "status": "status|state|ticket status",
    "priority": "priority|ticket priority|priorität",
    "type": "type|ticket type|typ",
    "group": "group|team|queue|department|gruppe",
    "category": "category|kategorie",
    "brand": "brand|marke",
    "tags": "tags?|labels?|schlagworte",
    "external_id": "external id|reference|uuid|key",
    "number": "number|ticket number|ticket id|id|#|nummer",
    "created_at": "created( at| on| date)?|date|created time|opened|erstellt( am)?|datum",
    "updated_at": "updated( at| on)?|modified|last update|geändert( am)?",
    "solved_at": "solved( at)?|resolved( at| time)?|gelöst( am)?",
    "closed_at": "closed( at| time)?|geschlossen( am)?",
    "rating": "rating|satisfaction|csat|customer satisfaction rating|bewertung",
}


def preview(head: bytes, kind: TransferFormat, options: TableOptions | None, zone: tzinfo) -> Preview:
    """The preview of the beginning of a file, `HEAD_BYTES` at most."""
    if kind == "csv":
        return _of_table(head, options, zone)
    plain = _plain(head)
    return _of_answers(_answers(plain, kind), _goes_on(head, plain))


def _answers(head: bytes, kind: TransferFormat) -> Iterator[RecordLine | LineProblem]:
    if kind == "jsonl":
        yield from read_lines(io.BytesIO(head))
        return
    with tempfile.TemporaryDirectory(prefix="deskbell-preview-") as folder:  # these sources are read twice
        path = Path(folder) / "head"
        path.write_bytes(head)
        yield from (github.read if kind == "github" else zendesk.read)(path)


def _of_answers(
    answers: Iterator[RecordLine | LineProblem],
    cut: bool,
    table: tuple[list[str], list[list[str]], TableOptions] | None = None,
) -> Preview:
    tickets: list[PreviewTicket] = []
    refused: list[NotedLine] = []
    count = 0
    staff: dict[str, None] = {}
    for each in _whole(islice(answers, _LINES), cut=cut):
        if isinstance(each, LineProblem):
            refused.append(NotedLine(each.line, each.field, each.sentence))
            continue
        staff.update(dict.fromkeys(staff_in(each.record)))
        if isinstance(each.record, Ticket):
            count += 1
            if len(tickets) < _SHOWN:
                tickets.append(_shown(each.line, each.record))
    columns, first, options = table or ([], [], None)
    return Preview(
        columns=columns, rows=first, options=options, tickets=tickets, refused=refused[:_SHOWN], lines=count,
        staff=list(staff)[:_STAFF],
    )  # fmt: skip


def _whole(answers: Iterator[RecordLine | LineProblem], *, cut: bool) -> Iterator[RecordLine | LineProblem]:
    """The lines but, of a file that goes on, the last: it may go on behind the part that was read. One is always shown."""
    held: RecordLine | LineProblem | None = None
    count = 0
    for each in answers:
        if held is not None:
            yield held
        held = each
        count += 1
    if held is not None and (not cut or count in (1, _LINES)):
        yield held


def _shown(line: int, ticket: Ticket) -> PreviewTicket:
    return PreviewTicket(
        line=line, subject=ticket.subject, requester=ticket.requester.email, status=ticket.status,
        priority=ticket.priority, created_at=ticket.created_at, comments=len(ticket.comments), tags=ticket.tags,
    )  # fmt: skip


def _of_table(head: bytes, options: TableOptions | None, zone: tzinfo) -> Preview:
    plain = _plain(head)
    guessed = options or _guessed(plain)
    cut = _goes_on(head, plain)
    found = list(islice(tables.rows(io.BytesIO(plain), guessed), _SHOWN + 1))
    columns = [_readable(cell) for cell in found[0].cells[: tables.MAX_COLUMNS]] if found else []
    if options is None:
        samples = [row.cells for row in found[1:]]
        targets = _targets(columns)
        guessed = TableOptions(
            encoding=guessed.encoding, delimiter=guessed.delimiter, columns=targets, dates=_date_order(targets, samples)
        )
    shown = [[_readable(cell) for cell in row.cells] for row in found[1:]]
    answers = tables.read(io.BytesIO(plain), guessed, zone)
    complete = set(tables.REQUIRED) <= set(guessed.columns)
    return _of_answers(answers if complete else iter(()), cut, (columns, shown, guessed))


def _plain(head: bytes) -> bytes:
    """The beginning of a file, decompressed as far as it goes, `PLAIN_BYTES` at most."""
    stream, found = decompressed(io.BytesIO(head)), bytearray()
    try:
        while len(found) < PLAIN_BYTES and (piece := stream.read(65_536)):
            found += piece
    except (OSError, EOFError, zlib.error):
        pass  # the rest lies behind the part that was read, or is damaged, which the import says
    return bytes(found[:PLAIN_BYTES])


def _goes_on(head: bytes, plain: bytes) -> bool:
    return len(head) >= HEAD_BYTES or len(plain) >= PLAIN_BYTES


def _readable(cell: str) -> str:
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")[:300]


def _guessed(plain: bytes) -> TableOptions:
    encoding: Encoding = "utf-8"
    if plain[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    else:
        try:
            plain.decode()
        except UnicodeDecodeError as error:
            if error.start < len(plain) - 4:  # not merely cut within a letter
                encoding = "windows-1252"
    text = plain.decode(encoding, "replace").removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda each: _cells(first, each))
    return TableOptions(encoding=encoding, delimiter=delimiter)


def _cells(line: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 0


def _targets(columns: list[str]) -> list[str]:
    """A target for each column, by its title; a title that says nothing is left out."""
    free = dict(_NAMES)
    found = [""] * len(columns)
    for index, title in enumerate(columns):
        name = re.sub(r"[_\s]+", " ", title.strip().lower())
        for target, pattern in free.items():
            if re.fullmatch(pattern, name):
                found[index] = target
                del free[target]
                break
    return found


def _date_order(targets: list[str], samples: list[list[str]]) -> DateOrder:
    """The order of day and month in the first rows; by month only where the second number is over 12."""
    slashed = False
    for row in samples:
        for target, cell in zip(targets, row, strict=False):
            if target.endswith("_at") and (parts := re.match(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}", cell.strip())):
                if int(parts[2]) > 12:
                    return "month_first"
                slashed = True
    return "day_first" if slashed else "iso"
