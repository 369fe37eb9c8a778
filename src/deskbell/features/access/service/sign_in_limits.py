"""Limits on password guessing: after some failures an address, and its network origin, must wait.

An attempt occupies a slot, committed before the password is checked. Failures and occupied slots together never exceed
the free limit, so parallel guesses gain nothing; attempts beyond it wait for a slot. Only a failed attempt becomes a
failure. An attempt that never reports back, because its process was killed, becomes one after a minute. A success
clears its address but not its origin: an attacker with an account must not reset the origin's count.
"""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from deskbell.features.access.errors import TooManyFailures, TwoFactorRequired
from deskbell.features.access.queries import sign_in_limits
from deskbell.features.access.queries.sign_in_limits import Limits
from deskbell.kernel.access import step
from deskbell.kernel.origins import origin_of, read_address
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.faults import DATABASE_ERRORS

FREE_PER_ADDRESS: Final = 5
"""Failures within the window before the first wait."""
FREE_PER_ORIGIN: Final = 25
"""More than for an address: an office or a mobile network shares one origin."""
_WINDOW_SECONDS: Final = 15 * 60.0
"""The time without a failure after which the count restarts."""
FIRST_WAIT: Final = 15.0
"""Seconds; doubles with each further failure."""
_LONGEST_WAIT: Final = 15 * 60.0
_ABANDONED_SECONDS: Final = 60.0
_SLOT_SECONDS: Final = 10.0
"""The longest time to wait for a slot."""


@step("commands that check credentials")
@asynccontextmanager
async def counted_attempt(uow: UnitOfWork, email: str, ip: str | None) -> AsyncIterator[None]:
    """One attempt to verify a password: a failure if the block raises, unless it requests the second factor.

    Raises `TooManyFailures` while the address or the origin must wait. The unit must hold nothing uncommitted. A
    success is part of its transaction; a failure is committed separately, after a rollback.
    """
    address = f"address:{email}"
    origin = f"origin:{origin_of(ip)}" if ip is not None and _counts(ip) else None
    subjects = {address: FREE_PER_ADDRESS} | ({origin: FREE_PER_ORIGIN} if origin is not None else {})
    await _occupy_slots(uow, subjects)
    try:
        yield
        await uow.begin()
        await sign_in_limits.free_slots(uow.db, list(subjects), uow.now)
        await sign_in_limits.clear(uow.db, address)
    except BaseException as error:
        await _release_slots(uow, list(subjects), failed=not isinstance(error, TwoFactorRequired))
        raise


async def _occupy_slots(uow: UnitOfWork, subjects: dict[str, int]) -> None:
    waited = 0.0
    pause = 0.05
    while (full := await _first_full(uow, subjects)) is not None:
        subject, free = full
        seconds = await sign_in_limits.seconds_to_wait(uow.db, subject, uow.now, _limits(free))
        await uow.rollback()
        if seconds is not None or waited >= _SLOT_SECONDS:
            raise TooManyFailures(max(1, math.ceil(seconds or 0)))
        async with uow.without_connection():
            await asyncio.sleep(pause)
        waited += pause
        pause = min(pause * 2, 0.5)
    await uow.commit()


async def _first_full(uow: UnitOfWork, subjects: dict[str, int]) -> tuple[str, int] | None:
    """Occupies a slot of each subject in turn, up to the first without one; returns that one and its free limit."""
    await uow.begin()
    for subject, free in subjects.items():
        if not await sign_in_limits.occupy_slot(uow.db, subject, uow.now, _limits(free)):
            return subject, free
    return None


async def _release_slots(uow: UnitOfWork, subjects: list[str], *, failed: bool) -> None:
    if not uow.is_connected:
        return  # the slots become failures after a minute
    with contextlib.suppress(*DATABASE_ERRORS):  # in this case too
        await uow.rollback()
        await uow.begin()
        await sign_in_limits.free_slots(uow.db, subjects, uow.now, failures=int(failed))
        await uow.commit()


def _limits(free: int) -> Limits:
    return Limits(free, _WINDOW_SECONDS, FIRST_WAIT, _LONGEST_WAIT, _ABANDONED_SECONDS)


def _counts(ip: str) -> bool:
    """Whether failures from an origin are counted. Not from loopback: a proxy there hides its clients' addresses."""
    address = read_address(ip)
    return address is not None and not address.is_loopback
