"""Writes a document as PDF; the page is defined in report.typ."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec
import typst

from deskbell.features.reports.export.document import Chart, Document, Kind, Table, Value
from deskbell.kernel.durations import format_duration

_MOST_BARS: Final = 92
"""The width of a page: three months of days. A chart of a longer table shows a part and says which."""
_MOST_LABELS: Final = 31
"""The number of dates that are legible below a chart; with more bars, only some have a date."""


@cache
def _template() -> bytes:
    return files(__package__).joinpath("report.typ").read_bytes()


def write_pdf(document: Document) -> bytes:
    """Returns the file (PDF 1.7)."""
    content: Any = typst.compile(_template(), sys_inputs={"document": _as_json(document)}, format="pdf")
    return bytes(content)


def _as_json(document: Document) -> str:
    """All values as text, except the numbers of bars. Text is never interpreted as markup."""
    main = document.tables[0]
    shown = {
        "title": document.title,
        "organization": document.organization,
        "period": document.period,
        "tables": [_table(table) for table in [*document.tables[1:], main]],  # totals before the rows
        "chart": _chart(document.chart, main),
    }
    return msgspec.json.encode(shown).decode()


def _table(table: Table) -> dict[str, Any]:
    kinds = [column.kind for column in table.columns]
    return {
        "title": table.title,
        "columns": [column.title for column in table.columns],
        "numeric": [kind not in ("text", "day") for kind in kinds],
        "rows": [[_text(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in table.rows],
    }


def _chart(chart: Chart, table: Table) -> dict[str, Any]:
    kind = table.columns[chart.labels].kind
    # The last days, or the agents with the highest figures, who are the first rows.
    people = kind == "text"
    drawn = table.rows[:_MOST_BARS] if people else table.rows[-_MOST_BARS:]
    labels = [_text(row[chart.labels], kind) for row in drawn]
    part = "" if len(drawn) == len(table.rows) else f", first {len(drawn)}" if people else f", from {labels[0]} on"
    stride = -(-len(labels) // _MOST_LABELS)
    return {
        "title": chart.title + part,
        "series": [table.columns[place].title for place in chart.series],
        "bars": [
            {
                "label": label if place % stride == 0 else "",
                "values": [_height(row[column]) for column in chart.series],
            }
            for place, (label, row) in enumerate(zip(labels, drawn, strict=True))
        ],
    }


def _height(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _text(value: Value, kind: Kind) -> str:
    if value is None:
        return "–"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    match kind:
        case "duration":
            return format_duration(value)
        case "percent":
            return f"{value} %"
        case "rating":
            return f"{value:.1f}"
        case _:
            return str(value)
