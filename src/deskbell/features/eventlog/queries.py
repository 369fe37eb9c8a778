"""Reading the journal of the entered organization."""

from collections.abc import Sequence
from typing import Any, Final

from deskbell.features.eventlog.records import ExportedEvent, Moment
from deskbell.kernel.events import Recorded
from deskbell.runtime.journal.entries import COLUMNS, OWN, entry_of
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, sql

reader("export", "The incremental export of every event, and the events a socket missed.")

_COLUMNS: Final = sql("{}, e.xact_id::text as xact_id", COLUMNS)


Written = tuple[Recorded, int]
"""An event and the number of the transaction that wrote it."""


def _written(row: Any) -> Written:
    return entry_of(row), int(row["xact_id"])


async def by_ids(db: Db, ids: Sequence[int], types: Sequence[str]) -> dict[int, Written]:
    """The events with these ids that are of these types."""
    rows = await db.fetch_all(
        sql(
            "select {} from events e where {} and e.id = any({}::bigint[]) and e.type = any({})",
            _COLUMNS, OWN, list(ids), list(types),
        )
    )  # fmt: skip
    return {row["id"]: _written(row) for row in rows}


async def now(db: Db) -> Moment:
    """The transactions committed so far."""
    return Moment.read(await db.fetch_value("select pg_current_snapshot()::text"))


async def latest(db: Db) -> int:
    """The highest id of an event that has been committed; 0 when there is none."""
    return int(await db.fetch_value(sql("select coalesce(max(e.id), 0) from events e where {}", OWN)))


async def missed_since(db: Db, event_id: int, types: Sequence[str], limit: int) -> list[Written] | None:
    """Every event that may have been committed after one was, but for that one, in order; None for an unknown one.

    Transactions that ended before the event's one began to write cannot be among them. Those that ran concurrently may have
    been sent already, and are sent again rather than lost. Ids are handed out as a unit commits, while it holds its ticket:
    so their order is the right one for each ticket. 0 asks for everything.
    """
    horizon = "0"
    if event_id != 0:
        horizon = await db.fetch_value(
            sql("select e.horizon::text from events e where {} and e.id = {}::bigint", OWN, event_id)
        )
    if horizon is None:
        return None
    rows = await db.fetch_all(
        sql(
            "select {} from events e where {} and e.xact_id >= {}::text::xid8 and e.id <> {}::bigint "
            "and e.type = any({}) order by e.id limit {}",
            _COLUMNS, OWN, horizon, event_id, list(types), limit,
        )
    )  # fmt: skip
    return [_written(row) for row in rows]


async def exported_after(db: Db, xact_id: int, event_id: int, limit: int) -> list[tuple[int, ExportedEvent]]:
    """The next events with their transactions, in the order of these, below the oldest that is still under way.

    Nothing can appear later between what is read so: a transaction that might still add something has a higher number.
    """
    rows = await db.fetch_all(
        sql(
            "select e.xact_id::text as xact_id, e.id, e.type, e.at as timestamp, e.actor_id, e.subject_type, e.subject_id, "
            "e.ticket_id, e.internal, e.imported, e.correlation_id, e.operation_id, e.rule_id, e.payload as data from events e "
            "where {} and (e.xact_id, e.id) > ({}::text::xid8, {}::bigint) "
            "and e.xact_id < pg_snapshot_xmin(pg_current_snapshot()) order by e.xact_id, e.id limit {}",
            OWN, str(xact_id), event_id, limit,
        )
    )  # fmt: skip
    return [(int(row["xact_id"]), event) for row, event in zip(rows, read(ExportedEvent, rows), strict=True)]
