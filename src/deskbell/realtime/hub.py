"""The hub: one listening connection per worker, the journal read once per event, and everybody told who may know."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import structlog

from deskbell.features.eventlog import service as eventlog
from deskbell.features.eventlog.records import Occurrence
from deskbell.features.presence import queries as presence
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Unavailable
from deskbell.realtime.limits import Close
from deskbell.realtime.member import Member, News
from deskbell.realtime.room import Room
from deskbell.runtime import journal
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.waiting import wait_at_most

_log: Final = structlog.get_logger("deskbell.realtime")
_BATCH: Final = 200
_RETRY_SECONDS: Final = 0.25
_PROBE_SECONDS: Final = 10.0
"""How often the listening connection is asked whether it is still there: a network may lose it without a word."""

Watcher = Callable[[Occurrence], Awaitable[None]]


class _Attended:
    """A room with the events that have been announced for it."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.announced: deque[int] = deque()
        self.behind = True
        self.wake = asyncio.Event()
        self.wake.set()
        self.ready = asyncio.Event()
        self.task: asyncio.Task[None] | None = None


class Hub:
    """Knows the members of this worker. Organizations without any are not read at all."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rooms: dict[UUID, _Attended] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._listening = asyncio.Event()
        self._closing = False
        self._emptied = asyncio.Event()
        self._watchers: list[Watcher] = []
        self._sighted: list[Callable[[str], None]] = []
        self._tickers: list[Callable[[float], None]] = []

    def start(self) -> None:
        """Begins to listen."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._keep_time())]

    async def show_out(self, seconds: float) -> None:
        """Tells everybody that the server stops, and waits until they have gone, so long at most. Lets nobody in."""
        self._closing = True
        for attended in list(self._rooms.values()):
            for member in attended.room:
                member.dismiss(Close.STOPPING)
        if self._rooms:
            self._emptied.clear()
            await wait_at_most(self._emptied, seconds)

    async def stop(self) -> None:
        """Shows everybody out, without waiting, and stops listening."""
        await self.show_out(0)
        for attended in list(self._rooms.values()):
            if attended.task is not None:
                self._tasks.append(attended.task)
        self._rooms.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def watch(self, watcher: Watcher) -> None:
        """Has every event of the attended organizations passed on to `watcher`, in order."""
        self._watchers.append(watcher)

    def on_sighting(self, heard: Callable[[str], None]) -> None:
        """Has every announced sighting passed on, as text."""
        self._sighted.append(heard)

    def on_tick(self, tick: Callable[[float], None]) -> None:
        """Has the loop's time passed on, every second."""
        self._tickers.append(tick)

    def staff_of(self, organization_id: UUID) -> list[Member]:
        """The staff of an organization that is connected to this worker."""
        attended = self._rooms.get(organization_id)
        return attended.room.staff() if attended else []

    async def enter(self, member: Member) -> None:
        """From when this returns, the member misses nothing that is committed. Raises `Unavailable` after a while."""
        if self._closing:
            raise Unavailable
        organization_id = member.actor.organization_id
        attended = self._rooms.get(organization_id)
        if attended is None:
            attended = self._rooms[organization_id] = _Attended(Room(organization_id))
            attended.task = asyncio.create_task(self._pump(attended))
        attended.room.add(member)
        try:
            async with asyncio.timeout(10):
                await attended.ready.wait()
        except TimeoutError as error:
            raise Unavailable from error

    def leave(self, member: Member) -> None:
        """Forgets a member. Idempotent."""
        attended = self._rooms.get(member.actor.organization_id)
        if attended is None:
            return
        attended.room.remove(member)
        if not len(attended.room):
            del self._rooms[member.actor.organization_id]
            if attended.task is not None:
                attended.task.cancel()
            if not self._rooms:
                self._emptied.set()

    # Listening

    async def _listen(self) -> None:
        while True:
            connection: Any = None
            try:
                connection = await self._database.listen()
                await connection.add_listener(journal.CHANNEL, self._announced)
                await connection.add_listener(presence.CHANNEL, self._heard)
                self._listening.set()
                self._catch_up()
                while not connection.is_closed():
                    await connection.fetchval("select 1", timeout=_PROBE_SECONDS)
                    await _closed_within(connection, _PROBE_SECONDS)
            except DATABASE_ERRORS:
                _log.warning("the listening connection was lost; trying again", exc_info=True)
            finally:
                self._listening.clear()
                if connection is not None:
                    connection.terminate()
            await asyncio.sleep(_RETRY_SECONDS)

    def _announced(self, _connection: Any, _process: int, _channel: str, payload: object) -> None:
        organization, _, event_id = str(payload).partition(":")
        attended = self._rooms.get(UUID(organization))
        if attended is not None:
            attended.announced.append(int(event_id))
            attended.wake.set()

    def _heard(self, _connection: Any, _process: int, _channel: str, payload: object) -> None:
        for heard in self._sighted:
            heard(str(payload))

    def _catch_up(self) -> None:
        """What was committed while nobody listened is found in the journal."""
        for attended in self._rooms.values():
            attended.behind = True
            attended.wake.set()

    # Telling

    async def _pump(self, attended: _Attended) -> None:
        """Tells one organization's events, in the order in which they were committed."""
        while True:
            await attended.wake.wait()
            await self._listening.wait()
            attended.wake.clear()
            try:
                while attended.behind or attended.announced:
                    await self._tell_next(attended)
            except DATABASE_ERRORS:
                attended.behind = True
                attended.wake.set()
                await asyncio.sleep(_RETRY_SECONDS)
            except Exception:  # noqa: BLE001 - one event that cannot be told must not silence the organization
                _log.exception("events could not be told", organization_id=str(attended.room.organization_id))
                attended.behind = False
                _resync(attended.room)

    async def _tell_next(self, attended: _Attended) -> None:
        room = attended.room
        if attended.behind:
            await self._tell_missed(attended)
            return
        ids: list[int] = []
        while attended.announced and len(ids) < _BATCH:
            event_id = attended.announced.popleft()
            if room.is_new(event_id):
                ids.append(event_id)
        if ids:
            attended.behind = True  # until they have been told: a fault in between must not lose them
            async with self._reading(room) as uow:
                occurrences = await eventlog.look_up(uow, ids)
            attended.behind = False
            await self._tell(room, occurrences)

    async def _tell_missed(self, attended: _Attended) -> None:
        """Begins, or goes on after a break: whatever was missed is told, or else everybody is to fetch afresh."""
        room = attended.room
        attended.behind = False  # an announcement from here on is a new one
        try:
            async with self._reading(room) as uow:
                missed = None if room.position is None else await eventlog.missed_since(uow, room.position)
                position = await eventlog.latest(uow) if missed is None else room.position
        except BaseException:
            attended.behind = True
            raise
        began = room.position is None
        room.position = position
        attended.ready.set()
        if missed is not None:
            await self._tell(room, missed)
        elif not began:
            _resync(room)

    async def _tell(self, room: Room, occurrences: list[Occurrence]) -> None:
        for occurrence in occurrences:
            if not room.is_new(occurrence.recorded.id):
                continue
            for watcher in self._watchers:
                await watcher(occurrence)
            room.tell(News(occurrence))

    def _reading(self, room: Room) -> contextlib.AbstractAsyncContextManager[Any]:
        return self._database.unit(Actor.system(room.organization_id))

    # Time

    async def _keep_time(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(1)
            now = loop.time()
            for tick in self._tickers:
                tick(now)
            for attended in list(self._rooms.values()):
                for member in attended.room:
                    member.tick(now)


def _resync(room: Room) -> None:
    for member in room:
        member.resync(room.position or 0)


async def _closed_within(connection: Any, seconds: float) -> None:
    """Waits until the connection is closed, or that time has passed."""
    closed = asyncio.Event()

    def note(_connection: Any) -> None:
        closed.set()

    connection.add_termination_listener(note)
    try:
        await wait_at_most(closed, seconds)
    finally:
        connection.remove_termination_listener(note)
