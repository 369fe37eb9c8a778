"""The storage of file contents: a folder, or S3 and compatible services, through one library."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

import obstore
from obstore.store import LocalStore, from_url

from deskbell.runtime.settings import Settings, make_storage_dir

_DRAFT = re.compile(r".+#[0-9]+")
"""The names of files that the library is still writing."""


class StoredContent(NamedTuple):
    """The metadata of a stored content. `size` is in bytes."""

    key: str
    size: int
    stored_at: datetime


class Storage:
    """Contents by key. The server generates keys; clients never choose them."""

    def __init__(self, store: Any, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    @classmethod
    def open(cls, settings: Settings) -> "Storage":
        """The storage that `DESKBELL_STORAGE_URL` names; by default a folder next to the database. Raises SettingError."""
        folder = make_storage_dir(settings.storage_url)
        return cls(from_url(settings.storage_url) if folder is None else LocalStore(folder), folder)

    async def put(self, key: str, content: bytes | Path | IO[bytes]) -> None:
        """Stores a content from memory or a file, completely or not at all. Uploads a large file in parts."""
        await obstore.put_async(self._store, key, content)

    async def copy(self, key: str, to: str) -> None:
        """Stores a content once more under another key. Raises `FileNotFoundError`."""
        await obstore.copy_async(self._store, key, to)

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """A content in chunks. Raises `FileNotFoundError`."""
        result = await obstore.get_async(self._store, key)
        async for chunk in result.stream(min_chunk_size=256 * 1024):
            yield bytes(chunk)

    async def get(self, key: str) -> bytes:
        """A whole content. Raises `FileNotFoundError`."""
        result = await obstore.get_async(self._store, key)
        return bytes(await result.bytes_async())

    async def list_keys(self) -> AsyncIterator[str]:
        """The key of every content."""
        async for chunk in obstore.list(self._store):
            for found in chunk:
                yield found["path"]

    async def list_contents(self) -> AsyncIterator[list[StoredContent]]:
        """Every content, in batches. For a folder also unfinished ones, whose keys end with a number such as `#1`."""
        async for chunk in obstore.list(self._store):
            yield [StoredContent(found["path"], found["size"], found["last_modified"]) for found in chunk]
        if self._folder is not None:
            yield await asyncio.to_thread(_drafts, self._folder)

    async def delete(self, key: str) -> None:
        """Deletes a content. Idempotent."""
        if self._folder is not None and _DRAFT.fullmatch(key):
            (self._folder / key).unlink(missing_ok=True)  # the library cannot delete files that it has not finished
            return
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return


def _drafts(folder: Path) -> list[StoredContent]:
    drafts = []
    for path in folder.rglob("*#*"):
        if _DRAFT.fullmatch(path.name) and path.is_file():
            found = path.stat()
            stored_at = datetime.fromtimestamp(found.st_mtime, UTC)
            drafts.append(StoredContent(path.relative_to(folder).as_posix(), found.st_size, stored_at))
    return drafts
