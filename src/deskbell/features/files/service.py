"""Commands on files. A content is stored before its row is written, and deleted after its row.

So no row ever refers to a missing content. A crash can leave an unused content. After a deletion its key is in
`removed_files`, and the sweep deletes it; after an upload no row has it, and `deskbell doctor --unused` finds it.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import IO, Protocol
from uuid import UUID

from deskbell.features.files import queries
from deskbell.features.files.events import FileDeleted, FileUploaded
from deskbell.features.files.mime_types import HEAD_BYTES, stored_type
from deskbell.features.files.naming import clean_name
from deskbell.features.files.records import StoredFile, Upload
from deskbell.kernel.access import step
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Forbidden, Invalid, NotFound, PayloadTooLarge, Problem
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Permission
from deskbell.runtime import pictures
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.storage import Storage


async def store(
    storage: Storage, organization_id: UUID, content: IO[bytes], name: str, claimed_type: str | None, limit: int
) -> Upload:
    """Stores a content. Needs no database connection, because the storage may be slow.

    `claimed_type` is the MIME type that the client sent, `limit` in bytes. Raises `Invalid` for an empty file,
    `PayloadTooLarge`. If `create` is not reached, the caller must delete the content.
    """
    file_id = new_id()
    size, sha256, head = await asyncio.to_thread(_measure, content)
    if size == 0:
        raise Invalid.field("file", "upload.empty")
    if size > limit:
        raise PayloadTooLarge(limit)
    key = f"{organization_id}/{file_id}"
    await storage.put(key, content)
    mime_type = stored_type(head, claimed_type)
    picture = await asyncio.to_thread(_picture_size, content) if mime_type.startswith("image/") else None
    return Upload(file_id, clean_name(name), mime_type, size, sha256, key, picture)


def _picture_size(content: IO[bytes]) -> pictures.Size | None:
    content.seek(0)
    try:
        return pictures.size_of(content)
    except pictures.NoPictureError:
        return None


class Master(Protocol):
    """A content to copy, and its metadata."""

    @property
    def filename(self) -> str: ...
    @property
    def mime_type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> bytes: ...
    @property
    def storage_key(self) -> str: ...


async def copy(storage: Storage, organization_id: UUID, master: Master) -> Upload:
    """Stores a content once more, as a new file. If `create` is not reached, the caller must delete the content."""
    file_id = new_id()
    key = f"{organization_id}/{file_id}"
    await storage.copy(master.storage_key, key)
    return Upload(file_id, master.filename, master.mime_type, master.size, master.sha256, key)


@step("commands that authorise their actor")
async def own_upload(uow: UnitOfWork, file_id: UUID, place: str) -> StoredFile:
    """An upload of the actor, locked, that nothing has yet. Raises `Invalid` at the place that names it."""
    upload = await queries.lock_deletable(uow.db, uow.actor, file_id, any_file=False)
    if upload is None or upload.attached:
        raise Invalid([Problem.at(place, "attachment.upload_unknown")])
    return upload


@step("commands that authorise their actor")
async def copies(uow: UnitOfWork, storage: Storage, masters: Sequence[Master]) -> list[Upload]:
    """Copies of files for one use, and a new transaction.

    The one before ends here: storage may be slow, and a command must not hold locks meanwhile. A caller that fails must
    `discard` the copies.
    """
    await uow.commit()
    made: list[Upload] = []
    if masters:
        try:
            async with uow.without_connection():
                for master in masters:
                    made.append(await copy(storage, uow.actor.organization_id, master))  # noqa: PERF401 - a failure discards them
        except BaseException:
            await discard(storage, made)
            raise
    uow.now = utc_now()
    await uow.begin()
    return made


async def discard(storage: Storage, made: Sequence[Upload]) -> None:
    """Deletes copies that no row refers to."""
    for each in made:
        await storage.delete(each.storage_key)


def _measure(content: IO[bytes]) -> tuple[int, bytes, bytes]:
    """The size, SHA-256 and first bytes of a content, which is rewound afterwards."""
    content.seek(0)
    sha256 = hashlib.file_digest(content, "sha256").digest()  # type: ignore[arg-type]  # accepts every binary file
    size = content.tell()
    content.seek(0)
    head = content.read(HEAD_BYTES)
    content.seek(0)
    return size, sha256, head


async def create(uow: UnitOfWork, upload: Upload) -> StoredFile:
    """Adds a stored content as a file of the actor, unattached until a comment refers to it."""
    uow.actor.require(Permission.FILE_UPLOAD)
    return await add_of(uow, upload, uow.actor.id)


@step("`create`, and the reader of the journal that carries out effects of rules")
async def add_of(uow: UnitOfWork, upload: Upload, user_id: UUID) -> StoredFile:
    """Adds a stored content as a file of a member."""
    file = StoredFile(
        id=upload.id, filename=upload.filename, mime_type=upload.mime_type, size=upload.size, sha256=upload.sha256,
        storage_key=upload.storage_key, uploaded_by=user_id, created_at=uow.now, attached=False,
        width=upload.picture.width if upload.picture else None, height=upload.picture.height if upload.picture else None,
    )  # fmt: skip
    await queries.add(uow.db, uow.actor.organization_id, file)
    uow.record(FileUploaded(file_id=file.id, filename=file.filename, mime_type=file.mime_type, size=file.size))
    return file


async def get(uow: UnitOfWork, file_id: UUID) -> StoredFile:
    """A file that the actor may read. Raises `NotFound`."""
    uow.actor.require(Permission.FILE_READ)
    file = await queries.find_visible(uow.db, uow.actor, file_id)
    if file is None:
        raise NotFound("file")
    return file


async def thumbnail(uow: UnitOfWork, storage: Storage, file_id: UUID) -> tuple[StoredFile, bytes]:
    """A picture that the actor may read, and a small copy of it. The connection is not held meanwhile. Raises `NotFound`."""
    uow.actor.require(Permission.FILE_READ)
    file = await get(uow, file_id)
    if file.width is None:
        raise NotFound("file")
    async with uow.without_connection():
        try:
            return file, await asyncio.to_thread(pictures.thumbnail, await storage.get(file.storage_key))
        except (pictures.NoPictureError, FileNotFoundError) as error:
            raise NotFound("file") from error


async def delete(uow: UnitOfWork, file_id: UUID) -> str:
    """Deletes a file and returns the key of its content, which the caller must delete after this unit's commit.

    Uploaders may delete their unattached files; actors who may delete comments may delete any file. Raises `NotFound`,
    `Forbidden`.
    """
    actor = uow.actor
    actor.require(Permission.FILE_DELETE)
    may_delete_any = actor.may(Permission.COMMENT_DELETE)
    file = await queries.lock_deletable(uow.db, actor, file_id, any_file=may_delete_any)
    if file is None:
        raise NotFound("file")
    if file.attached and not may_delete_any:
        raise Forbidden("file.in_conversation")
    ticket_id = await queries.ticket_of(uow.db, file.id) if file.attached else None
    await queries.remove(uow.db, actor.organization_id, file, uow.now)
    uow.record(FileDeleted(file_id=file.id, filename=file.filename, ticket_id=ticket_id))
    return file.storage_key
