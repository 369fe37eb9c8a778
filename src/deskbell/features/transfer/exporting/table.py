"""Writes tickets as a table (CSV, RFC 4180) in UTF-8, from one snapshot; an import reads its columns back."""

import csv
import io
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries.listing import matching_among
from deskbell.features.tickets.service.searching import understand
from deskbell.features.transfer.exporting import queries
from deskbell.features.transfer.exporting.writing import ExportProgress
from deskbell.features.transfer.sources.tables import FIELD
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database

_PAGE: Final = 500
_COLUMNS: Final = (
    "number", "subject", "description", "status", "priority", "type", "channel", "requester_email", "requester_name",
    "assignee_email", "group", "category", "brand", "tags", "created_at", "updated_at", "first_response_at", "solved_at",
    "closed_at", "rating", "external_id",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class _Value(Struct):
    """A custom field of a ticket as it is stored."""

    name: str
    value: Any = None


async def export_table(
    database: Database, actor: Actor, query: str | None, on_progress: Callable[[ExportProgress], None]
) -> AsyncIterator[bytes]:
    """The lines of the tickets that a query finds, all without one, by number. Deleted tickets are left out."""
    progress = ExportProgress()
    uow = await database.acquire()
    try:
        await uow.enter(actor)
        await uow.begin()
        await queries.begin_snapshot(uow.db)
        found = await understand(uow, query, "query")
        filters = None if found is None else TicketFilter(search=found)
        progress.of_tickets = await queries.count_tickets(uow.db)
        fields = await queries.names_of_fields(uow.db)
        yield b"\xef\xbb\xbf" + _line([*_COLUMNS, *(FIELD + name for name in fields)])
        last = 0
        while page := await queries.table_after(uow.db, last, _PAGE):
            last = page[-1]["number"]
            wanted = {row["id"] for row in page if row["deleted_at"] is None}
            if filters is not None:
                wanted = await matching_among(uow.db, actor, sorted(wanted), filters)
            for row in page:
                if row["id"] in wanted:
                    yield _line(_cells(row, fields))
            progress.tickets += len(page)
            on_progress(progress)
    finally:
        await uow.rollback()  # nothing was written
        await uow.release()


def _cells(row: Any, fields: list[str]) -> list[str]:
    values = {each.name: each.value for each in msgspec.json.decode(row["custom_fields"], type=list[_Value])}
    cells = [_text(row[name]) for name in _COLUMNS]
    return cells + [_text(values.get(name)) for name in fields]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    # The quote keeps spreadsheets from evaluating words of customers as a formula.
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
