"""Rows of imports and exports that people start, and what is shown before an import begins."""

from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.transfer.importing.summary import Counts
from deskbell.features.transfer.sources.tables import TableOptions

Direction = Literal["import", "export"]
TransferFormat = Literal["jsonl", "github", "csv", "zendesk"]
"""`jsonl` is the open format."""
ExportFormat = Literal["jsonl", "csv"]
TransferState = Literal["draft", "waiting", "running", "stopping", "done", "cancelled", "failed"]
"""`draft` is an uploaded file that waits for its import to begin; `stopping` one whose import ends after this batch."""
ENDED: Final = ("done", "cancelled", "failed")
KEPT_LINES: Final = 100
"""The number of refused lines, and of adjusted ones, that a run shows. The rejects file has all refused ones."""
DRAFT_LIFETIME: Final = timedelta(days=1)
"""For so long an uploaded file waits for its import to begin."""
FILE_LIFETIME: Final = timedelta(days=3)
"""For so long after its end the file of an export, or of refused lines, can be downloaded."""
RUN_LIFETIME: Final = timedelta(days=90)
"""For so long a run is listed."""


class Options(Struct, frozen=True, omit_defaults=True):
    """The reading of a file (`table`, for CSV), or which tickets an export has (`query`, for CSV)."""

    table: TableOptions | None = None
    query: str | None = None
    language: str | None = None


class NotedLine(Struct, frozen=True):
    """The problem or adjustment of a line: its number, the field or "" for the whole line, and the sentence."""

    line: int
    field: str
    sentence: str


class Transfer(Struct, frozen=True, kw_only=True):
    """An import or an export. `done` of `total` are bytes of the imported file, or tickets of the export.

    `size` is that of the uploaded or the exported file. Its content is at `storage_key`, that of the refused lines at
    `rejects_key`, until `expires_at`. `error` is the code of the reason why a run failed.
    """

    id: UUID
    direction: Direction
    format: TransferFormat
    state: TransferState
    actor_id: UUID
    actor_name: str = ""
    filename: str
    options: Options
    size: int
    storage_key: str | None = None
    rejects_key: str | None = None
    total: int = 0
    done: int = 0
    counts: Counts | None = None
    refused: list[NotedLine] = []
    adjusted: list[NotedLine] = []
    error: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    expires_at: datetime | None = None


class PreviewTicket(Struct, frozen=True, kw_only=True):
    """A ticket as an import would file it."""

    line: int
    subject: str
    requester: str
    status: str | None
    priority: str | None
    created_at: datetime | None
    comments: int
    tags: list[str]


class Preview(Struct, frozen=True, kw_only=True):
    """The beginning of a file as an import would read it: the first tickets and the first refused lines.

    `lines` are the tickets in it; `staff` are the addresses of those who become agents or more, unless they are members already.
    For a table `options` say how it is read (as asked, or as guessed), and `rows` are its first rows, `columns` its head.
    """

    columns: list[str]
    rows: list[list[str]]
    options: TableOptions | None
    tickets: list[PreviewTicket]
    refused: list[NotedLine]
    lines: int
    staff: list[str]
