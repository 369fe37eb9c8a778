"""Waiting for an event with a timeout that never loses a cancellation."""

import asyncio
import contextlib


async def wait_at_most(event: asyncio.Event, seconds: float) -> None:
    """Waits until the event is set, for `seconds` at most.

    `asyncio.wait_for` before Python 3.12 loses a cancellation that arrives as the event is set, so a worker would not stop.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
