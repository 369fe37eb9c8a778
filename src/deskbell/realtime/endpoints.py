"""The WebSocket addresses: `/ws` for everything a person may know of, `/ws/tickets/{ticket_id}` for one ticket."""

from typing import Any, Final
from uuid import UUID

import structlog
from msgspec import UNSET

from deskbell.features.eventlog import service as eventlog
from deskbell.features.eventlog.policy import may_know
from deskbell.features.eventlog.records import Moment
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.events import TicketDeleted
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import DeskbellError, Forbidden, NotFound, Unauthenticated
from deskbell.kernel.permissions import Permission
from deskbell.realtime.access import Doorkeeper, Pass
from deskbell.realtime.company import Company
from deskbell.realtime.connection import Connection, Receive, Send, goodbye
from deskbell.realtime.hub import Hub
from deskbell.realtime.limits import Close, Limits
from deskbell.realtime.member import News, Present
from deskbell.realtime.protocol import ClientMessage
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.faults import DATABASE_ERRORS

_log: Final = structlog.get_logger("deskbell.realtime")
_FOR_TICKET: Final = "/ws/tickets/"


class _Turned(Exception):
    """The connection is not to be."""

    def __init__(self, why: Close) -> None:
        super().__init__(why.reason)
        self.why = why


class Sockets:
    """The ASGI application of both addresses."""

    def __init__(
        self, hub: Hub, database: Database, doorkeeper: Doorkeeper, company: Company, limits: Limits,
        *, everything: Present, one_ticket: Present,
    ) -> None:  # fmt: skip
        self._hub, self._database, self._doorkeeper, self._company = hub, database, doorkeeper, company
        self._limits = limits
        self._everything, self._one_ticket = everything, one_ticket

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """One connection. It is accepted before it is judged: a browser is told the close code only then."""
        path: str = scope["path"].rstrip("/")
        if (await receive())["type"] != "websocket.connect":
            return
        if path != "/ws" and not path.startswith(_FOR_TICKET):
            await send({"type": "websocket.close", "code": 4404, "reason": "There is nothing here"})
            return
        await send({"type": "websocket.accept"})
        try:
            await self._serve(scope, path, receive, send)
        except _Turned as turned:
            await goodbye(send, turned.why, self._limits.goodbye)

    async def _serve(self, scope: Any, path: str, receive: Receive, send: Send) -> None:
        shown, actor = await self._admit(scope)
        ticket_id = _ticket_in(path)
        connection = Connection(
            receive, send, actor=actor, limits=self._limits, listener=self,
            present=self._everything if ticket_id is None else self._one_ticket,
            recheck=lambda: self._doorkeeper.actor(shown),
            tickets=None if ticket_id is None else frozenset({ticket_id}),
        )  # fmt: skip
        try:
            await connection.live(*await self._open(connection, shown, ticket_id, _since(scope)))
        finally:
            self._hub.leave(connection)
            await self._company.forget(connection)

    async def _admit(self, scope: Any) -> tuple[Pass, Actor]:
        try:
            shown = self._doorkeeper.admit(scope)
            return shown, await self._doorkeeper.actor(shown)
        except DATABASE_ERRORS as error:
            raise _Turned(Close.UNAVAILABLE) from error
        except DeskbellError as error:
            raise _Turned(Close.SIGNED_OUT) from error

    async def _open(
        self, connection: Connection, shown: Pass, ticket_id: UUID | None, since: str | None
    ) -> tuple[Moment, list[News]]:
        """Lets the connection in, and only then looks again: what changes from here on is announced to it."""
        try:
            await self._hub.enter(connection)
            if await self._doorkeeper.actor(shown) != connection.actor:
                raise _Turned(Close.RIGHTS_CHANGED)
            if ticket_id is not None:
                async with self._database.unit(connection.actor) as uow:
                    await tickets.get(uow, ticket_id)
            async with self._database.unit(Actor.system(connection.actor.organization_id)) as uow:
                began = await eventlog.now(
                    uow
                )  # before what was missed is read, or there would be a gap between the two
                return began, [] if since is None else await self._missed(uow, connection, since)
        except Unauthenticated as error:
            raise _Turned(Close.SIGNED_OUT) from error
        except (Forbidden, NotFound) as error:
            raise _Turned(Close.NO_SUCH_TICKET) from error
        except DATABASE_ERRORS as error:
            raise _Turned(Close.UNAVAILABLE) from error

    async def _missed(self, uow: UnitOfWork, connection: Connection, since: str) -> list[News]:
        """What the connection has missed; nothing but a word where it begins now, or where that cannot be said."""
        if since == "now":
            connection.say("ready", {"since": await eventlog.latest(uow)})
            return []
        missed = await eventlog.missed_since(uow, int(since)) if since.isdecimal() and len(since) < 19 else None
        # Who could see a ticket that has been purged since is not known any more: a customer had better look afresh.
        purged = any(each.ticket is None and isinstance(each.recorded.event, TicketDeleted) for each in missed or ())
        if missed is None or (purged and not connection.actor.is_staff):
            connection.resync(await eventlog.latest(uow))
            return []
        known = [News(each) for each in missed if may_know(connection.actor, each)]
        return [each for each in known if connection.wants(each)]

    async def said(self, connection: Connection, message: ClientMessage) -> None:
        """Narrowing and presence."""
        if message.subscribe is not UNSET:
            if connection.fixed:
                connection.complain("This socket is for one ticket")
                return
            wanted = message.subscribe.tickets
            connection.tickets = None if wanted is None else frozenset(wanted)
            connection.say("subscribed", {"tickets": wanted})
            return
        if not connection.actor.is_staff or not connection.actor.may(Permission.TICKET_READ):
            connection.complain("Only staff can see each other on a ticket")
            return
        try:
            if message.viewing is not UNSET:
                await self._company.note(connection, message.viewing, "viewing")
            elif message.typing is not UNSET:
                await self._company.note(connection, message.typing, "typing")
            elif message.left is not UNSET:
                await self._company.note(connection, message.left, "left")
        except DATABASE_ERRORS:
            _log.info("presence could not be announced; the client says it again", exc_info=True)


def _ticket_in(path: str) -> UUID | None:
    """The ticket that a path is about; None for `/ws`."""
    if path == "/ws":
        return None
    try:
        return UUID(path.removeprefix(_FOR_TICKET))
    except ValueError:
        raise _Turned(Close.NO_SUCH_TICKET) from None


def _since(scope: Any) -> str | None:
    for part in scope.get("query_string", b"").decode("latin-1").split("&"):
        name, _, value = part.partition("=")
        if name == "since":
            return str(value)
    return None
