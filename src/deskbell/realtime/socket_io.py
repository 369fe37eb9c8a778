"""Socket.IO: the events of v2, sent to rooms. python-socketio implements the protocol."""

import asyncio
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import socketio
import structlog

from deskbell.features.eventlog.records import EventWithObjects
from deskbell.features.tickets import service as tickets
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import DeskbellError, Forbidden, NotFound, Unauthenticated
from deskbell.kernel.permissions import Permission
from deskbell.kernel.sockets import Topic
from deskbell.realtime.authentication import Authenticator, Credential
from deskbell.realtime.hub import Hub
from deskbell.realtime.limits import Close, Limits
from deskbell.realtime.subscriber import Broadcast
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.messages import sentence

_log: Final = structlog.get_logger("deskbell.realtime")

Emissions = Callable[[EventWithObjects], list[tuple[str, str, Any]]]
"""Maps an event_with_objects to emissions: (event, room, data)."""


class SocketIo:
    """The ASGI application below `/socket.io/`."""

    def __init__(
        self, hub: Hub, database: Database, authenticator: Authenticator, limits: Limits, emissions: Emissions
    ) -> None:
        self._hub, self._database, self._authenticator, self._limits = hub, database, authenticator, limits
        self._emissions = emissions
        self._clients: dict[str, _Client] = {}
        # `socket_credentials` checks origins, as for `/ws`: it accepts tokens from any origin and cookies from our own.
        # The library's check would also refuse tokens, and our own pages behind a proxy that terminates TLS.
        self.server: Any = socketio.AsyncServer(
            async_mode="asgi", max_http_buffer_size=65_536, ping_interval=int(limits.heartbeat), ping_timeout=20,
            cors_allowed_origins="*", cors_credentials=False,
        )  # fmt: skip
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)
        self.server.on("join", self._join)
        self.server.on("leave", self._leave)
        self._app: Any = socketio.ASGIApp(self.server, socketio_path="socket.io")
        hub.watch(self._emit)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request or connection."""
        await self._app(scope, receive, send)

    async def stop(self) -> None:
        """Ends every connection."""
        await self.server.shutdown()

    async def _connect(self, sid: str, environ: Any, auth: Any = None) -> None:
        refused = socketio.exceptions.ConnectionRefusedError  # its arguments are the client's `message` and `data`
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            credential = (
                self._authenticator.read(token)
                if isinstance(token, str)
                else self._authenticator.admit(environ["asgi.scope"])
            )
            actor = await self._authenticator.actor(credential)
            client = _Client(self, sid, actor, credential, self._limits)
            self._clients[sid] = client
            await self._hub.enter(client)
            if await self._authenticator.actor(credential) != actor:
                raise Unauthenticated
        except DATABASE_ERRORS:
            self._remove(sid)
            raise refused("Try again shortly", {"code": "SERVICE_UNAVAILABLE"}) from None
        except DeskbellError as refusal:
            self._remove(sid)
            raise refused(sentence(refusal.reason), {"code": refusal.code}) from None
        if not actor.may(Permission.TICKET_READ):  # every event is about a ticket
            return
        await self.server.enter_room(sid, f"user:{actor.organization_id}:{actor.id}")
        if actor.is_staff:
            await self.server.enter_room(sid, f"org:{actor.organization_id}")

    async def _disconnect(self, sid: str, *_reason: Any) -> None:
        self._remove(sid)

    def _remove(self, sid: str) -> None:
        client = self._clients.pop(sid, None)
        if client is not None:
            self._hub.leave(client)

    async def _join(self, sid: str, wanted: Any = None) -> dict[str, Any]:
        """Joins the room of a ticket that the client may see. `wanted` is its id, or `{"ticketId": id}`."""
        client, ticket_id = self._clients.get(sid), _ticket_id(wanted)
        if client is None or ticket_id is None:
            return _refusal("BAD_REQUEST", "Say which ticket: its id, or an object with ticketId")
        try:
            async with self._database.unit(client.actor) as uow:
                await tickets.get(uow, ticket_id)
        except (Forbidden, NotFound) as refusal:
            return _refusal(refusal.code, sentence(refusal.reason))
        except DATABASE_ERRORS:
            return _refusal("SERVICE_UNAVAILABLE", "Try again shortly")
        await self.server.enter_room(sid, client.room_of(ticket_id))
        return {"data": {"ticketId": str(ticket_id)}}

    async def _leave(self, sid: str, wanted: Any = None) -> dict[str, Any]:
        client, ticket_id = self._clients.get(sid), _ticket_id(wanted)
        if client is None or ticket_id is None:
            return _refusal("BAD_REQUEST", "Say which ticket: its id, or an object with ticketId")
        await self.server.leave_room(sid, client.room_of(ticket_id))
        return {"data": {"ticketId": str(ticket_id)}}

    async def _emit(self, event_with_objects: EventWithObjects) -> None:
        if self._clients:
            for event, room, data in self._emissions(event_with_objects):
                await self.server.emit(event, data, room=room)

    def queued(self, sid: str) -> int:
        """The number of messages queued for a client."""
        eio_sid = self.server.manager.eio_sid_from_sid(sid, "/")
        connection = self.server.eio.sockets.get(eio_sid)
        return int(connection.queue.qsize()) if connection is not None else 0

    async def recheck(self, client: "_Client") -> None:
        """Checks a client's credential again."""
        try:
            if await self._authenticator.actor(client.credential) != client.actor:
                client.close(Close.RIGHTS_CHANGED)
        except Unauthenticated:
            client.close(Close.SIGNED_OUT)
        except DATABASE_ERRORS:
            _log.info("a connection's credential could not be checked; the next check decides")

    async def disconnect(self, sid: str, why: Close | None) -> None:
        """Closes a client's connection. Without a reason it is dropped: a client that does not read would not see one."""
        self._remove(sid)
        try:
            if why is None:
                await self.server.eio.disconnect(self.server.manager.eio_sid_from_sid(sid, "/"))
            else:
                await self.server.disconnect(sid)
        except Exception:  # noqa: BLE001 - the library raises different errors for a client that has disconnected
            _log.debug("a client had already disconnected", exc_info=True)


class _Client:
    """A Socket.IO connection as a subscriber of the hub, which can close it. Its events arrive through rooms."""

    def __init__(self, server: SocketIo, sid: str, actor: Actor, credential: Credential, limits: Limits) -> None:
        self.actor = actor
        self.topics: frozenset[Topic] = frozenset()
        self.credential = credential
        self._server, self._sid, self._limits = server, sid, limits
        self._next_check = asyncio.get_running_loop().time() + limits.recheck
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    def room_of(self, ticket_id: UUID) -> str:
        """The ticket's room for this client: of staff or of customers."""
        return f"ticket:{ticket_id}:{'staff' if self.actor.is_staff else 'customer'}"

    def deliver(self, broadcast: Broadcast) -> None:
        """Does nothing: rooms deliver events."""

    def resync(self, position: int) -> None:
        """Asks the client to fetch again. v2 has no replay, so `position` is unused."""
        del position
        self._do(self._server.server.emit("resync", {}, to=self._sid))

    def close(self, why: Close) -> None:
        """Closes the connection."""
        if not self._closing:
            self._closing = True
            self._do(self._server.disconnect(self._sid, None if why is Close.TOO_SLOW else why))

    def tick(self, now: float) -> None:
        """Checks the queue's length and the credential. The protocol sends its own heartbeats."""
        if self._server.queued(self._sid) > self._limits.queue:
            self.close(Close.TOO_SLOW)
        if now >= self._next_check:
            self._next_check = now + self._limits.recheck
            self._do(self._server.recheck(self))

    def _do(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _ticket_id(wanted: Any) -> UUID | None:
    text = wanted.get("ticketId") if isinstance(wanted, dict) else wanted
    try:
        return UUID(text.removeprefix("ticket:")) if isinstance(text, str) else None
    except ValueError:
        return None


def _refusal(code: str, sentence: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": sentence}}
