"""Socket.IO: v2's events, in rooms. The protocol is python-socketio's, what is told and to whom is ours."""

import asyncio
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import socketio
import structlog

from deskbell.features.eventlog.records import Occurrence
from deskbell.features.tickets import service as tickets
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import DeskbellError, Forbidden, NotFound, Unauthenticated
from deskbell.kernel.permissions import Permission
from deskbell.realtime.access import Doorkeeper, Pass
from deskbell.realtime.hub import Hub
from deskbell.realtime.limits import Close, Limits
from deskbell.realtime.member import News
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.realtime")

Emissions = Callable[[Occurrence], list[tuple[str, str, Any]]]
"""What is to be emitted for an event: (event, room, data)."""


class Gateway:
    """The ASGI application below `/socket.io/`."""

    def __init__(
        self, hub: Hub, database: Database, doorkeeper: Doorkeeper, limits: Limits, emissions: Emissions
    ) -> None:
        self._hub, self._database, self._doorkeeper, self._limits = hub, database, doorkeeper, limits
        self._emissions = emissions
        self._guests: dict[str, _Guest] = {}
        # Whose page may connect is for `socket_credentials` to say, as at `/ws`: a token from anywhere, a cookie from
        # our own pages. (The library would refuse tokens too, and our pages behind a proxy that ends TLS.)
        self.server: Any = socketio.AsyncServer(
            async_mode="asgi", max_http_buffer_size=65_536, ping_interval=int(limits.heartbeat), ping_timeout=20,
            cors_allowed_origins="*", cors_credentials=False,
        )  # fmt: skip
        self.server.on("connect", self._connect)
        self.server.on("disconnect", self._disconnect)
        self.server.on("join", self._join)
        self.server.on("leave", self._leave)
        self._app: Any = socketio.ASGIApp(self.server, socketio_path="socket.io")
        hub.watch(self._told)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request or connection."""
        await self._app(scope, receive, send)

    async def stop(self) -> None:
        """Ends every connection."""
        await self.server.shutdown()

    async def _connect(self, sid: str, environ: Any, auth: Any = None) -> None:
        refused = socketio.exceptions.ConnectionRefusedError
        token = auth.get("token") if isinstance(auth, dict) else None
        try:
            shown = (
                self._doorkeeper.read(token)
                if isinstance(token, str)
                else self._doorkeeper.admit(environ["asgi.scope"])
            )
            actor = await self._doorkeeper.actor(shown)
            guest = _Guest(self, sid, actor, shown, self._limits)
            self._guests[sid] = guest
            await self._hub.enter(guest)
            if await self._doorkeeper.actor(shown) != actor:
                raise Unauthenticated
        except DATABASE_ERRORS:
            self._forget(sid)
            raise refused({"code": "SERVICE_UNAVAILABLE", "message": "Try again shortly"}) from None
        except DeskbellError as refusal:
            self._forget(sid)
            raise refused({"code": refusal.code, "message": refusal.message}) from None
        if not actor.may(Permission.TICKET_READ):  # every event is about a ticket
            return
        await self.server.enter_room(sid, f"user:{actor.organization_id}:{actor.id}")
        if actor.is_staff:
            await self.server.enter_room(sid, f"org:{actor.organization_id}")

    async def _disconnect(self, sid: str, *_reason: Any) -> None:
        self._forget(sid)

    def _forget(self, sid: str) -> None:
        guest = self._guests.pop(sid, None)
        if guest is not None:
            self._hub.leave(guest)

    async def _join(self, sid: str, wanted: Any = None) -> dict[str, Any]:
        """Into a ticket's room, for those who may see it. `wanted` is its id, or `{"ticketId": id}`."""
        guest, ticket_id = self._guests.get(sid), _ticket_id(wanted)
        if guest is None or ticket_id is None:
            return _refusal("BAD_REQUEST", "Say which ticket: its id, or an object with ticketId")
        try:
            async with self._database.unit(guest.actor) as uow:
                await tickets.get(uow, ticket_id)
        except (Forbidden, NotFound) as refusal:
            return _refusal(refusal.code, refusal.message)
        except DATABASE_ERRORS:
            return _refusal("SERVICE_UNAVAILABLE", "Try again shortly")
        await self.server.enter_room(sid, guest.room_of(ticket_id))
        return {"data": {"ticketId": str(ticket_id)}}

    async def _leave(self, sid: str, wanted: Any = None) -> dict[str, Any]:
        guest, ticket_id = self._guests.get(sid), _ticket_id(wanted)
        if guest is None or ticket_id is None:
            return _refusal("BAD_REQUEST", "Say which ticket: its id, or an object with ticketId")
        await self.server.leave_room(sid, guest.room_of(ticket_id))
        return {"data": {"ticketId": str(ticket_id)}}

    async def _told(self, occurrence: Occurrence) -> None:
        if self._guests:
            for event, room, data in self._emissions(occurrence):
                await self.server.emit(event, data, room=room)

    def waiting(self, sid: str) -> int:
        """How many messages wait for a guest."""
        eio_sid = self.server.manager.eio_sid_from_sid(sid, "/")
        connection = self.server.eio.sockets.get(eio_sid)
        return int(connection.queue.qsize()) if connection is not None else 0

    async def recheck(self, guest: "_Guest") -> None:
        """Asks again whether a guest has the right to be here."""
        try:
            if await self._doorkeeper.actor(guest.shown) != guest.actor:
                guest.dismiss(Close.RIGHTS_CHANGED)
        except Unauthenticated:
            guest.dismiss(Close.SIGNED_OUT)
        except DATABASE_ERRORS:
            _log.info("the right to a connection could not be checked; the next check will tell")

    async def show_out(self, sid: str, why: Close | None) -> None:
        """Ends a guest's connection; one that does not read gets no word, for it would not read that either."""
        self._forget(sid)
        try:
            if why is None:
                await self.server.eio.disconnect(self.server.manager.eio_sid_from_sid(sid, "/"))
            else:
                await self.server.disconnect(sid)
        except Exception:  # noqa: BLE001 - it may be gone already, in many ways
            _log.debug("a guest was gone already", exc_info=True)


class _Guest:
    """A Socket.IO connection as a member of the hub: its news travel by rooms, its rights are the hub's business."""

    def __init__(self, gateway: Gateway, sid: str, actor: Actor, shown: Pass, limits: Limits) -> None:
        self.actor = actor
        self.shown = shown
        self._gateway, self._sid, self._limits = gateway, sid, limits
        self._next_check = asyncio.get_running_loop().time() + limits.recheck
        self._tasks: set[asyncio.Task[None]] = set()
        self._leaving = False

    def room_of(self, ticket_id: UUID) -> str:
        """The room of a ticket for this guest's side."""
        return f"ticket:{ticket_id}:{'staff' if self.actor.is_staff else 'customer'}"

    def tell(self, news: News) -> None:
        """Told by rooms."""

    def resync(self, position: int) -> None:
        """Tells the client to fetch afresh; v2 has no replay, and so no use for a position."""
        del position
        self._do(self._gateway.server.emit("resync", {}, to=self._sid))

    def dismiss(self, why: Close) -> None:
        """Ends the connection."""
        if not self._leaving:
            self._leaving = True
            self._do(self._gateway.show_out(self._sid, None if why is Close.TOO_SLOW else why))

    def tick(self, now: float) -> None:
        """Slowness, and the right to be here; heartbeats are the protocol's own."""
        if self._gateway.waiting(self._sid) > self._limits.queue:
            self.dismiss(Close.TOO_SLOW)
        if now >= self._next_check:
            self._next_check = now + self._limits.recheck
            self._do(self._gateway.recheck(self))

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
