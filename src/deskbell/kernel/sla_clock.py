"""The service-level clock: it runs while a ticket waits for staff (`new`, `open`) and is paused otherwise.

Two clocks start when a ticket is created. Both are paused while the ticket is `pending`, on `hold`, `solved` or `closed`;
reopening resumes them. The first-response clock stops for good with the first public comment by staff. A change of
priority changes the target, never the time already used.

A target is breached as soon as the time used equals it, so a job that runs at `due_at` finds the breach.

A clock is two values, stored in two columns. Applying each change to it gives the same result as replaying the history.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.words import Priority

RUNNING = frozenset({"new", "open"})
"""The statuses in which a ticket waits for staff."""

_ZERO = timedelta(0)


class Policy(Struct, frozen=True):
    """The targets of one priority, in seconds of running time; None for no target."""

    first_response_seconds: int | None
    resolution_seconds: int | None

    def __post_init__(self) -> None:
        """Raises `ValueError` for a target that is not positive."""
        if any(target is not None and target <= 0 for target in (self.first_response_seconds, self.resolution_seconds)):
            raise ValueError("a target must be at least one second")


DEFAULT_POLICIES: Mapping[str, Policy] = {
    Priority.URGENT: Policy(60 * 60, 8 * 3_600),
    Priority.HIGH: Policy(4 * 3_600, 24 * 3_600),
    Priority.NORMAL: Policy(8 * 3_600, 3 * 86_400),
    Priority.LOW: Policy(24 * 3_600, 7 * 86_400),
}
"""The targets of an organization that has stored none: first response as api-design.md gives it, resolution our own."""


class Clock(Struct, frozen=True):
    """The time used up to the last change, and the start of the current run; None while the clock is paused."""

    consumed: timedelta = _ZERO
    running_since: datetime | None = None


class Reading(Struct, frozen=True):
    """A clock's state against its target."""

    elapsed: timedelta
    remaining: timedelta | None
    """Time left until the target; negative after a breach; None without a target."""
    due_at: datetime | None
    """The time of the breach if nothing changes. None without a target and while the clock is paused."""
    breached: bool
    running: bool


class TicketClocks(Struct, frozen=True):
    """Both clocks of one ticket."""

    first_response: Clock
    resolution: Clock
    first_responded_at: datetime | None = None


# -- one clock ---------------------------------------------------------------------------------------------------------


def elapsed(clock: Clock, at: datetime) -> timedelta:
    """The running time up to `at`.

    An `at` before the start of the current run counts as that start: the clocks of machines differ.
    """
    if clock.running_since is None:
        return clock.consumed
    return clock.consumed + max(at - clock.running_since, _ZERO)


def on_status(clock: Clock, at: datetime, status: str) -> Clock:
    """The clock after the ticket's status became `status` at `at`; unchanged if it neither starts nor pauses."""
    if (status in RUNNING) == (clock.running_since is not None):
        return clock
    if clock.running_since is None:
        return replace(clock, running_since=at)
    return Clock(consumed=elapsed(clock, at))


def due_at(clock: Clock, target: timedelta) -> datetime | None:
    """The time at which the clock reaches `target`, which may be in the past; None while it is paused.

    For the time of a warning pass a part of the target.
    """
    return None if clock.running_since is None else clock.running_since + (target - clock.consumed)


def read(clock: Clock, target: timedelta | None, at: datetime) -> Reading:
    """The clock's state at `at` against `target`."""
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
    """The clocks of a ticket created at `at`. For one imported as solved they have never run."""
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
    """The states of first response and resolution at `at` under the policy of the ticket's priority."""
    targets = policy.first_response_seconds, policy.resolution_seconds
    first, resolution = (None if target is None else timedelta(seconds=target) for target in targets)
    return read(clocks.first_response, first, at), read(clocks.resolution, resolution, at)
