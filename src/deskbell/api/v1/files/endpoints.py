"""v1: uploading files, downloading and deleting them."""

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
from deskbell.features.files.kinds import content_type
from deskbell.features.files.naming import content_disposition
from deskbell.kernel.errors import NotFound
from deskbell.kernel.permissions import Permission
from deskbell.runtime.storage import Storage

TAG: Final = ["Files"]


_log: Final = structlog.get_logger("deskbell.files")


@dataclass
class UploadOperation(Operation):
    """The OpenAPI description of an operation that takes a form with a file: the handler reads the form by itself."""

    def __post_init__(self) -> None:
        """Describes the body."""
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY, description="The file")
        form = Schema(type=OpenAPIType.OBJECT, properties={"file": file}, required=["file"])
        self.request_body = RequestBody(content={"multipart/form-data": OpenAPIMediaType(schema=form)}, required=True)


@post(
    "/upload", permission=Permission.FILE_UPLOAD, late=True, request_max_body_size=None,
    operation_class=UploadOperation, tags=TAG, summary="Upload a file",
)  # fmt: skip
async def upload_file(request: DeskbellRequest) -> Response[Success[FileView]]:
    """Takes a form (`multipart/form-data`) with the field `file`. What is attached to nothing within a day is removed."""
    storage: Storage = request.app.state.storage
    limit: int = request.app.state.settings.max_upload_bytes
    upload = await read_upload(request, limit)
    organization_id = late_actor(request).organization_id
    try:
        incoming = await service.receive(
            storage, organization_id, upload.file, upload.filename, upload.content_type, limit
        )
    finally:
        await upload.close()
    # A repeat is the same file, whatever boundary its form has.
    note_body(request, f"{incoming.filename}\n{incoming.mime_type}\n{incoming.sha256.hex()}")
    try:
        async with late_unit(request) as uow:
            file = await service.keep(uow, incoming)
            # Noted before the commit, so that a repeat with the same Idempotency-Key gets this very answer.
            return await note_answer(Response(Success(FileView.of(file)), status_code=201))
    except BaseException:
        await storage.delete(incoming.storage_key)
        raise


@get(
    "/uploads/{file_id:str}", permission=Permission.FILE_READ,
    more=(Permission.TICKET_READ, Permission.COMMENT_READ, Permission.COMMENT_INTERNAL),
    media_type="application/octet-stream", tags=TAG,
    summary="Download a file", produces=("*/*",), also=(304,),
)  # fmt: skip
async def download_file(uow: Uow, request: DeskbellRequest, file_id: FromPath[UUID]) -> Response[Any]:
    """The file's content, for whoever may read what it hangs on, and for its uploader while it hangs on nothing."""
    file = await service.get(uow, file_id)
    tag = f'"{file.sha256.hex()}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=0, must-revalidate"}
    if _knows(request.headers.get("if-none-match"), tag):
        return Response(b"", status_code=304, headers=headers)
    pieces = request.app.state.storage.stream(file.storage_key)
    try:
        first = await anext(pieces, b"")  # a missing content must be reported before the answer begins
    except FileNotFoundError as error:
        raise NotFound("file") from error
    headers |= {
        "Content-Disposition": content_disposition(file.filename), "Content-Length": str(file.size),
        # As a header: for a media type that begins with text/ the framework would add a charset of its own.
        "content-type": content_type(file.mime_type, first),
    }  # fmt: skip
    return Stream(_joined(first, pieces), headers=headers)


def _knows(header: str | None, tag: str) -> bool:
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
    """Removes an upload of yours that hangs on nothing; admins may remove any, from its comment too."""
    async with late_unit(request) as uow:
        key = await service.delete(uow, file_id)
    storage: Storage = request.app.state.storage
    try:
        await storage.delete(key)
    except Exception:  # noqa: BLE001 - it is deleted for everybody; the sweep removes the content later
        _log.warning("content not removed yet", key=key, exc_info=True)
    return Done("File deleted")


ROUTES = [upload_file, download_file, delete_file]
