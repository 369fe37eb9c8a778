"""v1: shapes of imports and exports."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.features.transfer.importing.summary import Counts
from deskbell.features.transfer.runs import (
    ExportFormat,
    NotedLine,
    Preview,
    PreviewTicket,
    Transfer,
    TransferFormat,
    TransferState,
)
from deskbell.features.transfer.sources.tables import TableOptions
from deskbell.kernel.errors import Problem
from deskbell.runtime.messages import Say


class TableSettings(TableOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reading of a CSV file. `columns` has the target of each column, in their order, empty to leave it out.

    `subject` and `requester_email` are needed; the others are `description`, `requester_name`, `assignee_email`, `status`,
    `priority`, `type`, `group`, `category`, `brand`, `tags`, `external_id`, `number`, `created_at`, `updated_at`,
    `first_response_at`, `solved_at`, `closed_at`, `rating`, `rating_comment`, and `field:KEY` for a custom field.

    `values` translates words of the file: `{"status": {"Waiting for customer": "pending"}}`. `dates` is the order of day and
    month; times without an offset are in the organization's time zone.
    """


class PreviewImport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reading of a CSV file; without `table` it is guessed."""

    table: TableSettings | UnsetType | None = UNSET


class StartImport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reading of a CSV file, which is required for one; other files need nothing."""

    table: TableSettings | UnsetType | None = UNSET


class StartExport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`jsonl` is everything in the open format, compressed; `csv` the tickets that `query` (search syntax) finds, else all."""

    format: ExportFormat
    query: Annotated[str, Meta(max_length=1_000)] | UnsetType | None = UNSET


class LineView(Struct, frozen=True):
    """A line of the file, the field in it (empty for the whole line), and what was wrong or adjusted."""

    line: int
    field: str
    message: str

    @classmethod
    def of(cls, noted: NotedLine) -> "LineView":
        return cls(noted.line, noted.field, noted.sentence)


class CountsView(Struct, frozen=True, kw_only=True):
    """The numbers of objects that an import has brought so far.

    `present` lines were in the organization already, `refused` ones were not loaded, `adjusted` values were changed to fit.
    """

    tickets: int
    comments: int
    people: int
    groups: int
    categories: int
    brands: int
    tags: int
    definitions: int
    articles: int
    files: int
    present: int
    refused: int
    adjusted: int

    @classmethod
    def of(cls, counts: Counts) -> "CountsView":
        return cls(
            tickets=counts.tickets, comments=counts.comments, people=counts.people, groups=counts.groups,
            categories=counts.categories, brands=counts.brands, tags=counts.tags,
            definitions=counts.definitions, articles=counts.articles, files=counts.files,
            present=counts.present, refused=counts.refused,
            adjusted=counts.shortened + counts.kept_as_fields + counts.kept_as_files + counts.corrected,
        )  # fmt: skip


class _RunView(Struct, frozen=True, kw_only=True):
    """The state of a job. `percent` is how much of it is done; `error` says why it failed.

    `has_file` is true while a file can be downloaded, until `expires_at`.
    """

    id: UUID
    format: TransferFormat
    state: TransferState
    started_by_id: UUID
    started_by: str
    filename: str
    size: int
    percent: int
    error: str | None
    has_file: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None


def _fields(transfer: Transfer, say: Say, *, has_file: bool) -> dict[str, object]:
    return {
        "id": transfer.id, "format": transfer.format, "state": transfer.state, "started_by_id": transfer.actor_id,
        "started_by": transfer.actor_name, "filename": transfer.filename, "size": transfer.size,
        "percent": 100 if transfer.state == "done" else transfer.done * 100 // max(transfer.total, 1),
        "error": None if transfer.error is None else say(Problem(transfer.error)), "has_file": has_file,
        "created_at": transfer.created_at, "started_at": transfer.started_at, "finished_at": transfer.finished_at,
        "expires_at": transfer.expires_at,
    }  # fmt: skip


class ImportView(_RunView, frozen=True, kw_only=True):
    """An import. `draft` is an uploaded file that waits for its start; `stopping` ends after the present batch.

    `has_file` is true while the refused lines can be downloaded, until `expires_at`.
    """

    counts: CountsView

    @classmethod
    def of(cls, transfer: Transfer, say: Say) -> Self:
        has_file = transfer.rejects_key is not None
        counts = CountsView.of(transfer.counts or Counts())
        return cls(**_fields(transfer, say, has_file=has_file), counts=counts)  # type: ignore[arg-type]  # named above


class ImportDetails(_RunView, frozen=True, kw_only=True):
    """An import with the first 100 lines that were refused, and the first 100 values that were adjusted."""

    counts: CountsView
    refused: list[LineView]
    adjusted: list[LineView]

    @classmethod
    def of(cls, transfer: Transfer, say: Say) -> Self:
        fields = _fields(transfer, say, has_file=transfer.rejects_key is not None)
        return cls(
            **fields, counts=CountsView.of(transfer.counts or Counts()),  # type: ignore[arg-type]  # named above
            refused=[LineView.of(each) for each in transfer.refused],
            adjusted=[LineView.of(each) for each in transfer.adjusted],
        )  # fmt: skip


class ExportView(_RunView, frozen=True, kw_only=True):
    """An export. `query` is what its tickets were searched by."""

    query: str | None

    @classmethod
    def of(cls, transfer: Transfer, say: Say) -> Self:
        fields = _fields(transfer, say, has_file=transfer.storage_key is not None)
        return cls(**fields, query=transfer.options.query)  # type: ignore[arg-type]  # named above


class PreviewTicketView(Struct, frozen=True, kw_only=True):
    """A ticket as the import would file it; `line` is where it begins. `requester` is an address."""

    line: int
    subject: str
    requester: str
    status: str | None
    priority: str | None
    created_at: datetime | None
    comments: int
    tags: list[str]

    @classmethod
    def of(cls, ticket: PreviewTicket) -> "PreviewTicketView":
        return cls(**{name: getattr(ticket, name) for name in ticket.__struct_fields__})


class ImportPreview(Struct, frozen=True, kw_only=True):
    """The beginning of the file as the import would read it: the first tickets, and the first refused lines.

    For CSV `columns` is the head, `rows` the first rows and `table` how it is read. `staff` are the addresses of those who
    become agents or more by it, unless they are members already. `tickets_read` is the number of tickets in what was read.
    """

    columns: list[str]
    rows: list[list[str]]
    table: TableSettings | None
    tickets: list[PreviewTicketView]
    refused: list[LineView]
    tickets_read: int
    staff: list[str]

    @classmethod
    def of(cls, preview: Preview) -> "ImportPreview":
        options = preview.options
        table = None
        if options is not None:
            table = TableSettings(**{name: getattr(options, name) for name in options.__struct_fields__})
        return cls(
            columns=preview.columns, rows=preview.rows, table=table,
            tickets=[PreviewTicketView.of(each) for each in preview.tickets],
            refused=[LineView.of(each) for each in preview.refused], tickets_read=preview.lines, staff=preview.staff,
        )  # fmt: skip
