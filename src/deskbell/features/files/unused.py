"""Orphaned contents: what a killed import or upload leaves in the storage.

A content is stored before the row that refers to it, so a new one may be about to get its row and is left alone.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.files import queries
from deskbell.runtime.database import Database
from deskbell.runtime.storage import Storage, StoredContent

MIN_AGE: Final = timedelta(hours=24)
"""The age at which a content without a row counts as orphaned."""
_BATCH_SIZE: Final = 1_000
_KEY: Final = re.compile(r"([0-9a-f-]{36})/([0-9a-f-]{36})(#[0-9]+)?")  # with a #: a partly written content


class Unused(Struct, frozen=True):
    """Contents without a row, by their keys; `size` is their total, in bytes."""

    keys: list[str]
    size: int


async def find_unused(database: Database, storage: Storage, now: datetime) -> Unused:
    """Searches the whole storage. Keys of another form belong to other programs and are ignored."""
    found: list[StoredContent] = []
    async for chunk in storage.list_contents():
        old_enough = [each for each in chunk if each.stored_at < now - MIN_AGE]
        for first in range(0, len(old_enough), _BATCH_SIZE):
            found += await _unused_of(database, old_enough[first : first + _BATCH_SIZE])
    return Unused([each.key for each in found], sum(each.size for each in found))


async def remove_unused(storage: Storage, unused: Unused) -> None:
    """Deletes the contents. Keys are never reused, so no row can refer to them by now."""
    for key in unused.keys:
        await storage.delete(key)


async def _unused_of(database: Database, contents: Sequence[StoredContent]) -> list[StoredContent]:
    named = [(each, ids) for each in contents if (ids := _ids(each.key)) is not None]
    if not named:
        return []
    async with database.unit(None) as uow:
        unused = await queries.unused(uow.db, {ids for _, ids in named})
    # A partial content never becomes complete: the program that wrote it has ended.
    return [each for each, ids in named if "#" in each.key or ids in unused]


def _ids(key: str) -> tuple[UUID, UUID] | None:
    """The organization and file ids in a content's key."""
    parts = _KEY.fullmatch(key)
    try:
        return None if parts is None else (UUID(parts[1]), UUID(parts[2]))
    except ValueError:
        return None
