"""The realtime application: starts and stops the hub, and routes connections."""

from typing import Any

from msgspec import Struct

from deskbell.features.access.tokens import TokenKeys
from deskbell.realtime.authentication import Authenticator, CredentialsOf
from deskbell.realtime.connected import ConnectedStaff
from deskbell.realtime.counts import CountsPusher
from deskbell.realtime.hub import Hub
from deskbell.realtime.limits import Limits
from deskbell.realtime.outbox import OutboxPusher
from deskbell.realtime.presence import PresenceTracker
from deskbell.realtime.socket_io import Emissions, SocketIo
from deskbell.realtime.subscriber import Present
from deskbell.realtime.websocket import WebSockets
from deskbell.runtime.database import Database

_CONNECTIONS = 2
"""The size of the hub's own connection pool, so that a busy API does not delay events."""


class Presenters(Struct, frozen=True, kw_only=True):
    """The contracts' presenters of events and the reader of credentials. The application passes them in, because this layer
    must not import contracts.
    """

    everything: Present
    one_ticket: Present
    emissions: Emissions
    credentials_of: CredentialsOf


class Realtime:
    """`sockets` serves `/ws` and the paths below it, `gateway` serves `/socket.io/`."""

    def __init__(self, hub: Hub, own: Database, sockets: WebSockets, gateway: SocketIo) -> None:
        self._hub, self._own = hub, own
        self.sockets = sockets
        self.gateway = gateway

    @classmethod
    async def start(
        cls, database: Database, keys: TokenKeys, presenters: Presenters, limits: Limits | None = None
    ) -> "Realtime":
        """Starts listening. `database` serves clients; the hub opens connections of its own."""
        limits = limits or Limits()
        own = await Database.open(database.dsn, size=_CONNECTIONS)
        hub = Hub(own)
        authenticator = Authenticator(database, keys, presenters.credentials_of)
        presence_tracker = PresenceTracker(hub, database)
        sockets = WebSockets(
            hub,
            database,
            authenticator,
            presence_tracker,
            CountsPusher(hub, own),
            limits,
            everything=presenters.everything,
            one_ticket=presenters.one_ticket,
        )
        OutboxPusher(hub)
        ConnectedStaff(hub, own)
        gateway = SocketIo(hub, database, authenticator, limits, presenters.emissions)
        hub.start()
        return cls(hub, own, sockets, gateway)

    async def drain(self, seconds: float) -> None:
        """Closes every connection and waits until they have ended, `seconds` at most. Refuses new ones."""
        await self._hub.drain(seconds)

    async def stop(self) -> None:
        """Closes every connection and stops the hub."""
        await self._hub.stop()
        await self.gateway.stop()
        await self._own.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serves one connection."""
        app = self.gateway if scope["path"].startswith("/socket.io/") else self.sockets
        await app(scope, receive, send)
