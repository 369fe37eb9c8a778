"""A document as a typeset PDF; the page itself is described in report.typ."""

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec
import typst

from deskbell.features.reports.export.document import Document, Kind, Value
from deskbell.kernel.durations import format_duration

__all__ = ["write_pdf"]

_MOST_BARS: Final = 92
"""A page is no wider, and this holds three months by day: of a longer table the chart shows a part, and says which."""
_MOST_LABELS: Final = 31
"""As many dates stand legibly below a chart; of more, every second or third is written."""


@cache
def _template() -> bytes:
    return files(__package__).joinpath("report.typ").read_bytes()


def write_pdf(document: Document) -> bytes:
    """The file's bytes (PDF 1.7)."""
    content: Any = typst.compile(_template(), sys_inputs={"document": _as_json(document)}, format="pdf")
    return bytes(content)


def _as_json(document: Document) -> str:
    """Everything as text, except the numbers that bars are drawn from. Nothing in it is read as markup."""
    main, chart = document.tables[0], document.chart
    kinds = [column.kind for column in main.columns]
    # Of days the last ones, of people the first ones, who did most.
    people = kinds[chart.labels] == "text"
    drawn = main.rows[:_MOST_BARS] if people else main.rows[-_MOST_BARS:]
    labels = [_text(row[chart.labels], kinds[chart.labels]) for row in drawn]
    part = "" if len(drawn) == len(main.rows) else f", first {len(drawn)}" if people else f", from {labels[0]} on"
    stride = -(-len(labels) // _MOST_LABELS)
    shown = {
        "title": document.title,
        "organization": document.organization,
        "period": document.period,
        "tables": [
            {
                "title": table.title,
                "columns": [column.title for column in table.columns],
                "numeric": [column.kind not in ("text", "day") for column in table.columns],
                "rows": [
                    [_text(value, column.kind) for value, column in zip(row, table.columns, strict=True)]
                    for row in table.rows
                ],
            }
            for table in [*document.tables[1:], main]  # the sums before what they sum up
        ],
        "chart": {
            "title": chart.title + part,
            "series": [main.columns[place].title for place in chart.series],
            "bars": [
                {
                    "label": label if place % stride == 0 else "",
                    "values": [
                        float(number) if isinstance(number := row[column], int | float) else 0.0
                        for column in chart.series
                    ],
                }
                for place, (label, row) in enumerate(zip(labels, drawn, strict=True))
            ],
        },
    }
    return msgspec.json.encode(shown).decode()


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
