"""Files that customers send with a form, and files of their requests."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Stream

from deskbell.features.files import service
from deskbell.features.files.mime_types import content_type
from deskbell.features.files.naming import content_disposition
from deskbell.features.files.records import Upload
from deskbell.features.tickets.comment_records import NewAttachment
from deskbell.kernel.errors import Invalid, NotFound
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage
from deskbell.web.forms import LONGEST
from deskbell.web.help.pages import missing
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.session import Portal, portal

MOST_FILES: Final = 10
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Types that are shown in the page; every other file is saved."""


def longest_form(request: HelpRequest) -> int:
    """The size in bytes of a form with files."""
    settings: Settings = request.app.state.settings
    return settings.max_upload_bytes + LONGEST


@asynccontextmanager
async def stored(
    request: HelpRequest, organization_id: UUID, files: Sequence[UploadFile]
) -> AsyncIterator[list[Upload]]:
    """Stores the contents of files; deletes them if what follows fails. Raises `Invalid`, `PayloadTooLarge`."""
    storage: Storage = request.app.state.storage
    settings: Settings = request.app.state.settings
    if len(files) > MOST_FILES:
        raise Invalid.field("files", "too_many_entries", limit=MOST_FILES)
    uploads: list[Upload] = []
    try:
        for file in files:
            content, name, limit = file.file, file.filename, settings.max_upload_bytes
            upload = await service.store(storage, organization_id, content, name, file.content_type, limit)
            uploads.append(upload)
        yield uploads
    except BaseException:
        for upload in uploads:
            await storage.delete(upload.storage_key)
        raise


async def attachments_of(uow: UnitOfWork, uploads: Sequence[Upload]) -> list[NewAttachment]:
    """The files of stored contents, to attach to a comment."""
    files = [await service.create(uow, upload) for upload in uploads]
    return [NewAttachment(each.filename, f"/api/v1/uploads/{each.id}", each.mime_type, each.size) for each in files]


@get(["/portal/files/{file_id:uuid}", "/portal/{organization:str}/files/{file_id:uuid}"])
async def file(
    request: HelpRequest, file_id: FromPath[UUID], organization: FromPath[str | None] = None
) -> Response[Any]:
    """A file of a request of the customer's own."""
    async with portal(request, organization) as at:
        return await sent_file(at, file_id)


async def sent_file(at: Portal, file_id: UUID) -> Response[Any]:
    """The content of a file that the caller may read."""
    storage: Storage = at.request.app.state.storage
    try:
        found = await service.get(at.uow, file_id)
        pieces = storage.stream(found.storage_key)
        first = await anext(pieces, b"")  # a missing file must be noticed before the response starts
    except (NotFound, FileNotFoundError):
        return missing(at.at)
    saved = content_disposition(found.filename)
    shown = found.mime_type in _PICTURES
    headers = {
        "Content-Disposition": saved.replace("attachment", "inline", 1) if shown else saved,
        "Content-Length": str(found.size), "content-type": content_type(found.mime_type, first),
        "Cache-Control": "private, no-cache", "Content-Security-Policy": "default-src 'none'; sandbox",
        "Referrer-Policy": "no-referrer",
    }  # fmt: skip
    return Stream(joined(first, pieces), headers=headers)


HANDLERS: Final[list[Any]] = [file]


async def joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A content whose first piece was read already."""
    yield first
    async for piece in rest:
        yield piece
