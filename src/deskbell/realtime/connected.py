"""Who of the staff is connected, and at the page: written to the database for lists of people, at regular intervals."""

import asyncio
from typing import Final
from uuid import UUID

import structlog

from deskbell.features.presence import queries
from deskbell.features.presence.records import CONNECTED_REPEAT_SECONDS
from deskbell.kernel.actor import Actor
from deskbell.realtime.connection import Connection
from deskbell.realtime.hub import Hub
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.realtime")


class ConnectedStaff:
    """Prolongs the presence of this worker's connections: one statement per organization and interval.

    A connection that has closed is not taken back: its person may be connected to another worker. It expires.
    """

    def __init__(self, hub: Hub, database: Database) -> None:
        self._hub = hub
        self._database = database
        self._written: dict[UUID, tuple[dict[UUID, bool], float]] = {}
        self._task: asyncio.Task[None] | None = None
        hub.on_tick(self._on_tick)

    def _on_tick(self, now: float) -> None:
        if self._task is not None and not self._task.done():
            return
        due = {}
        connected = self._connected()
        for organization_id, people in connected.items():
            written, at = self._written.get(organization_id, ({}, now))
            if written != people or now - at >= CONNECTED_REPEAT_SECONDS:
                due[organization_id] = people
        self._written = {each: said for each, said in self._written.items() if each in connected}
        if due:
            self._task = asyncio.create_task(self._write(due, now))

    def _connected(self) -> dict[UUID, dict[UUID, bool]]:
        """The people with a session, by organization; at the page if one of their connections says so."""
        found: dict[UUID, dict[UUID, bool]] = {}
        for member in self._hub.everyone():
            actor = member.actor
            if isinstance(member, Connection) and actor.is_staff and actor.session_id is not None:
                people = found.setdefault(actor.organization_id, {})
                people[actor.id] = people.get(actor.id, False) or member.here
        return found

    async def _write(self, due: dict[UUID, dict[UUID, bool]], now: float) -> None:
        for organization_id, people in due.items():
            try:
                async with self._database.unit(Actor.system(organization_id)) as uow:
                    await queries.keep_connected(uow.db, people)
            except DATABASE_ERRORS:
                _log.info("presence could not be written; the next attempt follows", exc_info=True)
            else:
                self._written[organization_id] = (people, now)
