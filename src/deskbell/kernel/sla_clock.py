"""The service-level clock: it runs while a ticket waits for staff (`new`, `open`) and stands still otherwise.

Two clocks start when a ticket is created. Both stand still while the ticket is `pending` or on `hold`, and while it is
`solved` or `closed`; reopening resumes them where they stood. The first-response clock ends for good with the first
public comment by staff. A change of priority changes the target, never the time already used.

A target is missed from the very moment at which it is used up: what happens exactly then is late. So a job that fires
at `due_at` finds the breach.

A clock is two values, fit for two columns of a row, and moving it step by step gives what the whole history gives.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.words import Priority

__all__ = [
    "DEFAULT_POLICIES",
    "RUNNING",
    "Clock",
    "Policy",
    "Reading",
    "TicketClocks",
    "answered",
    "due_at",
    "elapsed",
    "on_status",
    "opened",
    "read",
    "read_ticket",
    "status_changed",
]

RUNNING = frozenset({"new", "open"})
"""The states in which a ticket waits for staff."""

_ZERO = timedelta(0)


class Policy(Struct, frozen=True):
    """The targets of one priority, in seconds of running time; None means that there is none."""

    first_response_seconds: int | None
    resolution_seconds: int | None

    def __post_init__(self) -> None:
        """Raises `ValueError` for a target that is over before it begins."""
        if any(target is not None and target <= 0 for target in (self.first_response_seconds, self.resolution_seconds)):
            raise ValueError("a target must be at least one second")


DEFAULT_POLICIES: Mapping[str, Policy] = {
    Priority.URGENT: Policy(60 * 60, 8 * 3_600),
    Priority.HIGH: Policy(4 * 3_600, 24 * 3_600),
    Priority.NORMAL: Policy(8 * 3_600, 3 * 86_400),
    Priority.LOW: Policy(24 * 3_600, 7 * 86_400),
}
"""What holds where an organization has stored nothing: first response as api-design.md gives it, resolution our own."""


class Clock(Struct, frozen=True):
    """Time used so far, and since when the clock has been running on top of that; None while it stands still."""

    consumed: timedelta = _ZERO
    running_since: datetime | None = None


class Reading(Struct, frozen=True):
    """What one clock shows against its target."""

    elapsed: timedelta
    remaining: timedelta | None
    """Until the target; negative when it is missed; None without a target."""
    due_at: datetime | None
    """When the target is used up if nothing changes. None without a target and while the clock stands still."""
    breached: bool
    running: bool


class TicketClocks(Struct, frozen=True):
    """Both clocks of one ticket. Each step below takes one of these and gives the next."""

    first_response: Clock
    resolution: Clock
    first_responded_at: datetime | None = None


# -- one clock ---------------------------------------------------------------------------------------------------------


def elapsed(clock: Clock, at: datetime) -> timedelta:
    """Running time up to `at`.

    A moment before the clock's last step (clocks of machines differ) counts as that step.
    """
    if clock.running_since is None:
        return clock.consumed
    return clock.consumed + max(at - clock.running_since, _ZERO)


def on_status(clock: Clock, at: datetime, status: str) -> Clock:
    """The clock after the ticket has come into `status` at `at`. A step that changes nothing gives the same clock."""
    if (status in RUNNING) == (clock.running_since is not None):
        return clock
    if clock.running_since is None:
        return replace(clock, running_since=at)
    return Clock(consumed=elapsed(clock, at))


def due_at(clock: Clock, target: timedelta) -> datetime | None:
    """When the clock will have used up `target`, which may be in the past; None while it stands still.

    Give a part of the target for the moment of a warning.
    """
    return None if clock.running_since is None else clock.running_since + (target - clock.consumed)


def read(clock: Clock, target: timedelta | None, at: datetime) -> Reading:
    """What the clock shows at `at` against `target`."""
    used = elapsed(clock, at)
    return Reading(
        elapsed=used,
        remaining=None if target is None else target - used,
        due_at=None if target is None else due_at(clock, target),
        breached=target is not None and used >= target,
        running=clock.running_since is not None,
    )


# -- the two clocks of a ticket ----------------------------------------------------------------------------------------


def opened(at: datetime, status: str = "new") -> TicketClocks:
    """The clocks of a ticket that was created at `at`; one that is imported as solved has clocks that never ran."""
    clock = on_status(Clock(), at, status)
    return TicketClocks(first_response=clock, resolution=clock)


def status_changed(clocks: TicketClocks, at: datetime, status: str) -> TicketClocks:
    """The clocks after a change of status."""
    waiting = clocks.first_responded_at is None
    return TicketClocks(
        first_response=on_status(clocks.first_response, at, status) if waiting else clocks.first_response,
        resolution=on_status(clocks.resolution, at, status),
        first_responded_at=clocks.first_responded_at,
    )


def answered(clocks: TicketClocks, at: datetime) -> TicketClocks:
    """The clocks after a public comment by staff; only the first one counts."""
    if clocks.first_responded_at is not None:
        return clocks
    return replace(clocks, first_response=Clock(elapsed(clocks.first_response, at)), first_responded_at=at)


def read_ticket(clocks: TicketClocks, policy: Policy, at: datetime) -> tuple[Reading, Reading]:
    """First response and resolution at `at` under the policy of the ticket's priority."""
    targets = policy.first_response_seconds, policy.resolution_seconds
    first, resolution = (None if target is None else timedelta(seconds=target) for target in targets)
    return read(clocks.first_response, first, at), read(clocks.resolution, resolution, at)
