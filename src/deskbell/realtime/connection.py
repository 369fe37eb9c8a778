"""One WebSocket: what is told goes through a bounded queue, so that a slow reader holds up nobody but itself."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol
from uuid import UUID

import structlog
from msgspec import UNSET

from deskbell.features.eventlog.records import Moment
from deskbell.kernel.actor import Actor
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Unauthenticated
from deskbell.realtime import protocol
from deskbell.realtime.limits import Close, Limits
from deskbell.realtime.member import News, Present
from deskbell.realtime.protocol import ClientMessage, Unreadable

_log: Final = structlog.get_logger("deskbell.realtime")
_WINDOW_SECONDS: Final = 10.0

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]


class Listener(Protocol):
    """Whoever takes what the clients say."""

    async def said(self, connection: "Connection", message: ClientMessage) -> None:
        """A client said something that the connection does not answer by itself."""


class Connection:
    """A member of the hub. `tickets`, where given, narrows what it is told; `present` is its contract's wording."""

    def __init__(
        self, receive: Receive, send: Send, *, actor: Actor, present: Present, limits: Limits, listener: Listener,
        recheck: Callable[[], Awaitable[Actor]], tickets: frozenset[UUID] | None = None,
    ) -> None:  # fmt: skip
        self.actor = actor
        self.tickets = tickets
        self.fixed = tickets is not None
        self.looking_at: dict[UUID, tuple[str, float]] = {}
        self.shown_company: set[UUID] = set()
        self._receive, self._send = receive, send
        self._present, self._limits, self._listener, self._recheck = present, limits, listener, recheck
        self._queue: deque[str] = deque()
        self._held: list[tuple[News, str]] | None = []
        self._began: Moment | None = None
        # What was committed after `_began` and yet was replayed; its announcement may come after the replay is over.
        self._replayed: frozenset[int] = frozenset()
        self._wake = asyncio.Event()
        self._end: asyncio.Future[Close | None] = asyncio.get_running_loop().create_future()
        now = asyncio.get_running_loop().time()
        self._last_sent = self._last_heard = self._window_began = now
        self._next_check = now + limits.recheck
        self._said_in_window = 0
        self._answers_pings = False
        self._checking: asyncio.Task[None] | None = None

    # As a member

    def tell(self, news: News) -> None:
        """Queues news that this connection wants; while missed events are replayed, they are held back."""
        if not self.wants(news) or (self._began is not None and self._began.has(news.occurrence.xact_id)):
            return
        if news.id in self._replayed:
            return
        text = news.text(self._present, for_staff=self.actor.is_staff)
        if text is None:
            return
        if self._held is None:
            self.put(text)
        elif len(self._held) < self._limits.queue:
            self._held.append((news, text))
        else:
            self.dismiss(Close.TOO_SLOW)

    def wants(self, news: News) -> bool:
        """Whether news is within what this connection was narrowed to; what is about no ticket always is."""
        return self.tickets is None or news.ticket_id is None or news.ticket_id in self.tickets

    def put(self, text: str) -> None:
        """Queues a message. A reader for whom too many wait is cut off."""
        if self._end.done():
            return
        if len(self._queue) >= self._limits.queue:
            self.dismiss(Close.TOO_SLOW)
            return
        self._queue.append(text)
        self._wake.set()

    def say(self, event: str, data: Any) -> None:
        """Queues a message that is in no journal."""
        self.put(protocol.message(event, data, utc_now()))

    def resync(self, position: int) -> None:
        """Tells the client to fetch afresh, and the place from which it has missed nothing then."""
        self.say("resync", {"reason": "Events were missed; fetch afresh what you show", "since": position})

    def dismiss(self, why: Close) -> None:
        """Ends the connection; the first reason counts."""
        if not self._end.done():
            self._end.set_result(why)

    def tick(self, now: float) -> None:
        """Heartbeat, silence, and the right to be here."""
        if self._answers_pings and now - self._last_heard > self._limits.silence:
            self.dismiss(Close.SILENT)
        elif now - self._last_sent >= self._limits.heartbeat:
            self._last_sent = now
            self.say("ping", {})
        if now >= self._next_check and self._checking is None:
            self._next_check = now + self._limits.recheck
            self._checking = asyncio.create_task(self._check_right())

    async def _check_right(self) -> None:
        try:
            actor = await self._recheck()
            if (actor.role, actor.verified, actor.scopes) != (self.actor.role, self.actor.verified, self.actor.scopes):
                self.dismiss(Close.RIGHTS_CHANGED)
        except Unauthenticated:
            self.dismiss(Close.SIGNED_OUT)
        except Exception:  # noqa: BLE001 - the database is away for a moment: the next check will tell
            _log.warning("the right to a socket could not be checked", exc_info=True)
        finally:
            self._checking = None

    # Its life

    async def live(self, began: Moment, missed: list[News]) -> None:
        """Sends what was missed, then what is committed after it `began`, until either side ends it.

        What was committed before may be announced late; whoever connects has seen it, or is told of it as missed.
        """
        self._began = began
        writing, reading = asyncio.create_task(self._write(missed)), asyncio.create_task(self._read())
        try:
            why = await self._end
            writing.cancel()
            if why in (Close.TOO_MANY_MESSAGES, Close.TOO_BIG):
                await self._until_quiet()
            reading.cancel()  # a server may not close while it is still asked to receive
            if why is not None:
                await goodbye(self._send, why, self._limits.goodbye)
        finally:
            for task in (writing, reading, self._checking):
                if task is not None:
                    task.cancel()

    async def _until_quiet(self) -> None:
        """Reads on and drops it, for a second at most.

        A connection that is closed on a client in the middle of talking is reset by the system, and the client would
        never see the reason.
        """
        for _ in range(20):
            heard = self._last_heard
            await asyncio.sleep(0.05)
            if self._last_heard == heard:
                return

    async def _write(self, missed: list[News]) -> None:
        try:
            for text in self._go_live(missed):
                await self._send({"type": "websocket.send", "text": text})
            while True:
                while self._queue:
                    await self._send({"type": "websocket.send", "text": self._queue.popleft()})
                    self._last_sent = asyncio.get_running_loop().time()
                self._wake.clear()
                await self._wake.wait()
        except Exception:  # noqa: BLE001 - whatever a server raises for a peer that is gone
            self._ended()

    def _go_live(self, missed: list[News]) -> list[str]:
        """What was missed, then what was held back meanwhile, none of it twice; from here on news is queued."""
        told = {news.id for news in missed}
        texts = [news.text(self._present, for_staff=self.actor.is_staff) for news in missed]
        held, self._held, began = self._held or [], None, self._began
        assert began is not None
        self._replayed = frozenset(news.id for news in missed if not began.has(news.occurrence.xact_id))
        late = [text for news, text in held if news.id not in told and not began.has(news.occurrence.xact_id)]
        return [text for text in texts if text is not None] + late

    async def _read(self) -> None:
        try:
            while True:
                received = await self._receive()
                if received["type"] == "websocket.disconnect":
                    self._ended()
                    return
                if received["type"] == "websocket.receive":
                    await self._take(received)
        except Exception:  # noqa: BLE001 - as above; a fault of ours is logged and costs one connection
            _log.warning("a socket failed", exc_info=True)
            self._ended()

    def _ended(self) -> None:
        if not self._end.done():
            self._end.set_result(None)

    async def _take(self, received: Any) -> None:
        text, now = received.get("text"), asyncio.get_running_loop().time()
        self._last_heard = now
        if self._end.done():
            return
        if now - self._window_began > _WINDOW_SECONDS:
            self._window_began, self._said_in_window = now, 0
        self._said_in_window += 1
        if len(text or received.get("bytes") or "") > self._limits.message:
            self.dismiss(Close.TOO_BIG)
        elif self._said_in_window > self._limits.chatter:
            self.dismiss(Close.TOO_MANY_MESSAGES)
        elif text is None:
            self.complain("Send text, not bytes")
        else:
            await self._understand(text)

    async def _understand(self, text: str) -> None:
        try:
            said = protocol.read(text)
        except Unreadable as problem:
            self.complain(str(problem))
            return
        if said.pong is not UNSET:
            self._answers_pings = True
        elif said.ping is not UNSET:
            self.say("pong", said.ping)
        else:
            await self._listener.said(self, said)

    def complain(self, why: str) -> None:
        """Answers a message that cannot be followed."""
        self.say("error", {"code": "BAD_MESSAGE", "message": why})


async def goodbye(send: Send, why: Close, seconds: float) -> None:
    """Closes with a code. A reader that does not even take that in is left to the server, which drops the connection."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(seconds):
            await send({"type": "websocket.close", "code": why.code, "reason": why.reason})
