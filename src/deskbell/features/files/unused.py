"""Contents that nothing refers to: what an import or an upload leaves in the storage when it is killed.

A content is stored before the row that refers to it, so a young one may be about to get its row and is left alone.
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

__all__ = ["SETTLED", "Unused", "find_unused", "remove_unused"]

SETTLED: Final = timedelta(hours=24)
"""How old a content must be before it counts as left behind."""
_AT_ONCE: Final = 1_000
_KEY: Final = re.compile(r"([0-9a-f-]{36})/([0-9a-f-]{36})(#[0-9]+)?")  # with a #: a content of which only a part came


class Unused(Struct, frozen=True):
    """Contents that nothing refers to, by their keys; `size` is of all of them, in bytes."""

    keys: list[str]
    size: int


async def find_unused(database: Database, storage: Storage, now: datetime) -> Unused:
    """Looks through the whole storage. What is not of the form of our keys is somebody else's and left out."""
    found: list[StoredContent] = []
    async for chunk in storage.list_contents():
        settled = [each for each in chunk if each.stored_at < now - SETTLED]
        for first in range(0, len(settled), _AT_ONCE):
            found += await _unused_of(database, settled[first : first + _AT_ONCE])
    return Unused([each.key for each in found], sum(each.size for each in found))


async def remove_unused(storage: Storage, unused: Unused) -> None:
    """Removes what was found. Nothing can have begun to refer to it meanwhile: each content has a key of its own."""
    for key in unused.keys:
        await storage.delete(key)


async def _unused_of(database: Database, contents: Sequence[StoredContent]) -> list[StoredContent]:
    named = [(each, ids) for each in contents if (ids := _ids(each.key)) is not None]
    if not named:
        return []
    async with database.unit(None) as uow:
        unused = await queries.unused(uow.db, {ids for _, ids in named})
    # A part that came never becomes a content: the program that was writing it is gone.
    return [each for each, ids in named if "#" in each.key or ids in unused]


def _ids(key: str) -> tuple[UUID, UUID] | None:
    """The organization and the file that a content's key names."""
    parts = _KEY.fullmatch(key)
    try:
        return None if parts is None else (UUID(parts[1]), UUID(parts[2]))
    except ValueError:
        return None
