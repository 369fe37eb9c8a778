"""The hub: one listening connection per worker; each event is read once and delivered to all who may see it."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import structlog

from deskbell.features.drafts import queries as outbox
from deskbell.features.eventlog import service as eventlog
from deskbell.features.eventlog.records import EventWithObjects
from deskbell.features.presence import queries as presence
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Unavailable
from deskbell.realtime.limits import Close
from deskbell.realtime.room import Room
from deskbell.realtime.subscriber import Broadcast, Subscriber
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.journal.appending import CHANNEL
from deskbell.runtime.waiting import wait_at_most

_log: Final = structlog.get_logger("deskbell.realtime")
_BATCH: Final = 200
_RETRY_SECONDS: Final = 0.25
_PROBE_SECONDS: Final = 10.0
"""The time between two probes of the listening connection: a network may lose it silently."""

Watcher = Callable[[EventWithObjects], Awaitable[None]]


class _Feed:
    """A room and the events announced for it."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.announced: deque[int] = deque()
        self.behind = True
        self.wake = asyncio.Event()
        self.wake.set()
        self.ready = asyncio.Event()
        self.task: asyncio.Task[None] | None = None


class Hub:
    """The subscribers of this worker. Events of organizations without subscribers are not read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rooms: dict[UUID, _Feed] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = asyncio.Event()
        self._closing = False
        self._emptied = asyncio.Event()
        self._watchers: list[Watcher] = []
        self._presence_callbacks: list[Callable[[str], None]] = []
        self._outbox_callbacks: list[Callable[[str], None]] = []
        self._tickers: list[Callable[[float], None]] = []

    def start(self) -> None:
        """Starts listening."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._run_clock())]

    async def drain(self, seconds: float) -> None:
        """Closes every connection and waits until they have ended, `seconds` at most. Refuses new ones."""
        self._closing = True
        for feed in list(self._rooms.values()):
            for member in feed.room:
                member.close(Close.STOPPING)
        if self._rooms:
            self._emptied.clear()
            await wait_at_most(self._emptied, seconds)

    async def stop(self) -> None:
        """Closes every connection without waiting, and stops listening."""
        await self.drain(0)
        for feed in list(self._rooms.values()):
            if feed.task is not None:
                self._tasks.append(feed.task)
        self._rooms.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def watch(self, watcher: Watcher) -> None:
        """Calls `watcher` with every event of the organizations connected here, in order."""
        self._watchers.append(watcher)

    def on_presence(self, callback: Callable[[str], None]) -> None:
        """Registers a callback for announcements of presence, as text."""
        self._presence_callbacks.append(callback)

    def on_outbox(self, callback: Callable[[str], None]) -> None:
        """Registers a callback for announcements of held replies, as text."""
        self._outbox_callbacks.append(callback)

    def on_tick(self, tick: Callable[[float], None]) -> None:
        """Registers a callback that gets the loop's time every second."""
        self._tickers.append(tick)

    def staff_of(self, organization_id: UUID) -> list[Subscriber]:
        """The staff of an organization that is connected to this worker."""
        feed = self._rooms.get(organization_id)
        return feed.room.staff() if feed else []

    def guests_on(self, organization_id: UUID, ticket_id: UUID) -> list[Subscriber]:
        """The guests of a ticket that are connected to this worker."""
        feed = self._rooms.get(organization_id)
        return [each for each in feed.room if each.actor.only_ticket == ticket_id] if feed else []

    def everyone(self) -> list[Subscriber]:
        """All subscribers of this worker."""
        return [member for feed in self._rooms.values() for member in feed.room]

    async def enter(self, member: Subscriber) -> None:
        """Adds a subscriber; it misses nothing committed after this returns. Raises `Unavailable` after 10 seconds."""
        if self._closing:
            raise Unavailable
        organization_id = member.actor.organization_id
        feed = self._rooms.get(organization_id)
        if feed is None:
            feed = self._rooms[organization_id] = _Feed(Room(organization_id))
            feed.task = asyncio.create_task(self._pump(feed))
        feed.room.add(member)
        try:
            async with asyncio.timeout(10):
                await feed.ready.wait()
        except TimeoutError as error:
            raise Unavailable from error

    def leave(self, member: Subscriber) -> None:
        """Removes a subscriber. Idempotent."""
        feed = self._rooms.get(member.actor.organization_id)
        if feed is None:
            return
        feed.room.remove(member)
        if not len(feed.room):
            del self._rooms[member.actor.organization_id]
            if feed.task is not None:
                feed.task.cancel()
            if not self._rooms:
                self._emptied.set()

    # Listening

    async def _listen(self) -> None:
        while True:
            connection: Any = None
            try:
                connection = await self._database.listen()
                await connection.add_listener(CHANNEL, self._announced)
                await connection.add_listener(presence.CHANNEL, self._on_presence_announced)
                await connection.add_listener(outbox.CHANNEL, self._on_outbox_announced)
                self._listening.set()
                self._catch_up()
                while not connection.is_closed():
                    await connection.fetchval("select 1", timeout=_PROBE_SECONDS)
                    await _closed_within(connection, _PROBE_SECONDS)
            except DATABASE_ERRORS:
                _log.warning("the listening connection was lost; retrying", exc_info=True)
            finally:
                self._listening.clear()
                if connection is not None:
                    connection.terminate()
            await asyncio.sleep(_RETRY_SECONDS)

    def _announced(self, _connection: Any, _process: int, _channel: str, payload: object) -> None:
        organization, _, event_id = str(payload).partition(":")
        feed = self._rooms.get(UUID(organization))
        if feed is not None:
            feed.announced.append(int(event_id))
            feed.wake.set()

    def _on_presence_announced(self, _connection: Any, _process: int, _channel: str, payload: object) -> None:
        for callback in self._presence_callbacks:
            callback(str(payload))

    def _on_outbox_announced(self, _connection: Any, _process: int, _channel: str, payload: object) -> None:
        for callback in self._outbox_callbacks:
            callback(str(payload))

    def _catch_up(self) -> None:
        """Has every room read the journal for events committed while the connection was down."""
        for feed in self._rooms.values():
            feed.behind = True
            feed.wake.set()

    # Delivering

    async def _pump(self, feed: _Feed) -> None:
        """Delivers one organization's events in the order of their commits."""
        while True:
            await feed.wake.wait()
            await self._listening.wait()
            feed.wake.clear()
            try:
                while feed.behind or feed.announced:
                    await self._deliver_next(feed)
            except DATABASE_ERRORS:
                feed.behind = True
                feed.wake.set()
                await asyncio.sleep(_RETRY_SECONDS)
            except Exception:  # noqa: BLE001 - one bad event must not stop the organization's feed
                _log.exception("events could not be delivered", organization_id=str(feed.room.organization_id))
                feed.behind = False
                _resync(feed.room)

    async def _deliver_next(self, feed: _Feed) -> None:
        room = feed.room
        if feed.behind:
            await self._deliver_missed(feed)
            return
        ids: list[int] = []
        while feed.announced and len(ids) < _BATCH:
            event_id = feed.announced.popleft()
            if room.is_new(event_id):
                ids.append(event_id)
        if ids:
            feed.behind = True  # until they are delivered: an error in between must not lose them
            async with self._reading(room) as uow:
                events_with_objects = await eventlog.look_up(uow, ids)
            feed.behind = False
            await self._deliver(room, events_with_objects)

    async def _deliver_missed(self, feed: _Feed) -> None:
        """Starts, or resumes after a break: delivers missed events, or asks every client to fetch again."""
        room = feed.room
        feed.behind = False  # an announcement from here on is a new one
        try:
            async with self._reading(room) as uow:
                missed = None if room.position is None else await eventlog.missed_since(uow, room.position)
                position = await eventlog.latest(uow) if missed is None else room.position
        except BaseException:
            feed.behind = True
            raise
        began = room.position is None
        room.position = position
        feed.ready.set()
        if missed is not None:
            await self._deliver(room, missed)
        elif not began:
            _resync(room)

    async def _deliver(self, room: Room, events_with_objects: list[EventWithObjects]) -> None:
        for event_with_objects in events_with_objects:
            if not room.is_new(event_with_objects.recorded.id):
                continue
            for watcher in self._watchers:
                await watcher(event_with_objects)
            room.deliver(Broadcast(event_with_objects))

    def _reading(self, room: Room) -> contextlib.AbstractAsyncContextManager[Any]:
        return self._database.unit(Actor.system(room.organization_id))

    # Time

    async def _run_clock(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            now = loop.time()
            for tick in self._tickers:
                tick(now)
            for feed in list(self._rooms.values()):
                for member in feed.room:
                    member.tick(now)


def _resync(room: Room) -> None:
    for member in room:
        member.resync(room.position or 0)


async def _closed_within(connection: Any, seconds: float) -> None:
    """Waits until the connection is closed, for `seconds` at most."""
    closed = asyncio.Event()

    def note(_connection: Any) -> None:
        closed.set()

    connection.add_termination_listener(note)
    try:
        await wait_at_most(closed, seconds)
    finally:
        connection.remove_termination_listener(note)
