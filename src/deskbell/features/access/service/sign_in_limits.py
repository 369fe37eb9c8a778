"""The brake on guessing passwords: the more failures, the longer the wait, for an address and for where they come from.

An attempt is counted, and that count made durable, before the password is looked at: guesses sent all at once are
counted as well as guesses sent one after another, and the refusal that follows cannot undo the counting. A sign-in that
succeeds clears its address and takes its own attempt back from its origin's count, no more: an attacker with an account
of their own must not be able to wipe the origin's slate clean.
"""

import math
from typing import Final

from msgspec import Struct

from deskbell.features.access.errors import TooManyFailures
from deskbell.features.access.queries import sign_in_limits
from deskbell.kernel.origins import origin_of, read_address
from deskbell.runtime.database import UnitOfWork

FREE_PER_ADDRESS: Final = 5
"""Failures within the window before the first wait."""
FREE_PER_ORIGIN: Final = 25
"""More than for an address: an office or a mobile network shares one origin."""
_WINDOW_SECONDS: Final = 15 * 60.0
"""After so long without a failure the count begins anew."""
FIRST_WAIT: Final = 15.0
"""Seconds; doubles with each further failure."""
_LONGEST_WAIT: Final = 15 * 60.0


class Attempt(Struct, frozen=True):
    """An attempt under way, counted as failed until it succeeds."""

    address: str
    origin: str | None


async def begin_attempt(uow: UnitOfWork, email: str, ip: str | None) -> Attempt:
    """Counts an attempt and commits the count. Raises `TooManyFailures` while the address or the origin must wait.

    The unit must hold nothing uncommitted of anybody's.
    """
    attempt = Attempt(f"address:{email}", f"origin:{origin_of(ip)}" if ip is not None and _counts(ip) else None)
    await _count(uow, attempt.address, FREE_PER_ADDRESS)
    if attempt.origin is not None:
        await _count(uow, attempt.origin, FREE_PER_ORIGIN)
    await uow.commit()
    return attempt


async def succeed(uow: UnitOfWork, attempt: Attempt) -> None:
    """The attempt was right."""
    await sign_in_limits.clear(uow.db, attempt.address)
    if attempt.origin is not None:
        await sign_in_limits.take_back(uow.db, attempt.origin)


async def take_back(uow: UnitOfWork, attempt: Attempt) -> None:
    """The attempt was neither right nor wrong: it counts for nothing, and earlier failures stay counted."""
    await sign_in_limits.take_back(uow.db, attempt.address)
    if attempt.origin is not None:
        await sign_in_limits.take_back(uow.db, attempt.origin)


async def _count(uow: UnitOfWork, subject: str, free: int) -> None:
    await uow.begin()
    counted = await sign_in_limits.count_attempt(
        uow.db, subject, uow.now, free=free, window_seconds=_WINDOW_SECONDS, first_wait=FIRST_WAIT,
        longest_wait=_LONGEST_WAIT,
    )  # fmt: skip
    if not counted:
        seconds = await sign_in_limits.seconds_to_wait(
            uow.db, subject, uow.now, free=free, first_wait=FIRST_WAIT, longest_wait=_LONGEST_WAIT
        )
        raise TooManyFailures(max(1, math.ceil(seconds)))


def _counts(ip: str) -> bool:
    """Whether failures from an origin are counted: the machine itself is not one, for a proxy there is everybody."""
    address = read_address(ip)
    return address is not None and not address.is_loopback
