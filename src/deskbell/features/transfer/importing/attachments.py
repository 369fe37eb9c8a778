"""Stores the contents of attachments and adds their rows."""

import re
from collections.abc import Sequence
from typing import Final

from deskbell.features.files.mime_types import HEAD_BYTES, UNKNOWN, stored_type
from deskbell.features.files.naming import clean_name
from deskbell.features.transfer.importing.building import PlacedAttachment
from deskbell.features.transfer.importing.new_tickets import free_id
from deskbell.features.transfer.importing.queries import adding, finding
from deskbell.features.transfer.importing.rows import AttachmentRow, FileRow
from deskbell.features.transfer.importing.work import Work
from deskbell.kernel.ids import new_id

_MIME_TYPE: Final = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)


async def attach(work: Work, attachments: Sequence[PlacedAttachment]) -> None:
    """Adds attachments to tickets and comments, whose rows must exist."""
    given = [each.attachment.id for each in attachments if each.attachment.id is not None]
    taken = await finding.attachment_ids(work.db, given) if given else set()
    files: list[FileRow] = []
    rows: list[AttachmentRow] = []
    for each in attachments:
        attachment = each.attachment
        file = await _store(work, each) if attachment.url is None else None
        if file is not None:
            files.append(file)
        rows.append(
            AttachmentRow(
                id=free_id(attachment.id, taken), ticket_id=each.ticket_id, comment_id=each.comment_id,
                file_id=file.id if file else None, filename=clean_name(attachment.filename), url=attachment.url,
                mime_type=file.mime_type if file else attachment.mime_type or UNKNOWN,
                size=file.size if file else attachment.size or 0, position=each.position,
            )
        )  # fmt: skip
    if files:
        await adding.add_files(work.db, work.organization_id, files)
    if rows:
        await adding.add_attachments(work.db, work.organization_id, rows)
    work.counts.files += len(files)


async def _store(work: Work, placed: PlacedAttachment) -> FileRow:
    if work.storage is None:
        raise LookupError("lines with files need a storage to load them into")
    content = work.staging.content(placed.attachment)
    claimed = placed.attachment.mime_type
    mime_type = claimed if claimed and _MIME_TYPE.fullmatch(claimed) else None
    file_id = new_id()
    key = f"{work.organization_id}/{file_id}"
    work.stored_keys.append(key)
    await work.storage.put(key, content.source)
    return FileRow(
        id=file_id, filename=clean_name(placed.attachment.filename),
        mime_type=stored_type(content.head(HEAD_BYTES)) if mime_type is None else mime_type, size=content.size,
        sha256=content.sha256, storage_key=key, uploaded_by=placed.by, created_at=placed.at,
    )  # fmt: skip
