"""A cancelled wait ends, also if the event is set at the same moment."""

import asyncio

import pytest

from deskbell.runtime.waiting import wait_at_most


async def test_it_ends_with_the_event_and_with_the_time() -> None:
    event = asyncio.Event()
    await wait_at_most(event, 0)
    event.set()
    await wait_at_most(event, 60)


@pytest.mark.parametrize("steps_later", range(6))
async def test_a_cancellation_is_not_lost_to_the_event(steps_later: int) -> None:
    event = asyncio.Event()

    async def work() -> None:
        while True:
            await wait_at_most(event, 60)
            event.clear()

    task = asyncio.create_task(work())
    for _ in range(10):  # it waits by then
        await asyncio.sleep(0)
    event.set()
    for _ in range(steps_later):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asyncio.shield(task), 30)
