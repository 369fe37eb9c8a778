"""Downloads of own data. Row security shows each to its person alone."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.own_data.records import Download
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_DOWNLOADS: Final = Table("data_downloads", Download, "d", key="user_id")


async def find(db: Db, user_id: UUID, *, lock: bool = False) -> Download | None:
    """A person's download, locked until this transaction ends if wanted."""
    return await _DOWNLOADS.find(db, sql("d.user_id = {} for update" if lock else "d.user_id = {}", user_id))


async def add(db: Db, organization_id: UUID, download: Download) -> bool:
    """Adds a person's download; False if another request has added one meanwhile."""
    insert = _DOWNLOADS.insert(download, organization_id=organization_id)
    return bool(await db.execute(sql("{} on conflict do nothing", insert)))


async def finish(db: Db, download: Download) -> None:
    """Stores the key, size and times of a download that is ready."""
    await db.execute(_DOWNLOADS.update(download, "storage_key", "size", "ready_at", "expires_at"))


async def remove(db: Db, organization_id: UUID, user_id: UUID, now: datetime) -> None:
    """Deletes a person's download, if any; its content is deleted with those of other deleted files."""
    await db.execute(
        sql(
            "with gone as (delete from data_downloads where user_id = {} returning storage_key) "
            "insert into removed_files (organization_id, storage_key, removed_at) "
            "select {}::uuid, storage_key, {}::timestamptz from gone where storage_key is not null on conflict do nothing",
            user_id, organization_id, now,
        )
    )  # fmt: skip


async def delete_expired(db: Db, before: datetime) -> None:
    """Deletes the downloads of all organizations that have expired."""
    await db.execute(sql("select deskbell_delete_downloads({})", before))
