"""What a report's file holds, whatever its format: tables with typed columns, and a chart."""

from datetime import date
from typing import Literal

from msgspec import Struct

__all__ = ["Chart", "Column", "Document", "Kind", "Table", "Value"]

Kind = Literal["text", "day", "count", "percent", "rating", "duration"]
Value = str | date | int | float | None


class Column(Struct, frozen=True):
    """A column's title and kind: durations are in seconds, percents whole numbers."""

    title: str
    kind: Kind


class Table(Struct, frozen=True):
    """Rows under columns."""

    title: str
    columns: list[Column]
    rows: list[list[Value]]


class Chart(Struct, frozen=True):
    """Bars: one group for each row of the document's main table, one bar for each of the columns named by place."""

    title: str
    labels: int
    series: list[int]


class Document(Struct, frozen=True, kw_only=True):
    """A whole report. The first table is the main one: it is the CSV, and the chart is drawn from it."""

    title: str
    organization: str
    period: str
    tables: list[Table]
    chart: Chart
