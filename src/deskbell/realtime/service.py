"""Realtime put together: what the application starts, stops and routes to."""

from typing import Any

from msgspec import Struct

from deskbell.features.access.tokens import TokenKeys
from deskbell.realtime.access import CredentialsOf, Doorkeeper
from deskbell.realtime.company import Company
from deskbell.realtime.endpoints import Sockets
from deskbell.realtime.gateway import Emissions, Gateway
from deskbell.realtime.hub import Hub
from deskbell.realtime.limits import Limits
from deskbell.realtime.member import Present
from deskbell.runtime.database import Database

_CONNECTIONS = 2
"""Database connections of the hub's own, so that a busy API does not delay news."""


class Forms(Struct, frozen=True, kw_only=True):
    """How each contract words events, and how credentials are read: given from above, for contracts are not below us."""

    everything: Present
    one_ticket: Present
    emissions: Emissions
    credentials_of: CredentialsOf


class Realtime:
    """`sockets` serves `/ws` and what is below it, `gateway` serves `/socket.io/`."""

    def __init__(self, hub: Hub, own: Database, sockets: Sockets, gateway: Gateway) -> None:
        self._hub, self._own = hub, own
        self.sockets = sockets
        self.gateway = gateway

    @classmethod
    async def start(cls, database: Database, keys: TokenKeys, forms: Forms, limits: Limits | None = None) -> "Realtime":
        """Begins to listen. `database` serves those who connect; the hub opens connections of its own."""
        limits = limits or Limits()
        own = await Database.open(database.dsn, size=_CONNECTIONS)
        hub = Hub(own)
        doorkeeper = Doorkeeper(database, keys, forms.credentials_of)
        company = Company(hub, database)
        sockets = Sockets(
            hub, database, doorkeeper, company, limits, everything=forms.everything, one_ticket=forms.one_ticket
        )
        gateway = Gateway(hub, database, doorkeeper, limits, forms.emissions)
        hub.start()
        return cls(hub, own, sockets, gateway)

    async def show_out(self, seconds: float) -> None:
        """Tells everybody that the server stops, and gives them so long to go; lets nobody in any more."""
        await self._hub.show_out(seconds)

    async def stop(self) -> None:
        """Shows everybody out, and stops."""
        await self._hub.stop()
        await self.gateway.stop()
        await self._own.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """A connection to any of its addresses."""
        app = self.gateway if scope["path"].startswith("/socket.io/") else self.sockets
        await app(scope, receive, send)
