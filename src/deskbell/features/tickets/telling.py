"""What a ticket's history tells its readers: staff all of it, a customer what concerns them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from deskbell.features.tickets.events import TicketAssigned, TicketUpdated
from deskbell.features.tickets.queries.history import FOR_CUSTOMERS, HistoryEntry
from deskbell.kernel.events import Change

__all__ = ["Step", "steps_for"]


class Step(Struct, frozen=True, kw_only=True):
    """One step in words: what happened (`created`, `status_changed`, `assigned`, `comment_added` …), and the values."""

    id: int
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    action: str
    changes: dict[str, Any]


def steps_for(entries: list[HistoryEntry], *, staff: bool) -> list[Step]:
    """The steps that the reader may see; one of which nothing concerns a customer is left out for them."""
    told = (_step(entry, staff=staff) for entry in entries)
    return [step for step in told if step is not None]


def _step(entry: HistoryEntry, *, staff: bool) -> Step | None:
    changes = _changes(entry)
    if not staff and isinstance(entry.event, TicketUpdated | TicketAssigned):
        changes = {name: change for name, change in changes.items() if name in FOR_CUSTOMERS}
        if not changes:
            return None
    if not staff:
        changes.pop("group_id", None)  # a group's name may say what customers need not know
    return Step(
        id=entry.id, at=entry.at, actor_id=entry.actor_id, actor_name=entry.actor_name, action=_action(entry),
        changes=changes,
    )  # fmt: skip


def _action(entry: HistoryEntry) -> str:
    event = entry.event
    if isinstance(event, TicketUpdated) and len(event.changes.keys() - {"reason"}) == 1:
        field = next(iter(event.changes.keys() - {"reason"}))
        return f"{field.removesuffix('_id')}_changed"
    noun, _, verb = event.type.partition(".")
    return verb if noun == "ticket" else f"{noun}_{verb}"


def _changes(entry: HistoryEntry) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(entry.event)
    told.pop("ticket_id", None)
    named: dict[str, Change] | None = told.pop("changes", None)
    return dict(named) if named is not None else told
