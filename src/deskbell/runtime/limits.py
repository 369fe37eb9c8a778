"""Rate limits: fixed windows, counted in the database, so that they apply across workers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct


class Limit(Struct, frozen=True):
    """A number of requests per window; `seconds` is its length."""

    requests: int
    seconds: int


class Tally(Struct, frozen=True):
    """A count that a request adds to; `subject` identifies the caller."""

    subject: str
    limit: Limit

    def window_ends(self, now: datetime) -> datetime:
        """The end of the current window. Windows begin at multiples of their length."""
        seconds = self.limit.seconds
        return datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)


class Standing(Struct, frozen=True):
    """The values of the rate limit headers. `reset` is in seconds since 1970; `exceeded` means that the request is refused."""

    limit: int
    remaining: int
    reset: int
    exceeded: bool

    def retry_after(self, now: datetime) -> int:
        """Whole seconds until the window ends."""
        return max(1, self.reset - int(now.timestamp()))


HOUR: Final = 3600
MINUTE: Final = 60
DEFAULT_LIMITS: Final[Mapping[str, Limit]] = {
    "user": Limit(1000, HOUR),
    "anonymous": Limit(100, HOUR),
    "platform_user": Limit(100, MINUTE),
    "platform_organization": Limit(1000, MINUTE),
    "web": Limit(600, MINUTE),
}
"""The documented limits: `user` and `anonymous` for v1, v2, routes and portals; `web` for the web app's session.

`platform_user` also applies to an address that calls platform without a token."""


class RateLimits(Struct, frozen=True):
    """The limits of a server by name; empty for no limits. `str` gives the text of the setting."""

    limits: Mapping[str, Limit]

    def __bool__(self) -> bool:
        return bool(self.limits)

    def __str__(self) -> str:
        parts = (
            f"{name}={limit.requests}/{'hour' if limit.seconds == HOUR else 'minute'}"
            for name, limit in self.limits.items()
        )
        return ",".join(parts) or "off"


def standing_of(tallies: Sequence[Tally], used: Sequence[int], now: datetime) -> Standing:
    """The tally closest to its limit, for the headers."""
    found = [
        Standing(
            tally.limit.requests,
            max(0, tally.limit.requests - count),
            int(tally.window_ends(now).timestamp()),
            count > tally.limit.requests,
        )
        for tally, count in zip(tallies, used, strict=True)
    ]
    return min(found, key=lambda standing: (not standing.exceeded, standing.remaining))
