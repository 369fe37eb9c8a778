"""The moments that an operation moved on a ticket, from the journal, for one that did not keep them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.tickets.bulk_records import Moments, MovedMoments
from deskbell.features.tickets.events import TicketAssigned, TicketCreated, TicketSnoozed, TicketUpdated, TicketWoke
from deskbell.features.tickets.queries.past import PastEvent
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.writes import ticket_before
from deskbell.kernel.access import step
from deskbell.kernel.words import DONE

_BY_STATUS: Final = frozenset(
    {"status_since", "solved_at", "closed_at", "reopen_count", "waiting_since", "snoozed_until"}
)


@step("the undo of an operation, which authorises its actor")
def moved_between(ticket: Ticket, events: Sequence[PastEvent], operation_id: UUID) -> MovedMoments | None:
    """The moments before an operation and as it left them; None if it could move none.

    `events` are all of the ticket. A moment that was moved since the operation counts as not moved by it, and so does
    `waiting_since` where there were words, in the operation or since: they stay.
    """
    ordered = sorted(events, key=lambda each: (not each.imported, each.id))
    own = [i for i, each in enumerate(ordered) if each.operation_id == operation_id and not each.imported]
    if not own:
        return None
    # A ticket that was filed in the operation is compared with itself as it was filed, before any rule.
    start = next((i + 1 for i in own if isinstance(ordered[i].event, TicketCreated)), own[0])
    before, within, after = ordered[:start], ordered[start : own[-1] + 1], ordered[own[-1] + 1 :]
    if not within:
        return None
    now = Moments.of(ticket)
    was = _moments_before(ticket, ordered, before, within[0].id, [*within, *after])
    moved, moved_since = _moved_by(within), _moved_by(after)
    if any(each.wrote is not None for each in (*within, *after)):
        moved.discard("waiting_since")
    stays = [name for name in now.__struct_fields__ if name not in moved or name in moved_since]
    was = replace(was, **{name: getattr(now, name) for name in stays})
    return MovedMoments(was, now) if moved else None


def _moments_before(
    ticket: Ticket, ordered: Sequence[PastEvent], before: Sequence[PastEvent], event_id: int, later: Sequence[PastEvent]
) -> Moments:
    past = ticket_before(ticket, ordered, event_id)
    folded = _Fold(waiting_since=ticket.waiting_since, snoozed_until=ticket.snoozed_until)
    for each in before:
        folded.take(each)
    reopened = _Fold()
    for each in later:
        reopened.take(each)
    return Moments(
        reopen_count=max(0, ticket.reopen_count - reopened.reopen_count), solved_at=past.solved_at, closed_at=past.closed_at,
        waiting_since=folded.waiting_since, status_since=past.status_since or ticket.created_at,
        assigned_since=None if past.assignee is None else past.assigned_since or ticket.created_at,
        snoozed_until=folded.snoozed_until,
    )  # fmt: skip


class _Fold(Struct):
    """Moments that follow from the events of a ticket, one after the other."""

    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    reopen_count: int = 0
    snoozed_in: str | None = None

    def take(self, each: PastEvent) -> None:
        event = each.event
        if isinstance(event, TicketCreated):
            self.waiting_since = None if event.status in DONE else each.at
            self.snoozed_until = None
        elif isinstance(event, TicketSnoozed):
            self.snoozed_until, self.snoozed_in = event.until, each.unit
        elif isinstance(event, TicketUpdated) and "status" in event.changes:
            change = event.changes["status"]
            self.snoozed_until = self.snoozed_until if self.snoozed_in == each.unit else None
            if change.now in DONE:
                self.waiting_since = None
            elif change.was in DONE:
                self.waiting_since, self.reopen_count = each.at, self.reopen_count + 1
        if each.wrote is not None:
            self.waiting_since = None if each.wrote == "staff" else self.waiting_since or each.at


def _moved_by(events: Sequence[PastEvent]) -> set[str]:
    """The names of the moments that events, other than words, can move."""
    found: set[str] = set()
    for each in events:
        if isinstance(each.event, TicketUpdated) and "status" in each.event.changes:
            found |= _BY_STATUS
        elif isinstance(each.event, TicketAssigned) and "assignee_id" in each.event.changes:
            found.add("assigned_since")
        elif isinstance(each.event, TicketSnoozed | TicketWoke):
            found.add("snoozed_until")
    return found
