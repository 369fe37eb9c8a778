"""Writes a document's main table as CSV (RFC 4180), in UTF-8 with a byte order mark for spreadsheets."""

import csv
import io
from datetime import date

from deskbell.features.reports.export.document import Column, Document, Kind, Value

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(document: Document) -> bytes:
    """Returns the file. Durations are in whole seconds; a missing figure is empty."""
    table = document.tables[0]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_title(column) for column in table.columns])
    kinds = [column.kind for column in table.columns]
    writer.writerows([_cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in table.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _title(column: Column) -> str:
    units = {"duration": " (seconds)", "percent": " (%)"}
    return column.title + units.get(column.kind, "")


def _cell(value: Value, kind: Kind) -> str | int | float:
    match value:
        case None:
            return ""
        case str():
            # The quote keeps spreadsheets from evaluating a name as a formula.
            return f"'{value}" if value.startswith(_FORMULA) else value
        case date():
            return value.isoformat()
        case float():
            return round(value) if kind == "duration" else round(value, 1)
        case _:
            return value
