"""Writes a document as an Excel workbook: a sheet per table, with typed cells, and a sheet with the chart."""

import io
from datetime import date
from typing import Any, Final

import xlsxwriter

from deskbell.features.reports.export.document import Column, Document, Kind, Table

_FORMATS: Final[dict[Kind, str]] = {
    "text": "@", "day": "yyyy-mm-dd", "count": "0", "percent": '0"%"', "rating": "0.0", "duration": "[h]:mm:ss",
}  # fmt: skip
_SAFE: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_DAY_SECONDS: Final = 86_400


def write_workbook(document: Document) -> bytes:
    """Returns the file. Durations are Excel times, which can be added and averaged."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _SAFE)
    book.set_properties({"title": f"{document.title}, {document.organization}", "comments": document.period})
    for table in document.tables:
        _write_sheet(book, document, table)
    _write_chart(book, document)
    book.close()
    return buffer.getvalue()


def _write_sheet(book: Any, document: Document, table: Table) -> None:
    sheet = book.add_worksheet(table.title)
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    sheet.set_header(f"&L{_in_header(document.organization)}&C{document.title}&R{_in_header(document.period)}")
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(table.columns):
        style = book.add_format({"num_format": _FORMATS[column.kind]})
        sheet.write_string(0, place, column.title, head)
        sheet.set_column(place, place, 28 if column.kind == "text" else 13, style)
        for number, row in enumerate(table.rows, start=1):
            _write_cell(sheet, number, place, column, row[place], style)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _write_cell(sheet: Any, row: int, place: int, column: Column, value: Any, style: Any) -> None:
    if value is None:
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, style)
    elif isinstance(value, str):
        sheet.write_string(row, place, value, style)
    else:
        sheet.write_number(row, place, value / _DAY_SECONDS if column.kind == "duration" else value, style)


def _write_chart(book: Any, document: Document) -> None:
    table, last = document.tables[0], max(len(document.tables[0].rows), 1)
    chart = book.add_chart({"type": "column"})
    for place in document.chart.series:
        chart.add_series(
            {
                "name": [table.title, 0, place],
                "categories": [table.title, 1, document.chart.labels, last, document.chart.labels],
                "values": [table.title, 1, place, last, place],
            }
        )
    chart.set_title({"name": f"{document.chart.title}, {document.period}"})
    chart.set_legend({"position": "bottom"})
    book.add_chartsheet("Chart").set_chart(chart)


def _in_header(text: str) -> str:
    return text.replace("&", "&&")
