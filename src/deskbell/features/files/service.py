"""Commands on files. Contents are stored before their row is written and removed after it is gone.

So no row ever refers to a missing content. What a crash leaves behind is an unused content: of a removal, whose key the
sweep knows; of an upload in its last moment, which nothing refers to: `deskbell doctor --unused` finds those.
"""

import asyncio
import hashlib
from typing import IO
from uuid import UUID

from deskbell.features.files import queries
from deskbell.features.files.events import FileDeleted, FileUploaded
from deskbell.features.files.kinds import HEAD_BYTES, stored_type
from deskbell.features.files.naming import clean_name
from deskbell.features.files.records import Incoming, StoredFile
from deskbell.kernel.errors import Forbidden, Invalid, NotFound, PayloadTooLarge
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.storage import Storage

__all__ = ["delete", "get", "keep", "receive"]


async def receive(
    storage: Storage, organization_id: UUID, content: IO[bytes], name: str, claimed_type: str | None, limit: int
) -> Incoming:
    """Puts a content into the storage. It needs no database: a slow storage must not hold a connection.

    `claimed_type` is what its sender calls its type, `limit` in bytes. Raises `Invalid` for an empty file,
    `PayloadTooLarge`. If `keep` is not reached, the content must be deleted again.
    """
    file_id = new_id()
    size, sha256, head = await asyncio.to_thread(_measure, content)
    if size == 0:
        raise Invalid.field("file", "upload.empty")
    if size > limit:
        raise PayloadTooLarge(limit)
    key = f"{organization_id}/{file_id}"
    await storage.put(key, content)
    return Incoming(file_id, clean_name(name), stored_type(head, claimed_type), size, sha256, key)


def _measure(content: IO[bytes]) -> tuple[int, bytes, bytes]:
    """Size, SHA-256 and beginning of a content, which is at its beginning again afterwards."""
    content.seek(0)
    sha256 = hashlib.file_digest(content, "sha256").digest()  # type: ignore[arg-type]  # it reads binary files of any kind
    size = content.tell()
    content.seek(0)
    head = content.read(HEAD_BYTES)
    content.seek(0)
    return size, sha256, head


async def keep(uow: UnitOfWork, incoming: Incoming) -> StoredFile:
    """Makes a received content a file of the actor's, hanging on nothing until they attach it to a comment."""
    actor = uow.actor
    actor.require(Permission.FILE_UPLOAD)
    file = StoredFile(
        id=incoming.id, filename=incoming.filename, mime_type=incoming.mime_type, size=incoming.size,
        sha256=incoming.sha256, storage_key=incoming.storage_key, uploaded_by=actor.id, created_at=uow.now, hung=False,
    )  # fmt: skip
    await queries.add(uow.db, actor.organization_id, file)
    uow.record(FileUploaded(file_id=file.id, filename=file.filename, mime_type=file.mime_type, size=file.size))
    return file


async def get(uow: UnitOfWork, file_id: UUID) -> StoredFile:
    """A file that the actor may read. Raises `NotFound`."""
    uow.actor.require(Permission.FILE_READ)
    file = await queries.find_visible(uow.db, uow.actor, file_id)
    if file is None:
        raise NotFound("file")
    return file


async def delete(uow: UnitOfWork, file_id: UUID) -> str:
    """Deletes a file and returns the key of its content, to be removed once this unit has committed.

    Uploaders may while it hangs on nothing; who may delete comments may delete any. Raises `NotFound`, `Forbidden`.
    """
    actor = uow.actor
    actor.require(Permission.FILE_DELETE)
    may_delete_any = actor.may(Permission.COMMENT_DELETE)
    file = await queries.lock_deletable(uow.db, actor, file_id, any_file=may_delete_any)
    if file is None:
        raise NotFound("file")
    if file.hung and not may_delete_any:
        raise Forbidden("file.in_conversation")
    ticket_id = await queries.ticket_of(uow.db, file.id) if file.hung else None
    await queries.remove(uow.db, actor.organization_id, file, uow.now)
    uow.record(FileDeleted(file_id=file.id, filename=file.filename, ticket_id=ticket_id))
    return file.storage_key
