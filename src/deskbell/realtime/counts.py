"""Counts of the built-in views, pushed to the connections that asked for them.

One statement per organization and worker, every two seconds at most, whatever the number of tickets and of connections.
"""

import asyncio
from typing import Final
from uuid import UUID

import structlog

from deskbell.features.eventlog.records import EventWithObjects
from deskbell.features.saved_views import service as views
from deskbell.features.saved_views.records import LiveCounts
from deskbell.features.tickets.events import AboutTicket
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Permission
from deskbell.kernel.sockets import Counts
from deskbell.realtime.connection import Connection
from deskbell.realtime.hub import Hub
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.realtime")
PERIOD_SECONDS: Final = 2.0
"""The shortest time between two messages with counts."""


class CountsPusher:
    """Pushes counts after events about tickets. A connection is sent none that it has already."""

    def __init__(self, hub: Hub, database: Database) -> None:
        self._hub = hub
        self._database = database
        self._stale: set[UUID] = set()
        self._pushed_at: dict[UUID, float] = {}
        self._sent: dict[Connection, Counts] = {}
        self._task: asyncio.Task[None] | None = None
        hub.watch(self._on_event)
        hub.on_tick(self._on_tick)

    def want(self, connection: Connection) -> None:
        """Sends a connection the counts with the next push, also if they have not changed."""
        self._sent.pop(connection, None)
        self._stale.add(connection.actor.organization_id)

    async def _on_event(self, event_with_objects: EventWithObjects) -> None:
        recorded = event_with_objects.recorded
        if isinstance(recorded.event, AboutTicket):
            self._stale.add(recorded.organization_id)

    def _on_tick(self, now: float) -> None:
        if self._task is not None and not self._task.done():
            return
        due = [each for each in self._stale if now - self._pushed_at.get(each, -PERIOD_SECONDS) >= PERIOD_SECONDS]
        if not due:
            return
        self._stale.difference_update(due)
        self._pushed_at = {
            each: at for each, at in self._pushed_at.items() if now - at < PERIOD_SECONDS
        } | dict.fromkeys(due, now)
        self._task = asyncio.create_task(self._push_all(due))

    async def _push_all(self, organization_ids: list[UUID]) -> None:
        for organization_id in organization_ids:
            try:
                await self._push(organization_id)
            except DATABASE_ERRORS:
                self._stale.add(organization_id)
                _log.info("counts could not be read; they are pushed later", exc_info=True)

    async def _push(self, organization_id: UUID) -> None:
        wanting = self._wanting(organization_id)
        if not wanting:
            return
        async with self._database.unit(Actor.system(organization_id)) as uow:
            counts = await views.live_counts(uow, sorted({connection.actor.id for connection in wanting}))
        for connection in self._wanting(organization_id):
            own = _own(counts, connection.actor.id)
            if self._sent.get(connection) != own:
                self._sent[connection] = own
                connection.send_event("counts.changed", own)
        alive = set(self._hub.everyone())
        self._sent = {connection: counts for connection, counts in self._sent.items() if connection in alive}

    def _wanting(self, organization_id: UUID) -> list[Connection]:
        return [
            member
            for member in self._hub.staff_of(organization_id)
            if isinstance(member, Connection) and "counts" in member.topics and member.actor.may(Permission.VIEW_MANAGE)
        ]


def _own(counts: LiveCounts, user_id: UUID) -> Counts:
    return Counts(counts.mine.get(user_id, 0), counts.unassigned, counts.open, counts.solved, counts.all)
