"""Where file contents live: a folder, or S3 and its kin, through one library that speaks them all."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any

import obstore
from obstore.store import LocalStore, from_url

from deskbell.runtime.settings import Settings, make_storage_dir

__all__ = ["Storage"]


class Storage:
    """Contents by key. Keys are made by us, never by a client."""

    def __init__(self, store: Any) -> None:
        self._store = store

    @classmethod
    def open(cls, settings: Settings) -> "Storage":
        """The storage that `DESKBELL_STORAGE_URL` names; by default a folder beside the database. Raises SettingError."""
        folder = make_storage_dir(settings.storage_url)
        return cls(from_url(settings.storage_url) if folder is None else LocalStore(folder))

    async def put(self, key: str, content: bytes | Path | IO[bytes]) -> None:
        """Stores a content, at hand or in a file, whole or not at all; a big file goes over in parts."""
        await obstore.put_async(self._store, key, content)

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """A content in pieces. Raises `FileNotFoundError`."""
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

    async def delete(self, key: str) -> None:
        """Removes a content; one that is gone already is no error."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
