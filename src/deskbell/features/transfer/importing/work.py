"""State that the steps of one transaction share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, field

from deskbell.features.transfer.format.adjustments import Adjustment
from deskbell.features.transfer.format.reading import LineProblem
from deskbell.features.transfer.importing.ahead import NOTHING_AHEAD
from deskbell.features.transfer.importing.building import event_row
from deskbell.features.transfer.importing.queries import adding
from deskbell.features.transfer.importing.queries.words import Documents
from deskbell.features.transfer.importing.rows import EventRow
from deskbell.features.transfer.importing.staging import Staging
from deskbell.features.transfer.importing.summary import Counts
from deskbell.kernel.events import DomainEvent
from deskbell.runtime.sql import Db
from deskbell.runtime.storage import Storage


class Work(Struct, kw_only=True):
    """One transaction of an import.

    `counts` and `problems` apply after its commit; `stored_keys` are deleted after a rollback. All transactions of an import
    have the same `operation_id`. `complete` is True for lines of an export: an absent value is not derived. `documents` are
    search documents that exist already, by the numbers of their lines.
    """

    db: Db
    organization_id: UUID
    operation_id: UUID
    now: datetime
    complete: bool
    staging: Staging
    storage: Storage | None
    documents: Mapping[int, Documents] = NOTHING_AHEAD
    counts: Counts = field(default_factory=Counts)
    problems: list[LineProblem] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    stored_keys: list[str] = field(default_factory=list)

    def add_event(self, event: DomainEvent, at: datetime) -> None:
        """Adds an event with the actor Deskbell."""
        self.events.append(event_row(event, None, at))

    def add_events(self, events: Sequence[EventRow]) -> None:
        """Adds events from a ticket's history."""
        self.events.extend(events)

    async def write_events(self) -> None:
        """Writes the collected events to the journal."""
        if self.events:
            await adding.add_events(self.db, self.organization_id, self.events, self.operation_id)
            self.events = []
