"""SQL of files."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.files.records import StoredFile
from deskbell.features.tickets.queries.visibility import visible_comments_to, visible_to
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

_FILES: Final = Table("files", StoredFile, "f", columns={"attached": "f.hung"})


def visible_files_to(actor: Actor) -> Fragment:
    """The rows of `files f` that an actor may read: own unattached files, and files of visible tickets and comments.

    A file attached to a ticket but to none of its comments is visible with the ticket. An API key sees a file of a
    ticket with `tickets:read`, of a comment also with `comments:read`, of an internal note with `comments:internal`.
    """
    return sql(
        "case when f.hung then {} and exists (select from attachments a "
        "join tickets t on t.organization_id = a.organization_id and t.id = a.ticket_id "
        "left join comments c on c.organization_id = a.organization_id and c.id = a.comment_id "
        "where a.organization_id = f.organization_id and a.file_id = f.id and {} "
        "and (a.comment_id is null or ({} and c.id is not null and {}))) else f.uploaded_by = {} end",
        actor.may(Permission.TICKET_READ),
        visible_to(actor),
        actor.may(Permission.COMMENT_READ),
        visible_comments_to(actor),
        actor.user_id,
    )


async def add(db: Db, organization_id: UUID, file: StoredFile) -> None:
    """Adds the row of a file whose content is in the storage."""
    await db.execute(_FILES.insert(file, organization_id=organization_id))


async def find_visible(db: Db, actor: Actor, file_id: UUID) -> StoredFile | None:
    """A file that the actor may read."""
    return await _FILES.find(db, sql("f.id = {} and {}", file_id, visible_files_to(actor)))


async def lock_deletable(db: Db, actor: Actor, file_id: UUID, *, any_file: bool) -> StoredFile | None:
    """A file to delete: one that the actor may read or, with `any_file`, any unattached one."""
    reach = visible_files_to(actor)
    if any_file:
        reach = sql("({} or {})", sql("not f.hung"), reach)
    return await _FILES.find(db, sql("f.id = {} and {} for update of f", file_id, reach))


async def ticket_of(db: Db, file_id: UUID) -> UUID | None:
    """The ticket that a file is attached to."""
    value = await db.fetch_value(sql("select ticket_id from attachments where file_id = {}", file_id))
    return None if value is None else UUID(bytes=value.bytes)


async def remove(db: Db, organization_id: UUID, file: StoredFile, now: datetime) -> None:
    """Deletes a file and its attachment; its content is to be deleted after the commit."""
    await db.execute(sql("delete from attachments where file_id = {}", file.id))
    await db.execute(sql("delete from files where id = {}", file.id))
    await db.execute(
        sql(
            "insert into removed_files (organization_id, storage_key, removed_at) values ({}, {}, {}) "
            "on conflict do nothing",
            organization_id,
            file.storage_key,
            now,
        )
    )


async def delete_unattached(db: Db, uploaded_before: datetime, limit: int) -> int:
    """Deletes unattached files of all organizations that were uploaded before a time; returns their number."""
    return int(await db.fetch_value(sql("select deskbell_retire_files({}, {})", uploaded_before, limit)))


async def removed_keys(db: Db, limit: int) -> list[str]:
    """Keys of contents, of all organizations, whose files were deleted, oldest first."""
    rows = await db.fetch_all(sql("select storage_key from deskbell_removed_files({})", limit))
    return [row["storage_key"] for row in rows]


async def clear_removed(db: Db, keys: list[str]) -> None:
    """Marks these contents as deleted from the storage."""
    await db.execute(sql("select deskbell_forget_files({})", keys))


async def unused(db: Db, contents: Collection[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """The contents, as organization and file ids, that belong to no file of a known organization."""
    rows = await db.fetch_all(
        sql(
            "select organization_id, id from deskbell_unused_contents({}, {})",
            [organization_id for organization_id, _ in contents],
            [file_id for _, file_id in contents],
        )
    )
    return {(UUID(bytes=row["organization_id"].bytes), UUID(bytes=row["id"].bytes)) for row in rows}
