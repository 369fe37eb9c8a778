"""v1: file upload, download and deletion."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog
from litestar import Response
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import FromPath
from litestar.response import Stream

from deskbell.api.shared.idempotency import note_answer, note_body
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.api.shared.unit import late_actor, late_unit
from deskbell.api.shared.uploads import read_upload
from deskbell.api.v1.envelope import Done, Success
from deskbell.api.v1.files.shapes import FileView
from deskbell.features.files import service
from deskbell.features.files.mime_types import content_type
from deskbell.features.files.naming import content_disposition
from deskbell.kernel.errors import NotFound
from deskbell.kernel.permissions import Permission
from deskbell.runtime.pictures import TYPE
from deskbell.runtime.storage import Storage

TAG: Final = ["Files"]


_log: Final = structlog.get_logger("deskbell.files")


@dataclass
class UploadOperation(Operation):
    """Describes an operation whose handler reads a multipart form from the request directly."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY, description="The file")
        form = Schema(type=OpenAPIType.OBJECT, properties={"file": file}, required=["file"])
        self.request_body = RequestBody(content={"multipart/form-data": OpenAPIMediaType(schema=form)}, required=True)


@post(
    "/upload", permission=Permission.FILE_UPLOAD, late=True, request_max_body_size=None,
    operation_class=UploadOperation, tags=TAG, summary="Upload a file",
)  # fmt: skip
async def upload_file(request: DeskbellRequest) -> Response[Success[FileView]]:
    """Uploads the form field `file` (`multipart/form-data`). Files not attached within a day are deleted."""
    storage: Storage = request.app.state.storage
    limit: int = request.app.state.settings.max_upload_bytes
    upload = await read_upload(request, limit)
    organization_id = late_actor(request).organization_id
    try:
        content = await service.store(
            storage, organization_id, upload.file, upload.filename, upload.content_type, limit
        )
    finally:
        await upload.close()
    # A retry uploads the same file under another multipart boundary; the raw bodies differ.
    note_body(request, f"{content.filename}\n{content.mime_type}\n{content.sha256.hex()}")
    try:
        async with late_unit(request) as uow:
            file = await service.create(uow, content)
            # Recorded before the commit, so that a retry with the same Idempotency-Key gets this response.
            return await note_answer(Response(Success(FileView.of(file)), status_code=201))
    except BaseException:
        await storage.delete(content.storage_key)
        raise


@get(
    "/uploads/{file_id:str}", permission=Permission.FILE_READ,
    more=(Permission.TICKET_READ, Permission.COMMENT_READ, Permission.COMMENT_INTERNAL),
    media_type="application/octet-stream", tags=TAG,
    summary="Download a file", produces=("*/*",), also=(304,),
)  # fmt: skip
async def download_file(uow: Uow, request: DeskbellRequest, file_id: FromPath[UUID]) -> Response[Any]:
    """Returns a file's content to readers of what it is attached to; an unattached file, to its uploader."""
    file = await service.get(uow, file_id)
    tag = f'"{file.sha256.hex()}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=0, must-revalidate"}
    if matches_etag(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    pieces = request.app.state.storage.stream(file.storage_key)
    try:
        first = await anext(pieces, b"")  # a missing file must be reported before the response starts
    except FileNotFoundError as error:
        raise NotFound("file") from error
    headers |= {
        "Content-Disposition": content_disposition(file.filename), "Content-Length": str(file.size),
        # Set as a header: for media types that begin with text/ Litestar would add its own charset.
        "content-type": content_type(file.mime_type, first),
    }  # fmt: skip
    return Stream(_joined(first, pieces), headers=headers)


@get(
    "/uploads/{file_id:str}/thumbnail", permission=Permission.FILE_READ,
    more=(Permission.TICKET_READ, Permission.COMMENT_READ, Permission.COMMENT_INTERNAL),
    media_type="application/octet-stream", tags=TAG, summary="Get a small copy of a picture", produces=("*/*",),
    also=(304,),
)  # fmt: skip
async def get_thumbnail(uow: Uow, request: DeskbellRequest, file_id: FromPath[UUID]) -> Response[Any]:
    """Returns a picture of at most 480 pixels a side, to those who may read the file. 404 for what is no picture."""
    tag = f'"{file_id}"'  # a file's content never changes
    headers = {"ETag": tag, "Cache-Control": "private, max-age=31536000, immutable"}
    if matches_etag(request.headers.get("if-none-match"), tag):
        await service.get(uow, file_id)
        return Response(b"", status_code=304, headers=headers)
    _, content = await service.thumbnail(uow, request.app.state.storage, file_id)
    return Response(content, headers=headers | {"content-type": TYPE})


def matches_etag(header: str | None, tag: str) -> bool:
    """Whether `If-None-Match` names the tag (RFC 9110, 13.1.2)."""
    if header is None:
        return False
    return header.strip() == "*" or tag in [each.strip().removeprefix("W/") for each in header.split(",")]


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


@delete("/uploads/{file_id:str}", permission=Permission.FILE_DELETE, late=True, tags=TAG, summary="Delete a file",
        status_code=200)  # fmt: skip
async def delete_file(request: DeskbellRequest, file_id: FromPath[UUID]) -> Done:
    """Deletes your own unattached file. Admins may delete any file, including attached ones."""
    async with late_unit(request) as uow:
        key = await service.delete(uow, file_id)
    storage: Storage = request.app.state.storage
    try:
        await storage.delete(key)
    except Exception:  # noqa: BLE001 - the row is deleted; the clean-up job deletes the content later
        _log.warning("content not removed yet", key=key, exc_info=True)
    return Done("File deleted")


ROUTES = [upload_file, download_file, get_thumbnail, delete_file]
