"""One WebSocket. Its queue is bounded, so that a slow reader delays no other connection."""

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
from deskbell.kernel.sockets import ClientMessage, Topic
from deskbell.realtime import protocol
from deskbell.realtime.limits import Close, Limits
from deskbell.realtime.protocol import InvalidMessage
from deskbell.realtime.subscriber import Broadcast, Present

_log: Final = structlog.get_logger("deskbell.realtime")
_WINDOW_SECONDS: Final = 10.0

Send = Callable[[Any], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]


class MessageHandler(Protocol):
    """Handles messages from clients."""

    async def on_message(self, connection: "Connection", message: ClientMessage) -> None:
        """Handles a message that the connection does not answer."""


class Connection:
    """A subscriber of the hub. `tickets` filters its events, if given; `present` is its contract's presenter."""

    def __init__(
        self, receive: Receive, send: Send, *, actor: Actor, present: Present, limits: Limits, handler: MessageHandler,
        recheck: Callable[[], Awaitable[Actor]], tickets: frozenset[UUID] | None = None,
    ) -> None:  # fmt: skip
        self.actor = actor
        self.tickets = tickets
        self.fixed = tickets is not None
        self.topics: frozenset[Topic] = frozenset()
        self.watched: frozenset[UUID] = frozenset()
        self.looking_at: dict[UUID, tuple[str, float]] = {}
        self.shown_presence: set[UUID] = set()
        self.here = True
        self._receive, self._send = receive, send
        self._present, self._limits, self._handler, self._recheck = present, limits, handler, recheck
        self._queue: deque[str] = deque()
        self._held: list[tuple[Broadcast, str]] | None = []
        self._began: Moment | None = None
        # Events committed after `_began` that were replayed; their announcements may arrive after the replay.
        self._replayed: frozenset[int] = frozenset()
        self._wake = asyncio.Event()
        self._end: asyncio.Future[Close | None] = asyncio.get_running_loop().create_future()
        now = asyncio.get_running_loop().time()
        self._last_sent = self._last_message_at = self._window_began = now
        self._next_check = now + limits.recheck
        self._messages_in_window = 0
        self._answers_pings = False
        self._checking: asyncio.Task[None] | None = None

    # As a subscriber

    def deliver(self, broadcast: Broadcast) -> None:
        """Queues an event that this connection wants; holds it back while missed events are replayed."""
        if not self.wants(broadcast) or (
            self._began is not None and self._began.has(broadcast.event_with_objects.xact_id)
        ):
            return
        if broadcast.id in self._replayed:
            return
        text = self._text(broadcast)
        if text is None:
            return
        if self._held is None:
            self.enqueue(text)
        elif len(self._held) < self._limits.queue:
            self._held.append((broadcast, text))
        else:
            self.close(Close.TOO_SLOW)

    def _text(self, broadcast: Broadcast) -> str | None:
        """The message of an event. A guest only learns that there is one: a chat shows less than its requester may see."""
        text = broadcast.text(self._present, for_staff=self.actor.is_staff)
        if text is None or self.actor.only_ticket is None:
            return text
        recorded = broadcast.event_with_objects.recorded
        return protocol.message("changed", {"ticket_id": self.actor.only_ticket}, recorded.at, recorded.id)

    def wants(self, broadcast: Broadcast) -> bool:
        """Whether the event passes the connection's ticket filter; events about no ticket do, except for guests."""
        if self.actor.only_ticket is not None:
            return broadcast.ticket_id == self.actor.only_ticket
        return self.tickets is None or broadcast.ticket_id is None or broadcast.ticket_id in self.tickets

    def enqueue(self, text: str) -> None:
        """Queues a message; closes the connection when the queue is full."""
        if self._end.done():
            return
        if len(self._queue) >= self._limits.queue:
            self.close(Close.TOO_SLOW)
            return
        self._queue.append(text)
        self._wake.set()

    def send_event(self, event: str, data: Any) -> None:
        """Queues a message that is not in the journal."""
        self.enqueue(protocol.message(event, data, utc_now()))

    def resync(self, position: int) -> None:
        """Asks the client to fetch again; `position` is where it can resume."""
        self.send_event("resync", {"reason": "Events were missed; fetch your data again", "since": position})

    def close(self, why: Close) -> None:
        """Closes the connection with a reason; later calls do nothing."""
        if not self._end.done():
            self._end.set_result(why)

    def tick(self, now: float) -> None:
        """Sends heartbeats, closes silent connections, checks the credential again."""
        if self._answers_pings and now - self._last_message_at > self._limits.silence:
            self.close(Close.SILENT)
        elif now - self._last_sent >= self._limits.heartbeat:
            self._last_sent = now
            self.send_event("ping", {})
        if now >= self._next_check and self._checking is None:
            self._next_check = now + self._limits.recheck
            self._checking = asyncio.create_task(self._check_credential())

    async def _check_credential(self) -> None:
        try:
            actor = await self._recheck()
            if (actor.role, actor.verified, actor.scopes) != (self.actor.role, self.actor.verified, self.actor.scopes):
                self.close(Close.RIGHTS_CHANGED)
        except Unauthenticated:
            self.close(Close.SIGNED_OUT)
        except Exception:  # noqa: BLE001 - the database is unavailable: the next check decides
            _log.warning("a socket's credential could not be checked", exc_info=True)
        finally:
            self._checking = None

    # Lifetime

    async def live(self, began: Moment, missed: list[Broadcast]) -> None:
        """Sends missed events, then events committed after `began`, until either side closes.

        An event committed before `began` may be announced late: the client has fetched it, or it is in `missed`.
        """
        self._began = began
        writing, reading = asyncio.create_task(self._write(missed)), asyncio.create_task(self._read())
        try:
            why = await self._end
            writing.cancel()
            if why in (Close.TOO_MANY_MESSAGES, Close.TOO_BIG):
                await self._drain_input()
            reading.cancel()  # some servers cannot close while `receive` is pending
            if why is not None:
                await close_socket(self._send, why, self._limits.close_timeout)
        finally:
            for task in (writing, reading, self._checking):
                if task is not None:
                    task.cancel()

    async def _drain_input(self) -> None:
        """Reads and discards input, for one second at most.

        Closing while the client is sending resets the connection, and the client would never see the reason.
        """
        for _ in range(20):
            before = self._last_message_at
            await asyncio.sleep(0.05)
            if self._last_message_at == before:
                return

    async def _write(self, missed: list[Broadcast]) -> None:
        try:
            for text in self._go_live(missed):
                await self._send({"type": "websocket.send", "text": text})
            while True:
                while self._queue:
                    await self._send({"type": "websocket.send", "text": self._queue.popleft()})
                    self._last_sent = asyncio.get_running_loop().time()
                self._wake.clear()
                await self._wake.wait()
        except Exception:  # noqa: BLE001 - servers raise different errors for a lost client
            self._ended()

    def _go_live(self, missed: list[Broadcast]) -> list[str]:
        """Missed events, then those held back meanwhile, without duplicates. Later events are queued."""
        sent = {broadcast.id for broadcast in missed}
        texts = [self._text(broadcast) for broadcast in missed]
        held, self._held, began = self._held or [], None, self._began
        assert began is not None
        self._replayed = frozenset(
            broadcast.id for broadcast in missed if not began.has(broadcast.event_with_objects.xact_id)
        )
        late = [
            text
            for broadcast, text in held
            if broadcast.id not in sent and not began.has(broadcast.event_with_objects.xact_id)
        ]
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
        except Exception:  # noqa: BLE001 - as above; a bug is logged and ends one connection only
            _log.warning("a socket failed", exc_info=True)
            self._ended()

    def _ended(self) -> None:
        if not self._end.done():
            self._end.set_result(None)

    async def _take(self, received: Any) -> None:
        text, now = received.get("text"), asyncio.get_running_loop().time()
        self._last_message_at = now
        if self._end.done():
            return
        if now - self._window_began > _WINDOW_SECONDS:
            self._window_began, self._messages_in_window = now, 0
        self._messages_in_window += 1
        if len(text or received.get("bytes") or "") > self._limits.message:
            self.close(Close.TOO_BIG)
        elif self._messages_in_window > self._limits.messages:
            self.close(Close.TOO_MANY_MESSAGES)
        elif text is None:
            self.report_error("Send text messages, not binary ones")
        else:
            await self._understand(text)

    async def _understand(self, text: str) -> None:
        try:
            said = protocol.read(text)
        except InvalidMessage as problem:
            self.report_error(str(problem))
            return
        if said.pong is not UNSET:
            self._answers_pings = True
        elif said.ping is not UNSET:
            self.send_event("pong", said.ping)
        else:
            await self._handler.on_message(self, said)

    def report_error(self, why: str) -> None:
        """Answers an invalid message."""
        self.send_event("error", {"code": "BAD_MESSAGE", "message": why})


async def close_socket(send: Send, why: Close, seconds: float) -> None:
    """Sends the close frame. If the client does not read it in time, the web server drops the connection."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(seconds):
            await send({"type": "websocket.close", "code": why.code, "reason": why.reason})
