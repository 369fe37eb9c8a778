"""A ticket's service level as it is stored with the ticket: targets, time used, deadlines, what was missed.

Each step takes the deadlines as they were and gives them as they are; nothing here reads a clock or a database. The
rules are those of `deskbell.kernel.sla_clock`. What is answered or solved is judged for good by the targets that held at
that moment; what is still to come is judged by those of the ticket's present priority.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.sla_clock import Clock, Policy, due_at, elapsed, on_status

Target = Literal["first_response", "resolution"]

WARNING_SHARE: Final = 0.8
"""A warning is due when this part of the time is used up."""
_DONE: Final = frozenset({"solved", "closed"})


class Alarm(Struct, frozen=True):
    """A moment that has come: `warning` or `breach` of a target that was, or would be, used up at `due_at`."""

    kind: Literal["warning", "breach"]
    target: Target
    due_at: datetime


class Deadlines(Struct, frozen=True, kw_only=True):
    """The stored state. `status` is the ticket's own; targets are in seconds of running time, None for no target.

    `used` and `running_since` are the ticket's clock; `first_response_used` is where it stood at the first response. A
    deadline is None while the clock stands still, except that an answered or solved ticket keeps the one it had.
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
        """Whether the clock stands still although the ticket is not done: it waits for somebody else."""
        return not self.running and self.status not in _DONE

    def target(self, name: Target) -> timedelta | None:
        """A target as a span of time."""
        seconds = self.first_response_seconds if name == "first_response" else self.resolution_seconds
        return None if seconds is None else timedelta(seconds=seconds)

    @property
    def next_at(self) -> datetime | None:
        """The next moment at which something is due, if nothing changes before."""
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
    """The deadlines of a ticket made at `at`; one that is made as solved has a clock that never ran."""
    clock = on_status(Clock(), at, status)
    fresh = Deadlines(
        status=status,
        first_response_seconds=policy.first_response_seconds,
        resolution_seconds=policy.resolution_seconds,
        used=clock.consumed,
        running_since=clock.running_since,
    )
    return _with_deadlines(fresh)


def settled(deadlines: Deadlines, at: datetime) -> Deadlines:
    """Marks every warning and breach whose moment had come by `at`; a breach bears the moment of its deadline."""
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


def moved(
    deadlines: Deadlines, at: datetime, status: str, *, answered: bool = False, policy: Policy | None = None
) -> Deadlines:
    """The deadlines after a change at `at`: the ticket is now in `status`; `answered` says that this is the first public
    reply by staff; `policy` gives the targets to hold from now on, where they may differ from those before.
    """
    now = settled(deadlines, at)
    reopened = now.status in _DONE and status not in _DONE
    if policy is not None:
        now = _retargeted(now, at, policy, frozen=now.status in _DONE and not reopened)
    if answered and now.first_response_used is None:
        now = replace(now, first_response_used=elapsed(now.clock, at))
    clock = on_status(now.clock, at, status)
    now = replace(now, status=status, used=clock.consumed, running_since=clock.running_since)
    if reopened:
        now = _judged_again(now, at, "resolution")
    return _with_deadlines(now)


def alarms_between(before: Deadlines, after: Deadlines) -> list[Alarm]:
    """What became due between two states: breaches, and warnings of targets that are not missed already."""
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
    """New targets, and what follows for that which is still to come; `frozen`: the solution has been judged."""
    now = replace(
        deadlines,
        first_response_seconds=policy.first_response_seconds,
        resolution_seconds=policy.resolution_seconds,
    )
    if now.first_response_used is None:
        now = _judged_again(now, at, "first_response")
    return _with_deadlines(now if frozen else _judged_again(now, at, "resolution"))


def _judged_again(deadlines: Deadlines, at: datetime, name: Target) -> Deadlines:
    """A mark stays while it still holds under the present target; one that comes to hold with the change bears its time."""
    target, used = deadlines.target(name), elapsed(deadlines.clock, at)
    breached, warned = getattr(deadlines, f"{name}_breached_at"), getattr(deadlines, f"{name}_warned_at")
    late = target is not None and used >= target
    near = target is not None and used >= target * WARNING_SHARE
    return replace(
        deadlines,
        **{f"{name}_breached_at": (breached or at) if late else None, f"{name}_warned_at": warned if near else None},
    )


def _with_deadlines(deadlines: Deadlines) -> Deadlines:
    """The deadlines that follow from the clock. Those of what is answered or solved stay as they were."""
    due: dict[str, datetime | None] = {}
    for name in _open_targets(deadlines):
        target = deadlines.target(name)
        if deadlines.running:
            due[f"{name}_due_at"] = None if target is None else due_at(deadlines.clock, target)
        elif deadlines.status not in _DONE:
            due[f"{name}_due_at"] = None
    return replace(deadlines, **due)
