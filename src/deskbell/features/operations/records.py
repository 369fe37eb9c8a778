"""Rows and results of operations."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.rules.undoing import RuleUndo
from deskbell.features.tickets.bulk_records import BulkOutcome, MovedMoments
from deskbell.features.tickets.records import TicketChanges

OperationKind = Literal["update", "delete", "macro", "change", "undo", "rule"]
"""`change` is one person's change of one ticket that woke rules; `rule` takes back what a rule did."""
OperationState = Literal["waiting", "running", "done"]
"""`waiting` and `running` are those of a job: nothing is done yet, or a part of it."""
MAX_TICKETS: Final = 100_000
"""The largest number of tickets of one operation."""


class Operation(Struct, frozen=True, kw_only=True):
    """A command on many tickets, or a change that woke rules.

    `scopes` are those of the API key that began it, `changes` what an update sets, `rule` the firings that are taken back.

    `done` tickets are finished, `refused` ones too.
    """

    id: UUID
    kind: OperationKind
    state: OperationState
    actor_id: UUID
    api_key_id: UUID | None
    scopes: list[str] | None
    changes: TicketChanges | None
    rule: RuleUndo | None = None
    undoes: UUID | None
    undone_by: UUID | None
    total: int
    done: int
    refused: int
    created_at: datetime
    finished_at: datetime | None


class OperationEvent(Struct, frozen=True, kw_only=True):
    """An event of an operation about a ticket."""

    id: int
    at: datetime
    type: str
    ticket_id: UUID
    actor_id: UUID | None
    rule_id: UUID | None


class OperationTicket(Struct, frozen=True, kw_only=True):
    """The result for a ticket of an operation. `code` says why it was refused; `kept` are fields that an undo left."""

    ticket_id: UUID
    number: int
    code: str | None
    kept: list[str]


class Moved(Struct, frozen=True):
    """A ticket of an operation, with the moments that it moved."""

    ticket_id: UUID
    moments: MovedMoments | None


class Outside(Struct, frozen=True):
    """Effects that no undo takes back: notifications of members, mails (of notifications, replies, rules and
    macros), and calls of webhooks.
    """

    notifications: int
    mails: int
    webhook_calls: int


class Details(Struct, frozen=True, kw_only=True):
    """An operation with the tickets that were refused or that an undo kept in part, and its effects outside."""

    operation: Operation
    notable: list[OperationTicket]
    outside: Outside


class Bulk(Struct, frozen=True, kw_only=True):
    """The answer to a command on many tickets: each outcome, or none yet for a job."""

    operation: Operation
    outcomes: list[BulkOutcome]
