"""The content of an exported report, for all formats: tables with typed columns, and a chart."""

from datetime import date
from typing import Literal

from msgspec import Struct

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
    """A bar chart: one group per row of the main table, one bar per column; columns are given by index."""

    title: str
    labels: int
    series: list[int]


class Document(Struct, frozen=True, kw_only=True):
    """A report. The first table is the main one: it is the CSV, and the chart shows it."""

    title: str
    organization: str
    period: str
    tables: list[Table]
    chart: Chart
