"""The worker's work by the clock, for all organizations: one query finds what is due, and each kind of work has its own loop.

Any number of workers may run: each row is worked on by the one that locks it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Literal, get_args

import structlog

from deskbell.features.drafts.sending import release_due
from deskbell.features.rules.recomputing import fire_moments
from deskbell.features.rules.scheduling import run_schedules
from deskbell.features.sla.watch import compute_missing, mark_due
from deskbell.features.tickets.service.snoozing import wake_due
from deskbell.kernel.clock import utc_now
from deskbell.runtime.database import Database
from deskbell.runtime.due import next_moments
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.waiting import wait_at_most

Kind = Literal[
    "clocks",
    "automations",
    "snoozes",
    "held_replies",
    "schedules",
    "received_mails",
    "mail_deliveries",
    "webhook_deliveries",
]
"""Kinds of work, as `deskbell_next_moments` names them."""
Work = Callable[[Database, datetime], Awaitable[datetime | bool | None]]
"""Does one batch of the due work. Returns the next moment, or whether anything was done."""

_log: Final = structlog.get_logger("deskbell.worker")
_LOOK_SECONDS: Final = 0.4
"""The longest wait between two queries. A moment that moves closer during a wait still comes within a second."""
_AGAIN_SECONDS: Final = 0.05
"""The wait between two batches, and before a row is tried again that another transaction has locked."""
REST_SECONDS: Final = 10.0
"""The time after which work that nothing has announced is tried all the same."""
_UNKNOWN_SECONDS: Final = 5.0
"""The time between two looks for imported tickets without clocks."""


class Due:
    """Finds out what is due: an event for each kind of work, which is set while some of it is."""

    def __init__(self) -> None:
        self._events = {kind: asyncio.Event() for kind in get_args(Kind)}

    def event(self, kind: Kind) -> asyncio.Event:
        """The event of a kind of work. Its loop clears it before it works."""
        return self._events[kind]

    async def watch(self, database: Database) -> None:
        """Looks for due work until cancelled."""
        while True:
            wait = _LOOK_SECONDS
            try:
                ahead = await self.look(database, utc_now())
                wait = min(wait, ahead) if ahead is not None else wait
            except DATABASE_ERRORS:
                _log.warning("looking for due work failed; retrying", exc_info=True)
            await asyncio.sleep(wait)

    async def look(self, database: Database, now: datetime) -> float | None:
        """Sets the events of due work. Returns the seconds until something else will be; None if nothing is ahead."""
        moments = await next_moments(database)
        ahead = []
        for kind, event in self._events.items():
            moment = moments.get(kind)
            if moment is not None and moment <= now:
                event.set()
            elif moment is not None:
                ahead.append((moment - now).total_seconds())
        return min(ahead, default=None)


async def keep_doing(database: Database, due: asyncio.Event, work: Work, failed: str) -> None:
    """Does a kind of work when it is due, until cancelled. `failed` is logged when it fails; it is then tried again."""
    while True:
        due.clear()
        wait = REST_SECONDS
        try:
            found = await work(database, utc_now())
            if found is True or (isinstance(found, datetime) and found <= utc_now()):
                wait = _AGAIN_SECONDS
        except DATABASE_ERRORS:
            _log.warning(failed, exc_info=True)
        except Exception:  # noqa: BLE001 - the worker has other work; this is tried again
            _log.exception(failed)
        await wait_at_most(due, wait)


async def watch_clocks(database: Database, due: asyncio.Event) -> None:
    """Marks warnings and breaches of service levels."""
    await keep_doing(database, due, mark_due, "marking service levels failed; retrying")


async def watch_automations(database: Database, due: asyncio.Event) -> None:
    """Fires automations."""
    await keep_doing(database, due, fire_moments, "firing automations failed; retrying")


async def watch_schedules(database: Database, due: asyncio.Event) -> None:
    """Runs schedules."""
    await keep_doing(database, due, run_schedules, "running schedules failed; retrying")


async def watch_snoozes(database: Database, due: asyncio.Event) -> None:
    """Opens snoozed tickets."""
    await keep_doing(database, due, wake_due, "opening snoozed tickets failed; retrying")


async def send_held(database: Database, due: asyncio.Event) -> None:
    """Sends held replies."""
    await keep_doing(database, due, release_due, "sending held replies failed; retrying")


async def compute_clocks(database: Database) -> None:
    """Computes the clocks of imported tickets until cancelled."""
    while True:
        try:
            more = await compute_missing(database, utc_now())
        except DATABASE_ERRORS:
            _log.warning("computing service levels failed; retrying", exc_info=True)
            more = 0
        await asyncio.sleep(_AGAIN_SECONDS if more else _UNKNOWN_SECONDS)
