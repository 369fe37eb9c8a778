"""Waiting for an event with a bound, such that being told to stop is never missed."""

import asyncio
import contextlib


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set, or so long.

    Not `asyncio.wait_for`: before Python 3.12 it swallows a cancellation that comes in the moment in which the event is set,
    and a worker that was told to stop would go on.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
