"""v1: imports and exports as jobs, with their progress and their files."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from msgspec import UNSET, UnsetType

from deskbell.api.shared.idempotency import note_answer, note_body
from deskbell.api.shared.requests import DeskbellRequest, say_for
from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.shared.unit import late_actor, late_unit
from deskbell.api.shared.uploads import read_upload
from deskbell.api.v1.envelope import Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.files.endpoints import UploadOperation
from deskbell.api.v1.transfers.shapes import (
    ExportView,
    ImportDetails,
    ImportPreview,
    ImportView,
    PreviewImport,
    StartExport,
    StartImport,
    TableSettings,
)
from deskbell.features.files.naming import content_disposition
from deskbell.features.files.service import store
from deskbell.features.transfer import service
from deskbell.features.transfer.policy import MAY_EXPORT, MAY_IMPORT
from deskbell.features.transfer.runs import Transfer, TransferFormat
from deskbell.features.transfer.sources.tables import TableOptions
from deskbell.kernel.errors import Conflict
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.runtime.storage import Storage

TAG: Final = ["Imports and exports"]
FormatParam = Annotated[
    TransferFormat, QueryParameter(description="The format of the file; `jsonl` is the open format")
]


@post(
    "/imports", permission=MAY_IMPORT, late=True, request_max_body_size=None, operation_class=UploadOperation, tags=TAG,
    summary="Upload a file to import",
)  # fmt: skip
async def upload_import(request: DeskbellRequest, format: FormatParam) -> Response[Success[ImportView]]:  # noqa: A002 - the parameter's name
    """Uploads the form field `file` (`multipart/form-data`), of which nothing is imported yet: see `preview` and `start`.

    A file that is not started within a day is deleted; the five latest are kept.
    """
    storage: Storage = request.app.state.storage
    limit: int = request.app.state.settings.max_import_bytes
    upload = await read_upload(request, limit)
    organization_id = late_actor(request).organization_id
    try:
        content = await store(storage, organization_id, upload.file, upload.filename, "application/octet-stream", limit)
    finally:
        await upload.close()
    note_body(request, f"{content.filename}\n{format}\n{content.sha256.hex()}")
    try:
        async with late_unit(request) as uow:
            added = await service.add_file(uow, content, format)
            view = ImportView.of(added, say_for(request))
            return await note_answer(Response(Success(view), status_code=201))
    except BaseException:
        await storage.delete(content.storage_key)
        raise


@get("/imports", permission=MAY_IMPORT, tags=TAG, summary="List imports")
async def list_imports(
    uow: Uow,
    request: DeskbellRequest,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> Paginated[ImportView]:
    """Lists the imports of the last 90 days of all members, latest first."""
    found = await service.list_imports(uow, PageRequest.numbered(page, limit, cursor))
    return Paginated([ImportView.of(each, say_for(request)) for each in found.items], Pagination.of(found))


@get("/imports/{import_id:str}", permission=MAY_IMPORT, tags=TAG, summary="Get an import")
async def get_import(uow: Uow, request: DeskbellRequest, import_id: FromPath[UUID]) -> Success[ImportDetails]:
    """Returns how far an import is, and the lines that were refused or adjusted."""
    return Success(ImportDetails.of(await service.get_import(uow, import_id), say_for(request)))


@post(
    "/imports/{import_id:str}/preview", permission=MAY_IMPORT, late=True, tags=TAG, summary="Preview an import",
    status_code=200, refuses=(Conflict,),
)  # fmt: skip
async def preview_import(
    request: DeskbellRequest, import_id: FromPath[UUID], data: JSONBody[PreviewImport]
) -> Success[ImportPreview]:
    """Returns the beginning of an uploaded file as its import would read it, with a guess at the columns of a CSV file."""
    async with late_unit(request) as uow:
        draft = await service.get_draft(uow, import_id)
    found = await service.preview_draft(request.app.state.storage, draft, _options(data.table))
    return Success(ImportPreview.of(found))


@post(
    "/imports/{import_id:str}/start", permission=MAY_IMPORT, tags=TAG, summary="Start an import", status_code=200,
    refuses=(Conflict,),
)  # fmt: skip
async def start_import(
    uow: Uow, request: DeskbellRequest, import_id: FromPath[UUID], data: JSONBody[StartImport]
) -> Success[ImportView]:
    """Imports an uploaded file by a job. Content that the organization has already is recognized and not imported again.

    409 while another import runs.
    """
    return Success(ImportView.of(await service.start_import(uow, import_id, _options(data.table)), say_for(request)))


@post("/imports/{import_id:str}/cancel", permission=MAY_IMPORT, tags=TAG, summary="Cancel an import", status_code=200)
async def cancel_import(uow: Uow, request: DeskbellRequest, import_id: FromPath[UUID]) -> Success[ImportView]:
    """Ends an import after the present batch. What it has brought stays. An uploaded file that was not started is deleted."""
    return Success(ImportView.of(await service.cancel_import(uow, import_id), say_for(request)))


@get(
    "/imports/{import_id:str}/rejects", permission=MAY_IMPORT, media_type="application/octet-stream", tags=TAG,
    summary="Download refused lines", produces=("*/*",),
)  # fmt: skip
async def download_rejects(uow: Uow, request: DeskbellRequest, import_id: FromPath[UUID]) -> Response[Any]:
    """Returns the lines that were refused, each with the reason. Correct them and import the file again, in the same format."""
    found, pieces = await service.open_rejects(uow, request.app.state.storage, import_id)
    name = found.filename.rpartition(".")[0] or found.filename
    return _file(f"{name}.rejects.{'csv' if found.format == 'csv' else 'jsonl'}", found, pieces)


@post("/exports", permission=MAY_EXPORT, tags=TAG, summary="Start an export", refuses=(Conflict,))
async def start_export(uow: Uow, request: DeskbellRequest, data: JSONBody[StartExport]) -> Success[ExportView]:
    """Writes everything, or tickets as a table, to a file by a job. The file can be downloaded for three days.

    409 while another export runs.
    """
    query = None if data.query is UNSET else data.query
    return Success(ExportView.of(await service.start_export(uow, data.format, query), say_for(request)))


@get("/exports", permission=MAY_EXPORT, tags=TAG, summary="List exports")
async def list_exports(
    uow: Uow,
    request: DeskbellRequest,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
) -> Paginated[ExportView]:
    """Lists the exports of the last 90 days of all members, latest first."""
    found = await service.list_exports(uow, PageRequest.numbered(page, limit, cursor))
    return Paginated([ExportView.of(each, say_for(request)) for each in found.items], Pagination.of(found))


@get("/exports/{export_id:str}", permission=MAY_EXPORT, tags=TAG, summary="Get an export")
async def get_export(uow: Uow, request: DeskbellRequest, export_id: FromPath[UUID]) -> Success[ExportView]:
    """Returns how far an export is, and whether its file can be downloaded."""
    return Success(ExportView.of(await service.get_export(uow, export_id), say_for(request)))


@post("/exports/{export_id:str}/cancel", permission=MAY_EXPORT, tags=TAG, summary="Cancel an export", status_code=200)
async def cancel_export(uow: Uow, request: DeskbellRequest, export_id: FromPath[UUID]) -> Success[ExportView]:
    """Ends an export; there will be no file."""
    return Success(ExportView.of(await service.cancel_export(uow, export_id), say_for(request)))


@get(
    "/exports/{export_id:str}/file", permission=MAY_EXPORT, media_type="application/octet-stream", tags=TAG,
    summary="Download an export", produces=("*/*",),
)  # fmt: skip
async def download_export(uow: Uow, request: DeskbellRequest, export_id: FromPath[UUID]) -> Response[Any]:
    """Returns the file of an export. The audit log notes who downloaded it."""
    found, pieces = await service.open_export(uow, request.app.state.storage, export_id)
    return _file(found.filename, found, pieces)


def _options(table: TableSettings | UnsetType | None) -> TableOptions | None:
    if table is UNSET or table is None:
        return None
    return TableOptions(**{name: getattr(table, name) for name in table.__struct_fields__})


def _file(name: str, transfer: Transfer, pieces: AsyncIterator[bytes]) -> Response[Any]:
    kind = "text/csv; charset=utf-8" if transfer.format == "csv" else "application/x-ndjson"
    if name.endswith(".gz"):
        kind = "application/gzip"
    headers = {"Content-Disposition": content_disposition(name), "Cache-Control": "no-store", "content-type": kind}
    return Stream(pieces, headers=headers)


ROUTES = [
    upload_import, list_imports, get_import, preview_import, start_import, cancel_import, download_rejects, start_export,
    list_exports, get_export, cancel_export, download_export,
]  # fmt: skip
