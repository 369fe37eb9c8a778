"""What the steps of one batch share: a transaction, what it has done, and what it will add to the journal."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, field

from deskbell.features.transfer.queries import adding
from deskbell.features.transfer.reading import LineProblem
from deskbell.features.transfer.records import Counts, EventRow
from deskbell.features.transfer.rows import event_row
from deskbell.features.transfer.staging import Staging
from deskbell.kernel.events import DomainEvent
from deskbell.runtime.sql import Db
from deskbell.runtime.storage import Storage

__all__ = ["Work"]


class Work(Struct, kw_only=True):
    """One transaction's work. `counts` and `problems` hold only if it commits; `stored_keys` must go if it does not.

    `complete` says that the lines come from an export: what is absent in them is not there, and not unknown.
    """

    db: Db
    organization_id: UUID
    now: datetime
    complete: bool
    staging: Staging
    storage: Storage | None
    counts: Counts = field(default_factory=Counts)
    problems: list[LineProblem] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    stored_keys: list[str] = field(default_factory=list)

    def tell(self, event: DomainEvent, at: datetime) -> None:
        """Adds what Deskbell itself did to the history."""
        self.events.append(event_row(event, None, at))

    def tell_all(self, events: Sequence[EventRow]) -> None:
        """Adds steps that others made to the history."""
        self.events.extend(events)

    async def write_events(self) -> None:
        """Puts the gathered history into the journal."""
        if self.events:
            await adding.add_events(self.db, self.organization_id, self.events)
            self.events = []
