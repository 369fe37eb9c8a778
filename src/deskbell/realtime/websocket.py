"""The WebSocket endpoints: `/ws` for everything the caller may see, `/ws/tickets/{ticket_id}` for one ticket."""

from typing import Any, Final
from uuid import UUID

import structlog
from msgspec import UNSET

from deskbell.features.eventlog import service as eventlog
from deskbell.features.eventlog.policy import is_of_directory, may_know
from deskbell.features.eventlog.records import Moment
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.events import TicketDeleted
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import DeskbellError, Forbidden, NotFound, Unauthenticated
from deskbell.kernel.permissions import Permission
from deskbell.kernel.sockets import ClientMessage, Topic
from deskbell.realtime.authentication import Authenticator, Credential
from deskbell.realtime.connection import Connection, Receive, Send, close_socket
from deskbell.realtime.counts import CountsPusher
from deskbell.realtime.hub import Hub
from deskbell.realtime.limits import Close, Limits
from deskbell.realtime.presence import PresenceTracker
from deskbell.realtime.subscriber import Broadcast, Present
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.realtime")
_FOR_TICKET: Final = "/ws/tickets/"


class _Rejected(Exception):
    """The connection is refused."""

    def __init__(self, why: Close) -> None:
        super().__init__(why.reason)
        self.why = why


class WebSockets:
    """The ASGI application of both addresses."""

    def __init__(
        self, hub: Hub, database: Database, authenticator: Authenticator, presence_tracker: PresenceTracker, counts: CountsPusher,
        limits: Limits, *, everything: Present, one_ticket: Present,
    ) -> None:  # fmt: skip
        self._hub, self._database, self._authenticator, self._presence = hub, database, authenticator, presence_tracker
        self._counts, self._limits = counts, limits
        self._everything, self._one_ticket = everything, one_ticket

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serves one connection. It is accepted before authentication: browsers see close codes of accepted sockets only."""
        path: str = scope["path"].rstrip("/")
        if (await receive())["type"] != "websocket.connect":
            return
        if path != "/ws" and not path.startswith(_FOR_TICKET):
            await send({"type": "websocket.close", "code": 4404, "reason": "Not found"})
            return
        await send({"type": "websocket.accept"})
        try:
            await self._serve(scope, path, receive, send)
        except _Rejected as rejected:
            await close_socket(send, rejected.why, self._limits.close_timeout)

    async def _serve(self, scope: Any, path: str, receive: Receive, send: Send) -> None:
        credential, actor = await self._admit(scope)
        ticket_id = _ticket_in(path)
        only = ticket_id or actor.only_ticket
        connection = Connection(
            receive, send, actor=actor, limits=self._limits, handler=self,
            present=self._everything if ticket_id is None else self._one_ticket,
            recheck=lambda: self._authenticator.actor(credential),
            tickets=None if only is None else frozenset({only}),
        )  # fmt: skip
        try:
            await connection.live(*await self._open(connection, credential, ticket_id, _since(scope)))
        finally:
            self._hub.leave(connection)
            await self._presence.remove(connection)

    async def _admit(self, scope: Any) -> tuple[Credential, Actor]:
        try:
            credential = self._authenticator.admit(scope)
            return credential, await self._authenticator.actor(credential)
        except DATABASE_ERRORS as error:
            raise _Rejected(Close.UNAVAILABLE) from error
        except DeskbellError as error:
            raise _Rejected(Close.SIGNED_OUT) from error

    async def _open(
        self, connection: Connection, credential: Credential, ticket_id: UUID | None, since: str | None
    ) -> tuple[Moment, list[Broadcast]]:
        """Subscribes the connection, then checks its rights again: later changes are announced to it."""
        try:
            await self._hub.enter(connection)
            if await self._authenticator.actor(credential) != connection.actor:
                raise _Rejected(Close.RIGHTS_CHANGED)
            if ticket_id is not None:
                async with self._database.unit(connection.actor) as uow:
                    await tickets.get(uow, ticket_id)
            async with self._database.unit(Actor.system(connection.actor.organization_id)) as uow:
                began = await eventlog.now(
                    uow
                )  # before the missed events are read, or there would be a gap between the two
                return began, [] if since is None else await self._missed(uow, connection, since)
        except Unauthenticated as error:
            raise _Rejected(Close.SIGNED_OUT) from error
        except (Forbidden, NotFound) as error:
            raise _Rejected(Close.NO_SUCH_TICKET) from error
        except DATABASE_ERRORS as error:
            raise _Rejected(Close.UNAVAILABLE) from error

    async def _missed(self, uow: UnitOfWork, connection: Connection, since: str) -> list[Broadcast]:
        """Events the connection missed. Sends `ready` or `resync` instead if it starts now or they are unknown."""
        if since == "now":
            connection.send_event("ready", {"since": await eventlog.latest(uow)})
            return []
        missed = await eventlog.missed_since(uow, int(since)) if since.isdecimal() and len(since) < 19 else None
        # The customers who could see a ticket that has been purged since are unknown: ask every customer to fetch again.
        purged = any(each.ticket is None and isinstance(each.recorded.event, TicketDeleted) for each in missed or ())
        if missed is None or (purged and not connection.actor.is_staff):
            connection.resync(await eventlog.latest(uow))
            return []
        # No topic is asked for yet: a client that asks for the directory fetches it then.
        known = [
            Broadcast(each)
            for each in missed
            if not is_of_directory(each.recorded.event) and may_know(connection.actor, each)
        ]
        return [each for each in known if connection.wants(each)]

    async def on_message(self, connection: Connection, message: ClientMessage) -> None:
        """Changes the ticket filter, the further messages, or presence."""
        if message.subscribe is not UNSET:
            if connection.fixed:
                connection.report_error("This socket is limited to one ticket; use /ws for a filter")
                return
            wanted = message.subscribe.tickets
            connection.tickets = None if wanted is None else frozenset(wanted)
            connection.send_event("subscribed", {"tickets": wanted})
            return
        if connection.actor.only_ticket is not None:
            await self._hear_guest(connection, message)
            return
        if not connection.actor.is_staff or not connection.actor.may(Permission.TICKET_READ):
            connection.report_error("Presence is available to staff only")
            return
        if message.here is not UNSET:
            connection.here = message.here
            return
        if message.include is not UNSET:
            self._include(connection, message.include)
            return
        if message.watch is not UNSET:
            self._presence.watch(connection, frozenset(message.watch))
            return
        await self._note_presence(connection, message)

    async def _hear_guest(self, connection: Connection, message: ClientMessage) -> None:
        """Guests are present on their own ticket, and may say nothing else."""
        named = {message.viewing, message.typing, message.left} - {UNSET}
        if named == {connection.actor.only_ticket}:
            await self._note_presence(connection, message)
        else:
            connection.report_error("A guest is present on one ticket alone")

    async def _note_presence(self, connection: Connection, message: ClientMessage) -> None:
        try:
            if message.viewing is not UNSET:
                await self._presence.update(connection, message.viewing, "viewing")
            elif message.typing is not UNSET:
                await self._presence.update(connection, message.typing, "typing")
            elif message.left is not UNSET:
                await self._presence.update(connection, message.left, "left")
        except DATABASE_ERRORS:
            _log.info("presence could not be announced; the client will repeat it", exc_info=True)

    def _include(self, connection: Connection, topics: list[Topic]) -> None:
        if connection.fixed:
            connection.report_error("This socket is limited to one ticket; use /ws for further messages")
            return
        connection.topics = frozenset(topics)
        connection.send_event("included", {"topics": sorted(connection.topics)})
        if "counts" in connection.topics:
            self._counts.want(connection)


def _ticket_in(path: str) -> UUID | None:
    """The ticket in a path; None for `/ws`."""
    if path == "/ws":
        return None
    try:
        return UUID(path.removeprefix(_FOR_TICKET))
    except ValueError:
        raise _Rejected(Close.NO_SUCH_TICKET) from None


def _since(scope: Any) -> str | None:
    for part in scope.get("query_string", b"").decode("latin-1").split("&"):
        name, _, value = part.partition("=")
        if name == "since":
            return str(value)
    return None
