"""Writes a document as PDF; the page is defined in report.typ."""

import re
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
_FONTS: Final = "noto_cjk_sans_otc"
"""The package whose folder holds the font for Chinese, Japanese and Korean. Typst brings the others."""
_STANDARD: Final = "a-2u"
"""PDF/A, which forbids boxes for missing characters: Typst refuses the document and names each of them."""
_MISSING: Final = re.compile(r'the text `"(.*?)"` could not be displayed')
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
_REPLACEMENT: Final = "?"
_NOTE: Final = (
    "Some characters cannot be shown in this PDF; a question mark replaces each. The XLSX and CSV files have them."
)


@cache
def _template() -> bytes:
    return files(__package__).joinpath("report.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """The fonts of Typst, of `_FONTS` and of the machine."""
    return typst.Fonts(font_paths=[str(files(_FONTS))])


def write_pdf(document: Document) -> bytes:
    """Returns the file (PDF/A-2u). Characters that no font has are replaced, and a note in the document says so."""
    missing: frozenset[str] = frozenset()
    while True:
        try:
            return _compiled(_as_json(document, missing))
        except typst.TypstError as error:
            found = _missing(error.diagnostic) - missing
            if not found:
                raise
            missing |= found


def _compiled(content: str) -> bytes:
    compiler = typst.Compiler(_template(), font_paths=_fonts(), sys_inputs={"document": content})
    written: Any = compiler.compile(format="pdf", pdf_standards=_STANDARD)
    return bytes(written)


def _missing(diagnostic: str) -> frozenset[str]:
    """The characters of the texts that Typst could not show."""
    texts = "".join(_MISSING.findall(diagnostic))
    return frozenset(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), texts))


def _as_json(document: Document, missing: frozenset[str]) -> str:
    """All values as text, except the numbers of bars. Text is never interpreted as markup."""
    main = document.tables[0]
    shown = {
        "title": document.title,
        "organization": document.organization,
        "period": document.period,
        "note": _NOTE if missing else "",
        "tables": [_table(table) for table in [*document.tables[1:], main]],  # totals before the rows
        "chart": _chart(document.chart, main),
    }
    return msgspec.json.encode(_replaced(shown, dict.fromkeys(map(ord, missing), _REPLACEMENT))).decode()


def _replaced(content: Any, characters: dict[int, str]) -> Any:
    """The content with other characters in all its texts."""
    match content:
        case str():
            return content.translate(characters)
        case list():
            return [_replaced(each, characters) for each in content]
        case dict():
            return {name: _replaced(each, characters) for name, each in content.items()}
        case _:
            return content


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
