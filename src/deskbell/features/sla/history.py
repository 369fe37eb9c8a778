"""The service-level clocks from a ticket's whole history:

for imports, for reports, and as a check on the stored ones.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from deskbell.kernel.sla_clock import (
    Policy,
    Reading,
    TicketClocks,
    answered,
    opened,
    read_ticket,
    status_changed,
)

_DONE = {"solved", "closed"}


class History(Struct, frozen=True, kw_only=True):
    """The history of one ticket that its clocks depend on.

    `status` and `priority` are those at creation; changes are times with the new value, in any order.
    """

    created_at: datetime
    status: str = "new"
    priority: str
    status_changes: tuple[tuple[datetime, str], ...] = ()
    priority_changes: tuple[tuple[datetime, str], ...] = ()
    first_responded_at: datetime | None = None


def replay(history: History, at: datetime) -> TicketClocks:
    """The clocks at a time, ignoring later changes. A change before the creation counts as at the creation."""
    clocks = opened(history.created_at, history.status)
    answer = history.first_responded_at
    if answer is not None and answer > at:
        answer = None
    for moment, status in _until(history.status_changes, at):
        if answer is not None and answer <= moment:
            clocks, answer = answered(clocks, answer), None
        clocks = status_changed(clocks, max(moment, history.created_at), status)
    return clocks if answer is None else answered(clocks, answer)


def measure(history: History, policies: Mapping[str, Policy], at: datetime) -> tuple[Reading, Reading]:
    """First response and resolution at a time.

    Each is measured by the policy of the ticket's priority at the time of the response or solution, or at `at` while
    that is still open: raising the priority of a solved ticket does not make its solution late.
    """
    clocks = replay(history, at)
    first, _ = read_ticket(clocks, policies[_priority(history, clocks.first_responded_at or at)], at)
    _, resolution = read_ticket(clocks, policies[_priority(history, _done_since(history, at) or at)], at)
    return first, resolution


def _until(changes: tuple[tuple[datetime, str], ...], at: datetime) -> list[tuple[datetime, str]]:
    return sorted((change for change in changes if change[0] <= at), key=lambda change: change[0])


def _priority(history: History, at: datetime) -> str:
    changes = _until(history.priority_changes, at)
    return changes[-1][1] if changes else history.priority


def _done_since(history: History, at: datetime) -> datetime | None:
    since = history.created_at if history.status in _DONE else None
    for moment, status in _until(history.status_changes, at):
        since = (since or moment) if status in _DONE else None
    return since
