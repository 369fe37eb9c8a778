"""Following the journal of all organizations in the order of commits, each event exactly once.

A reader's cursor moves in the transaction of its work, so nothing is lost or repeated whatever fails in between. The cursor
is locked meanwhile: of several workers, one reads. No event can appear behind a cursor, because a batch ends before the
oldest transaction that is still open (docs/dev/adr/0021-reading-the-journal.md).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

import structlog
from msgspec import Struct

from deskbell.kernel.actor import Actor
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.journal.appending import CHANNEL
from deskbell.runtime.journal.readers import Reader
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db
from deskbell.runtime.waiting import wait_at_most

_log: Final = structlog.get_logger("deskbell.journal")
BATCH_SIZE: Final = 500
_IDLE_SECONDS: Final = 0.5
"""The longest wait between two batches when nothing is announced."""
_UNSETTLED_SECONDS: Final = 0.05
"""The wait while a transaction in progress may still commit an event that precedes an announced one."""


class Cursor(Struct, frozen=True):
    """A position in the order of commits: the last event read. `xact_id` is its transaction."""

    xact_id: str
    id: int


class Notice(Struct, frozen=True):
    """The header of an event, which a follower gets even if it skips the event. Imported events trigger nothing."""

    organization_id: UUID
    id: int
    xact_id: str
    type: str
    imported: bool


class Unit(Protocol):
    """A unit of work."""

    @property
    def db(self) -> Db:
        """Its connection."""


U = TypeVar("U", bound=Unit)
U_co = TypeVar("U_co", bound=Unit, covariant=True)


class Units(Protocol[U_co]):
    """A database: it opens units of work, and connections to listen on."""

    def unit(self, actor: Actor | None) -> AbstractAsyncContextManager[U_co]:
        """A transaction."""

    async def listen(self) -> Any:
        """A connection of its own, which the caller closes."""


Handle = Callable[[U, Sequence[Notice]], Awaitable[None]]
"""Does a reader's work on a batch, in the transaction that moves the cursor."""


async def read_batch(database: Units[U], reader: Reader, handle: Handle[U], batch_size: int = BATCH_SIZE) -> int:
    """Handles the next events and returns how many it passed.

    0 means that nothing more is safe to read yet, or that another worker is reading.
    """
    async with database.unit(None) as unit:
        cursor = await lock_cursor(unit.db, reader.name)
        if cursor is None:
            return 0
        notices = await next_notices(unit.db, cursor, batch_size)
        if notices:
            await handle(unit, notices)
            await move_cursor(unit.db, reader.name, notices[-1])
    return len(notices)


async def follow(
    database: Units[U],
    reader: Reader,
    handle: Handle[U],
    *,
    batch_size: int = BATCH_SIZE,
    passed: Callable[[], None] = lambda: None,
) -> None:
    """Handles events until cancelled, soon after each is announced; calls `passed` after each batch.

    Raises `ConnectionError` when the listening connection is lost. Any number of workers may follow.
    """
    time = asyncio.get_running_loop().time
    announced = asyncio.Event()
    announced_at = float("-inf")
    connection = await database.listen()
    try:
        await connection.add_listener(CHANNEL, lambda *_notice: announced.set())
        while not connection.is_closed():
            if announced.is_set():
                announced.clear()
                announced_at = time()
            if await _tried(reader, read_batch(database, reader, handle, batch_size)):
                passed()
                continue
            # An announced event is readable only once no open transaction can precede it: read again soon.
            unsettled = time() - announced_at < _IDLE_SECONDS
            await wait_at_most(announced, _UNSETTLED_SECONDS if unsettled else _IDLE_SECONDS)
        raise ConnectionError("the database connection was lost")
    finally:
        await connection.close()


async def _tried(reader: Reader, reading: Awaitable[int]) -> int:
    """The number of events passed; 0 while the database is unavailable."""
    try:
        return await reading
    except DATABASE_ERRORS:
        _log.warning("reading the journal failed; retrying", reader=reader.name, exc_info=True)
        return 0


async def lock_cursor(db: Db, name: str) -> Cursor | None:
    """A reader's cursor, locked until the transaction ends; None while another worker has it."""
    row = await db.fetch_one(
        "select xact_id::text as xact_id, id from journal_readers where name = $1 for update skip locked", name
    )
    return read_one(Cursor, row)


async def move_cursor(db: Db, name: str, last: Notice) -> None:
    """Moves a locked cursor to the last event handled."""
    await db.execute(
        "update journal_readers set xact_id = $2::text::xid8, id = $3 where name = $1", name, last.xact_id, last.id
    )


async def next_notices(db: Db, cursor: Cursor, batch_size: int) -> list[Notice]:
    """The events of all organizations after a position, in the order of commits."""
    rows = await db.fetch_all(
        "select organization_id, id, xact_id::text as xact_id, type, imported "
        "from deskbell_journal_batch($1::text::xid8, $2, $3)",
        cursor.xact_id, cursor.id, batch_size,
    )  # fmt: skip
    return read(Notice, rows)
