"""The files that a canned response keeps."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.canned import queries
from deskbell.features.canned.records import CannedFile, CannedResponse
from deskbell.features.files.service import own_upload
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid
from deskbell.runtime.database import UnitOfWork

MAX_FILES: Final = 10


@step("reads and commands that authorise their actor")
async def with_files(uow: UnitOfWork, responses: Sequence[CannedResponse]) -> list[CannedResponse]:
    """The responses with their files."""
    found = await queries.files_of(uow.db, [each.id for each in responses]) if responses else {}
    return [replace(each, files=found.get(each.id, [])) for each in responses]


@step("commands that authorise their actor")
async def put_files(uow: UnitOfWork, response: CannedResponse, file_ids: Sequence[UUID]) -> list[CannedFile]:
    """Gives a response these files: present ones, and uploads of the actor, which become its own. Raises `Invalid`."""
    if len(file_ids) > MAX_FILES:
        raise Invalid.field("file_ids", "too_many_entries", limit=MAX_FILES)
    known = {file.id: file for file in response.files}
    found = []
    for position, file_id in enumerate(dict.fromkeys(file_ids)):
        if file_id in known:
            await queries.place(uow.db, file_id, position)
            found.append(replace(known[file_id], position=position))
            continue
        upload = await own_upload(uow, file_id, f"file_ids.{position}")
        file = CannedFile(
            id=upload.id, response_id=response.id, position=position, filename=upload.filename,
            mime_type=upload.mime_type, size=upload.size, sha256=upload.sha256, storage_key=upload.storage_key,
        )  # fmt: skip
        await queries.take_over(uow.db, file, uow.actor.organization_id)
        found.append(file)
    await queries.remove_files(uow.db, uow.actor.organization_id, response.id, file_ids, uow.now)
    return found
