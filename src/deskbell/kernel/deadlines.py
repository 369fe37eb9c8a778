"""A ticket's service level as stored with the ticket: targets, time used, deadlines, warnings and breaches.

Pure functions from one state to the next, after the rules of `deskbell.kernel.sla_clock`. A first response or a solution
is judged by the targets of its own moment and never again. A target that is still open is judged by the ticket's current
priority.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.sla_clock import Clock, Policy, due_at, elapsed, on_status

Target = Literal["first_response", "resolution"]

WARNING_SHARE: Final = 0.8
"""A warning is due when this share of a target is used up."""
_DONE: Final = frozenset({"solved", "closed"})


class Alarm(Struct, frozen=True):
    """A `warning` or `breach` of a target whose deadline is `due_at`."""

    kind: Literal["warning", "breach"]
    target: Target
    due_at: datetime


class Deadlines(Struct, frozen=True, kw_only=True):
    """The stored state. `status` is the ticket's status; targets are in seconds of running time, None for no target.

    `used` and `running_since` are the ticket's clock; `first_response_used` is its reading at the first response. A
    deadline is None while the clock is paused; an answered or solved ticket keeps its last one.
    """

    used: timedelta
    status: str
    first_response_seconds: int | None
    resolution_seconds: int | None
    running_since: datetime | None
    first_response_used: timedelta | None = None
    first_response_due_at: datetime | None = None
    resolution_due_at: datetime | None = None
    first_response_warned_at: datetime | None = None
    resolution_warned_at: datetime | None = None
    first_response_breached_at: datetime | None = None
    resolution_breached_at: datetime | None = None

    @property
    def clock(self) -> Clock:
        """Time used while waiting for staff."""
        return Clock(self.used, self.running_since)

    @property
    def running(self) -> bool:
        """Whether the ticket waits for staff."""
        return self.running_since is not None

    @property
    def paused(self) -> bool:
        """Whether the clock is paused although the ticket is not done: it waits for the customer or a third party."""
        return not self.running and self.status not in _DONE

    def target(self, name: Target) -> timedelta | None:
        """A target; None if the ticket's policy has none."""
        seconds = self.first_response_seconds if name == "first_response" else self.resolution_seconds
        return None if seconds is None else timedelta(seconds=seconds)

    @property
    def next_due_at(self) -> datetime | None:
        """The first deadline of the targets that are still open; the column of this name says the same."""
        if self.status in _DONE:
            return None
        dues = [due for name in _open_targets(self) if (due := getattr(self, f"{name}_due_at")) is not None]
        return min(dues, default=None)

    @property
    def next_at(self) -> datetime | None:
        """The time of the next warning or breach if nothing changes before."""
        return min(self._moments(), default=None)

    def _moments(self) -> Iterable[datetime]:
        for name in _open_targets(self):
            target = self.target(name)
            if target is None or getattr(self, f"{name}_breached_at") is not None:
                continue
            share = 1.0 if getattr(self, f"{name}_warned_at") is not None else WARNING_SHARE
            moment = due_at(self.clock, target * share)
            if moment is not None:
                yield moment


def opened(at: datetime, status: str, policy: Policy) -> Deadlines:
    """The deadlines of a ticket created at `at`. For one created as solved the clock has never run."""
    clock = on_status(Clock(), at, status)
    fresh = Deadlines(
        status=status,
        first_response_seconds=policy.first_response_seconds,
        resolution_seconds=policy.resolution_seconds,
        used=clock.consumed,
        running_since=clock.running_since,
    )
    return _with_deadlines(fresh)


def marked_due(deadlines: Deadlines, at: datetime) -> Deadlines:
    """Marks every warning and breach that was due by `at`. A mark holds the time at which it became due, not `at`."""
    marks: dict[str, datetime] = {}
    for name in _open_targets(deadlines):
        target = deadlines.target(name)
        if target is None or not deadlines.running or getattr(deadlines, f"{name}_breached_at") is not None:
            continue
        warning, breach = due_at(deadlines.clock, target * WARNING_SHARE), due_at(deadlines.clock, target)
        if breach is not None and breach <= at:
            marks[f"{name}_breached_at"] = breach
        if warning is not None and warning <= at and getattr(deadlines, f"{name}_warned_at") is None:
            marks[f"{name}_warned_at"] = warning
    return replace(deadlines, **marks) if marks else deadlines


def advanced(
    deadlines: Deadlines, at: datetime, status: str, *, answered: bool = False, policy: Policy | None = None
) -> Deadlines:
    """The deadlines after a change at `at`.

    `status` is the ticket's new status. `answered` marks a public reply by staff; only the first one counts. `policy`
    holds the targets from now on, None for no change.
    """
    now = marked_due(deadlines, at)
    reopened = now.status in _DONE and status not in _DONE
    if policy is not None:
        now = _retargeted(now, at, policy, frozen=now.status in _DONE and not reopened)
    if answered and now.first_response_used is None:
        now = replace(now, first_response_used=elapsed(now.clock, at))
    clock = on_status(now.clock, at, status)
    now = replace(now, status=status, used=clock.consumed, running_since=clock.running_since)
    if reopened:
        now = _remarked(now, at, "resolution")
    return _with_deadlines(now)


def alarms_between(before: Deadlines, after: Deadlines) -> list[Alarm]:
    """The breaches that are new in `after`, and its new warnings of targets that are not breached."""
    found = []
    for name in _NAMES:
        breached = getattr(after, f"{name}_breached_at")
        if breached is not None:
            if breached != getattr(before, f"{name}_breached_at"):
                found.append(Alarm("breach", name, breached))
        elif (warned := getattr(after, f"{name}_warned_at")) is not None:
            due = getattr(after, f"{name}_due_at")
            if warned != getattr(before, f"{name}_warned_at") and due is not None:
                found.append(Alarm("warning", name, due))
    return found


_NAMES: Final[tuple[Target, ...]] = ("first_response", "resolution")


def _open_targets(deadlines: Deadlines) -> tuple[Target, ...]:
    return _NAMES if deadlines.first_response_used is None else ("resolution",)


def _retargeted(deadlines: Deadlines, at: datetime, policy: Policy, *, frozen: bool) -> Deadlines:
    """Applies new targets to all that is open. With `frozen` the ticket is solved and its resolution is final."""
    now = replace(
        deadlines,
        first_response_seconds=policy.first_response_seconds,
        resolution_seconds=policy.resolution_seconds,
    )
    if now.first_response_used is None:
        now = _remarked(now, at, "first_response")
    return _with_deadlines(now if frozen else _remarked(now, at, "resolution"))


def _remarked(deadlines: Deadlines, at: datetime, name: Target) -> Deadlines:
    """Recomputes the marks of a target after it changed. A mark that still applies stays; a new breach gets `at`."""
    target, used = deadlines.target(name), elapsed(deadlines.clock, at)
    breached, warned = getattr(deadlines, f"{name}_breached_at"), getattr(deadlines, f"{name}_warned_at")
    late = target is not None and used >= target
    near = target is not None and used >= target * WARNING_SHARE
    return replace(
        deadlines,
        **{f"{name}_breached_at": (breached or at) if late else None, f"{name}_warned_at": warned if near else None},
    )


def _with_deadlines(deadlines: Deadlines) -> Deadlines:
    """Recomputes both deadlines from the clock. Those of an answered or solved ticket do not change."""
    due: dict[str, datetime | None] = {}
    for name in _open_targets(deadlines):
        target = deadlines.target(name)
        if deadlines.running:
            due[f"{name}_due_at"] = None if target is None else due_at(deadlines.clock, target)
        elif deadlines.status not in _DONE:
            due[f"{name}_due_at"] = None
    return replace(deadlines, **due)
