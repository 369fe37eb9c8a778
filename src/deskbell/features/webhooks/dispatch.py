"""Sends due deliveries: many receivers concurrently, none slowed down by another.

A delivery is claimed by moving its next attempt to the end of a lease, in a short transaction of its own; the request is
made without a connection to the database; the result is written in a second transaction. A worker that dies in between
leaves a delivery that comes due again when the lease ends: at least once, never lost.

Receivers whose last attempt failed or took long share the slow lane. However many of them hang, the quick lane's places
stay with those who answer.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final, Literal
from uuid import UUID

import structlog
from msgspec import Struct

from deskbell import __version__
from deskbell.features.webhooks import signing
from deskbell.features.webhooks.calls import CALLING, note_delivery
from deskbell.features.webhooks.events import WebhookDisabled
from deskbell.features.webhooks.queries import deliveries as queries
from deskbell.features.webhooks.queries import registrations
from deskbell.features.webhooks.records import TEST_TYPE, Attempt, DueDelivery
from deskbell.features.webhooks.schedule import next_attempt
from deskbell.features.webhooks.sending import Answer, Sender, Unreachable
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.faults import DATABASE_ERRORS

__all__ = ["FAILING_LASTS", "LEASE", "ORDER_LASTS", "QUICK", "SLOW", "Dispatcher", "Lane"]

LEASE: Final = timedelta(seconds=20)
"""When an attempt without a result is taken for lost: twice as long as one may take."""
ORDER_LASTS: Final = timedelta(minutes=5)
"""The longest wait of a delivery for earlier ones about its ticket."""
FAILING_LASTS: Final = timedelta(days=3)
"""The time without a successful attempt after which a webhook is disabled."""
_QUICK_SECONDS: Final = 1.0
_MAX_CONCURRENT_NOTES: Final = (
    4  # when many time out in the same moment, claims must not queue behind them for a connection
)

_log: Final = structlog.get_logger("deskbell.webhooks")


class Lane(Struct, frozen=True):
    """The most concurrent attempts of one worker: in total, and to one webhook."""

    slow: bool
    places: int
    per_webhook: int


QUICK: Final = Lane(slow=False, places=96, per_webhook=8)
SLOW: Final = Lane(slow=True, places=64, per_webhook=2)


class Dispatcher:
    """One worker's attempts. `finished` is called after each, since it may have made another delivery due."""

    def __init__(self, database: Database, sender: Sender, *, rng: Random | None = None) -> None:
        self._database = database
        self._sender = sender
        self._rng = rng or Random()  # noqa: S311 - jitter, not a secret
        self._under_way: dict[asyncio.Task[None], tuple[Lane, UUID]] = {}
        self._noting = asyncio.Semaphore(_MAX_CONCURRENT_NOTES)
        self.finished: Callable[[], None] = lambda: None

    async def start_due(self, now: datetime | None = None) -> int:
        """Begins an attempt for each delivery that is due and has a place; says how many."""
        started = 0
        async with self._database.unit(None) as uow:
            claimed = [(lane, await self._claim(uow, lane, now or utc_now())) for lane in (QUICK, SLOW)]
        for lane, due_deliveries in claimed:
            for due in due_deliveries:
                self._start(lane, due)
            started += len(due_deliveries)
        return started

    async def drain(self) -> None:
        """Waits until no attempt is under way."""
        while self._under_way:
            await asyncio.wait(list(self._under_way))

    async def stop(self) -> None:
        """Breaks off what is under way; it is tried again when the leases end."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _claim(self, uow: UnitOfWork, lane: Lane, now: datetime) -> list[DueDelivery]:
        busy = [webhook_id for its_lane, webhook_id in self._under_way.values() if its_lane is lane]
        if len(busy) >= lane.places:
            return []
        return await queries.claim(
            uow.db, now, now + LEASE, now - ORDER_LASTS, slow_lane=lane.slow, limit=lane.places - len(busy),
            per_webhook=lane.per_webhook, under_way=busy,
        )  # fmt: skip

    def _start(self, lane: Lane, due: DueDelivery) -> None:
        task = asyncio.create_task(self._attempt(due))
        self._under_way[task] = (lane, due.webhook_id)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a webhook attempt failed by a fault of ours; it is made again", exc_info=error)
        self.finished()

    async def _attempt(self, due: DueDelivery) -> None:
        attempt = await make_attempt(self._sender, due)
        try:
            async with self._noting, self._database.unit(Actor.system(due.organization_id)) as uow:
                await note(uow, due, attempt, self._rng)
        except DATABASE_ERRORS:
            _log.warning("a webhook attempt's result was lost; it is made again", delivery_id=str(due.id))


async def make_attempt(sender: Sender, due: DueDelivery) -> Attempt:
    """Sends one delivery once. Whatever becomes of it, what is known of it is returned."""
    at, began = utc_now(), time.monotonic()
    body = due.body.encode()
    signature = signing.headers(due.secrets, webhook_id=f"msg_{due.id.hex}", at=at, body=body)
    headers = {"content-type": "application/json", "user-agent": f"Deskbell/{__version__}", **signature}
    answer: Answer | None = None
    error: str | None
    try:
        answer = await sender.post(due.url, headers, body)
        error = None if 200 <= answer.status < 300 else f"It answered {answer.status}"
    except Unreachable as unreachable:
        error = str(unreachable)
    return Attempt(
        number=due.attempts,
        at=at,
        milliseconds=round((time.monotonic() - began) * 1000),
        # Readers of the log must not be able to repeat the call.
        request_headers=headers | {"webhook-signature": " ".join(["v1,***"] * len(due.secrets))},
        status=answer.status if answer else None,
        response_headers=answer.headers if answer else {},
        response_excerpt=answer.excerpt if answer else "",
        error=error,
    )


@step("the dispatcher of webhooks")
async def note(uow: UnitOfWork, due: DueDelivery, attempt: Attempt, rng: Random) -> None:
    """Writes an attempt down and decides what follows: done, another attempt, or none any more."""
    wait = None if attempt.status == 410 or due.type == TEST_TYPE else next_attempt(due.tries, rng)
    failed = attempt.error is not None
    failing_since = await queries.note(
        uow.db,
        due,
        attempt,
        state="delivered" if not failed else "failed" if wait is None else "pending",
        next_attempt_at=uow.now + wait if failed and wait is not None else None,
        slow=failed or attempt.milliseconds > _QUICK_SECONDS * 1000,
        now=uow.now,
    )
    is_again = due.attempts > due.tries  # it was asked for after it had ended
    if due.type in CALLING and (wait is None if failed else is_again):
        await note_delivery(uow, await queries.event_of(uow.db, due.id), due.webhook_id, failed=failed)
    if failing_since is not None:
        await _release(uow, due, attempt, failing_since, exhausted=wait is None)


async def _release(
    uow: UnitOfWork, due: DueDelivery, attempt: Attempt, failing_since: datetime, *, exhausted: bool
) -> None:
    """Switches a webhook off whose receiver is gone, or to which nothing has come through for too long.

    That is three days, or all the attempts of one delivery. A receiver that takes other deliveries meanwhile stays on,
    and so does one that merely fails a test call.
    """
    gone = attempt.status == 410
    lasting = uow.now - failing_since > FAILING_LASTS
    if exhausted and not gone and due.type != TEST_TYPE:
        first = await queries.first_tried_at(uow.db, due.id, due.attempts - due.tries + 1)
        lasting = lasting or failing_since <= first
    if not gone and not lasting:
        return
    reason: Literal["gone", "failing"] = "gone" if gone else "failing"
    if await registrations.disable(uow.db, due.webhook_id, reason, uow.now):
        error = attempt.error or ""
        uow.record(WebhookDisabled(webhook_id=due.webhook_id, url=due.url, reason=reason, error=error))
        _log.warning("webhook switched off", webhook_id=str(due.webhook_id), error=error)
