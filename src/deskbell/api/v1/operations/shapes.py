"""v1: shapes of operations, and of commands on many tickets."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.shared.plain import OutcomeView
from deskbell.api.v1.tickets.shapes import UpdateTicket
from deskbell.features.operations.records import (
    MAX_TICKETS,
    Bulk,
    Details,
    Operation,
    OperationKind,
    OperationState,
    OperationTicket,
    Outside,
)
from deskbell.kernel.errors import Problem
from deskbell.runtime.messages import Say

TicketIds = Annotated[list[UUID], Meta(min_length=1, max_length=500)]
_Expected = Annotated[int, Meta(ge=0, le=MAX_TICKETS)]


class Selection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tickets by exactly one of `ticket_ids`, `query` (search syntax) and `view_id`.

    With a query or a view, `expected_count` is how many the caller saw: with another number nothing is changed.
    """

    ticket_ids: TicketIds | UnsetType = UNSET
    query: Annotated[str, Meta(max_length=1_000)] | UnsetType = UNSET
    view_id: UUID | UnsetType = UNSET
    expected_count: _Expected | UnsetType = UNSET


class BulkUpdate(Selection, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change to apply to several tickets: those in `ticket_ids`, or all of a `query` or of a view.

    With a query or a view, `expected_count` is how many the caller saw: with another number nothing is changed.
    """

    updates: UpdateTicket


class BulkDelete(Selection, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tickets to delete: those in `ticket_ids`, or all of a `query` or of a view.

    With a query or a view, `expected_count` is how many the caller saw: with another number nothing is deleted.
    """


class BulkResult(Struct, frozen=True, kw_only=True):
    """The result for each ticket, in the order of the request.

    For a query or a view `state` is `waiting` and there are no results yet: see `GET /operations/{operation_id}`.
    """

    operation_id: UUID
    state: OperationState
    total: int
    updated: int
    failed: int
    results: list[OutcomeView]

    @classmethod
    def of(cls, bulk: Bulk, say: Say) -> Self:
        done = sum(outcome.ok for outcome in bulk.outcomes)
        return cls(
            operation_id=bulk.operation.id, state=bulk.operation.state, total=bulk.operation.total, updated=done,
            failed=len(bulk.outcomes) - done, results=[OutcomeView.of(each, say) for each in bulk.outcomes],
        )  # fmt: skip


class BulkDeletion(Struct, frozen=True, kw_only=True):
    """The result for each ticket, in the order of the request. `deleted` equals `updated`.

    For a query or a view `state` is `waiting` and there are no results yet: see `GET /operations/{operation_id}`.
    """

    operation_id: UUID
    state: OperationState
    total: int
    deleted: int
    updated: int
    failed: int
    results: list[OutcomeView]

    @classmethod
    def of(cls, bulk: Bulk, say: Say) -> Self:
        result = BulkResult.of(bulk, say)
        return cls(
            operation_id=result.operation_id, state=result.state, total=result.total, deleted=result.updated,
            updated=result.updated, failed=result.failed, results=result.results,
        )  # fmt: skip


class OperationView(Struct, frozen=True, kw_only=True):
    """A command on many tickets, or a change of one that woke rules (`change`).

    `done` of `total` tickets are finished, `refused` ones among them.

    `fields` are those that an update sets. `undoes` is the operation that this one undoes, `undone_by` the one that undid it.
    """

    id: UUID
    kind: OperationKind
    state: OperationState
    actor_id: UUID
    fields: list[str]
    total: int
    done: int
    refused: int
    undoes: UUID | None
    undone_by: UUID | None
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, operation: Operation, **more: object) -> Self:
        changes = operation.changes
        fields = [] if changes is None else [n for n in changes.__struct_fields__ if getattr(changes, n) is not UNSET]
        return cls(
            id=operation.id, kind=operation.kind, state=operation.state, actor_id=operation.actor_id, fields=fields,
            total=operation.total, done=operation.done, refused=operation.refused, undoes=operation.undoes,
            undone_by=operation.undone_by, created_at=operation.created_at, finished_at=operation.finished_at, **more,
        )  # fmt: skip


class OperationTicketView(Struct, frozen=True):
    """A ticket that was refused (`code`, `message`), or of which an undo left the fields `kept` that were changed since."""

    ticket_id: UUID
    number: int
    code: str | None
    message: str | None
    kept: list[str]

    @classmethod
    def of(cls, ticket: OperationTicket, say: Say) -> "OperationTicketView":
        message = None if ticket.code is None else say(Problem(ticket.code))
        return cls(ticket.ticket_id, ticket.number, ticket.code, message, ticket.kept)


class OutsideView(Struct, frozen=True):
    """Effects that no undo takes back: notifications of members, those among them that were mailed, calls of webhooks."""

    notifications: int
    mails: int
    webhook_calls: int

    @classmethod
    def of(cls, outside: Outside) -> "OutsideView":
        return cls(outside.notifications, outside.mails, outside.webhook_calls)


class OperationDetails(OperationView, frozen=True, kw_only=True):
    """An operation with the first 100 tickets that were refused or kept in part, and its effects outside of Deskbell."""

    tickets: list[OperationTicketView]
    outside: OutsideView

    @classmethod
    def with_results(cls, details: Details, say: Say) -> "OperationDetails":
        tickets = [OperationTicketView.of(each, say) for each in details.notable]
        return cls.of(details.operation, tickets=tickets, outside=OutsideView.of(details.outside))
