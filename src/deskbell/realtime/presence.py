"""Presence: which staff view a ticket or type on it, shown to the other staff on it."""

import asyncio
from collections.abc import Iterable
from typing import Final
from uuid import UUID

import msgspec
import structlog

from deskbell.features.presence import queries
from deskbell.features.presence.board import Board
from deskbell.features.presence.records import Activity, PresenceUpdate
from deskbell.kernel.ids import new_id
from deskbell.realtime.connection import Connection
from deskbell.realtime.hub import Hub
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.realtime")
_REPEATED_SECONDS: Final = 5.0
"""The shortest time between two announcements of the same activity on the same ticket."""
_MAX_TICKETS: Final = 20
"""The maximum number of tickets that a connection may be present on."""


class PresenceTracker:
    """Records the activity of connections, announces it to all workers, and notifies the connections on a ticket."""

    def __init__(self, hub: Hub, database: Database) -> None:
        self._hub = hub
        self._database = database
        self._board = Board()
        self._places: dict[Connection, tuple[UUID, str]] = {}
        hub.on_presence(self._on_presence)
        hub.on_tick(self._expire)

    async def update(self, connection: Connection, ticket_id: UUID, activity: Activity) -> None:
        """Records a connection's activity on a ticket. Raises database errors."""
        now = asyncio.get_running_loop().time()
        said, at = connection.looking_at.get(ticket_id, ("left", 0.0))
        if said == activity and (activity == "left" or now - at < _REPEATED_SECONDS):
            return
        if activity == "left":
            connection.looking_at.pop(ticket_id, None)
        elif ticket_id in connection.looking_at or len(connection.looking_at) < _MAX_TICKETS:
            connection.looking_at[ticket_id] = (activity, now)
        else:
            connection.report_error(f"You can be present on {_MAX_TICKETS} tickets at most; leave one first")
            return
        await self._announce(connection, [(ticket_id, activity)])
        if said == "left" and activity != "left":
            self._show(connection, ticket_id)

    def watch(self, connection: Connection, ticket_ids: frozenset[UUID]) -> None:
        """Sends a connection who is on these tickets, now and whenever it changes, without being on them itself."""
        new = ticket_ids - connection.watched
        connection.shown_presence -= connection.watched - ticket_ids - connection.looking_at.keys()
        connection.watched = ticket_ids
        connection.send_event("watching", {"tickets": sorted(ticket_ids)})
        for ticket_id in sorted(new):
            self._show(connection, ticket_id)

    async def remove(self, connection: Connection) -> None:
        """Removes a closed connection from every ticket."""
        gone = [(ticket_id, "left") for ticket_id in connection.looking_at]
        connection.looking_at.clear()
        try:
            await self._announce(connection, gone)  # type: ignore[arg-type]  # the words are literals
        except DATABASE_ERRORS:
            _log.info("a departure could not be announced; the presence expires")
        self._places.pop(connection, None)

    async def _announce(self, connection: Connection, words: Iterable[tuple[UUID, Activity]]) -> None:
        words, actor = list(words), connection.actor
        if not words:
            return
        uow = await self._database.acquire()
        try:
            await uow.enter(actor)
            if connection not in self._places:
                self._places[connection] = (new_id(), await queries.name_of(uow.db))
            place, name = self._places[connection]
            for ticket_id, activity in words:
                update = PresenceUpdate(actor.organization_id, ticket_id, actor.id, name, place, activity)
                await queries.publish(uow.db, update)
        finally:
            await uow.release()

    def _on_presence(self, text: str) -> None:
        try:
            update = msgspec.json.decode(text, type=PresenceUpdate)
        except msgspec.MsgspecError:
            _log.warning("a presence announcement is invalid; is another version of Deskbell running?")
            return
        if self._board.note(update, asyncio.get_running_loop().time()):
            self._notify(update.organization_id, update.ticket_id)

    def _expire(self, now: float) -> None:
        for organization_id, ticket_id in self._board.expire(now):
            self._notify(organization_id, ticket_id)

    def _notify(self, organization_id: UUID, ticket_id: UUID) -> None:
        for member in self._hub.guests_on(organization_id, ticket_id):
            if isinstance(member, Connection):
                self._show_guest(member, ticket_id)
        for member in self._hub.staff_of(organization_id):
            if isinstance(member, Connection) and (ticket_id in member.looking_at or ticket_id in member.watched):
                self._show(member, ticket_id)

    def _show_guest(self, connection: Connection, ticket_id: UUID) -> None:
        """Sends a guest the names of those who write to them; who only looks is the staff's business."""
        people = self._board.on(connection.actor.organization_id, ticket_id)
        writing = [each.name for each in people if each.activity == "typing" and each.id != connection.actor.user_id]
        if writing or ticket_id in connection.shown_presence:
            connection.shown_presence.add(ticket_id)
            connection.send_event("typing", {"names": writing})

    def _show(self, connection: Connection, ticket_id: UUID) -> None:
        """Sends a connection the other users present on a ticket."""
        if connection.actor.only_ticket is not None:
            self._show_guest(connection, ticket_id)
            return
        people = self._board.on(connection.actor.organization_id, ticket_id)
        others = [person for person in people if person.id != connection.actor.user_id]
        if others or ticket_id in connection.shown_presence:
            connection.shown_presence.add(ticket_id)
            connection.send_event("presence", {"ticket_id": ticket_id, "users": others})
