"""Composition root: the runtime is opened here, the contracts are built on it, and requests find their way to them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final

import structlog
from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from deskbell.api.dispatch import Dispatcher, Runtime
from deskbell.api.platform import sockets as platform_sockets
from deskbell.api.platform.contract import CONTRACT as PLATFORM
from deskbell.api.portals.contract import CONTRACT as PORTALS
from deskbell.api.routes.contract import CONTRACT as ROUTES
from deskbell.api.shared.contract import Contract, RouteEntry
from deskbell.api.shared.limits import Limiter
from deskbell.api.shared.sockets import socket_credentials
from deskbell.api.v1 import sockets as v1_sockets
from deskbell.api.v1.contract import CONTRACT as V1
from deskbell.api.v2 import sockets as v2_sockets
from deskbell.api.v2.contract import CONTRACT as V2
from deskbell.features.access import passwords
from deskbell.features.access.tokens import TokenKeys
from deskbell.realtime.service import Presenters, Realtime
from deskbell.runtime.access_log import AccessLog
from deskbell.runtime.database import Database
from deskbell.runtime.discovery import load_all
from deskbell.runtime.garbage import freeze_loaded
from deskbell.runtime.replica import Replica
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage
from deskbell.web.site import build_site

__all__ = ["CONTRACTS", "application", "create_app", "list_routes", "openapi_document"]

CONTRACTS: Final[dict[str, Contract]] = {contract.name: contract for contract in (V1, V2, PLATFORM, ROUTES, PORTALS)}

PRESENTERS: Final = Presenters(
    everything=v1_sockets.present,
    one_ticket=platform_sockets.present,
    emissions=v2_sockets.emissions,
    credentials_of=socket_credentials,
)
"""The presenters of each kind of socket: events in the form of the contract that documents it."""

_log: Final = structlog.get_logger("deskbell")


class App:
    """The whole server as one ASGI application. The runtime opens with ASGI's lifespan and closes with it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._dispatcher: Dispatcher | None = None
        self._realtime: Realtime | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, or the lifespan."""
        kind: str = scope["type"]
        if kind == "lifespan":
            await self._live(receive, send)
        elif self._dispatcher is not None:
            await self._dispatcher(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The application with its runtime open."""
        database = await Database.open(
            self.settings.database_url or "",
            size=self.settings.pool_size,
            statement_timeout=self.settings.statement_timeout,
        )
        replica = await self._replica()
        try:
            limits = self.settings.rate_limits
            limiter = Limiter(limits.limits) if limits else None
            state = {
                "database": database,
                "replica": replica,
                "settings": self.settings,
                "token_keys": (keys := TokenKeys(self.settings.secret_key)),
                "storage": Storage.open(self.settings),
                "limiter": limiter,
            }
            contracts: dict[str, ASGIApp] = {name: c.build(dict(state)) for name, c in CONTRACTS.items()}
            site = build_site(dict(state), {name: c.title for name, c in CONTRACTS.items()}, openapi_document)
            settings = self.settings
            access_log = AccessLog(settings.log_format)
            runtime = Runtime(database, limiter, access_log, settings.api_default, settings.trusted_proxies)
            realtime = await Realtime.start(database, keys, PRESENTERS)
            try:
                self._realtime = realtime
                self._dispatcher = Dispatcher(contracts, site, runtime, live=realtime)
                yield
            finally:
                self._dispatcher = self._realtime = None
                await realtime.stop()
        finally:
            await database.close()
            if replica is not None:
                await replica.close()

    async def _replica(self) -> Replica | None:
        settings = self.settings
        if settings.replica_url is None:
            return None
        return await Replica.open(
            settings.replica_url, size=settings.pool_size, statement_timeout=settings.statement_timeout
        )

    async def drain(self, seconds: float) -> None:
        """Closes every socket and waits until they have ended, `seconds` at most."""
        if self._realtime is not None:
            await self._realtime.drain(seconds)

    async def _live(self, receive: Receive, send: Any) -> None:
        await receive()
        try:
            async with self.running():
                freeze_loaded()
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            _log.exception("start-up failed")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.shutdown.complete"})


def create_app(settings: Settings) -> App:
    """The server for these settings; the database must be migrated."""
    load_all("deskbell.features", "deskbell.channels")
    passwords.use_cost(settings.password_cost)
    return App(settings)


def application() -> App:
    """Factory for the web server's workers: settings come from the environment."""
    settings = Settings.load()
    from deskbell.runtime.logging import configure  # noqa: PLC0415 - workers only

    configure(settings.log_format)
    return create_app(settings)


@cache
def _unconnected(name: str) -> Litestar:
    """A contract without a runtime: for its routes and its document."""
    return CONTRACTS[name].build({})


def list_routes() -> Iterator[RouteEntry]:
    """Every operation of every contract with what it asks of its caller."""
    for name, contract in CONTRACTS.items():
        yield from contract.entries(_unconnected(name))


@cache
def openapi_document(contract: str) -> dict[str, Any]:
    """A contract's OpenAPI 3.1 document. Raises `KeyError` for an unknown contract."""
    return CONTRACTS[contract].document(_unconnected(contract))
