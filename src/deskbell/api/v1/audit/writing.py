"""v1: the audit log as a file."""

import csv
import io
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from deskbell.api.v1.audit.shapes import AuditView

AuditFormat = Literal["csv", "jsonl"]
MEDIA_TYPES: Final[dict[AuditFormat, str]] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}

_COLUMNS: Final = (
    "id", "created_at", "action", "user_id", "user_name", "user_email", "subject_type", "subject_id", "ticket_id", "data",
    "request_id", "operation_id", "rule_id",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def head(format: AuditFormat) -> bytes:  # noqa: A002 - the parameter's name in v1
    """The beginning of the file: for CSV a byte order mark, which spreadsheets want, and the names of the columns."""
    return b"" if format == "jsonl" else b"\xef\xbb\xbf" + _lines([_COLUMNS])


def lines(format: AuditFormat, entries: Iterable[AuditView]) -> bytes:  # noqa: A002 - as above
    """Entries as lines: in JSON as the list shows them, or as a row whose `data` is JSON."""
    if format == "jsonl":
        return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
    return _lines(_row(entry) for entry in entries)


def _row(entry: AuditView) -> list[str]:
    user = entry.user
    cells = (
        entry.id, entry.created_at.isoformat(), entry.action, user and user.id, user and user.name, user and user.email,
        entry.subject_type, entry.subject_id, entry.ticket_id, msgspec.json.encode(entry.data).decode(), entry.request_id,
        entry.operation_id, entry.rule_id,
    )  # fmt: skip
    return [_text("" if cell is None else str(cell)) for cell in cells]


def _text(text: str) -> str:
    # The quote keeps spreadsheets from evaluating a name as a formula.
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
