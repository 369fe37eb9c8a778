"""Composition root: the runtime is opened here, the contracts are built on it, and requests find their way to them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final

import structlog
from litestar import Litestar
from litestar.types import ASGIApp, Receive, Scope, Send

from deskbell.api.dispatch import Dispatcher
from deskbell.api.shared.contract import Contract, RouteEntry
from deskbell.api.v1.contract import CONTRACT as V1
from deskbell.features import load_all
from deskbell.features.accounts.tokens import TokenKeys
from deskbell.runtime.access_log import AccessLog
from deskbell.runtime.database import Database
from deskbell.runtime.settings import Settings
from deskbell.runtime.storage import Storage
from deskbell.web.site import build_site

__all__ = ["CONTRACTS", "application", "create_app", "list_routes", "openapi_document"]

CONTRACTS: Final[dict[str, Contract]] = {contract.name: contract for contract in (V1,)}

_log: Final = structlog.get_logger("deskbell")


class App:
    """The whole server as one ASGI application. The runtime opens with ASGI's lifespan and closes with it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._dispatcher: Dispatcher | None = None

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
        database = await Database.open(self.settings.database_url or "", size=self.settings.pool_size)
        try:
            state = {
                "database": database,
                "settings": self.settings,
                "token_keys": TokenKeys(self.settings.secret_key),
                "storage": Storage.open(self.settings),
            }
            contracts: dict[str, ASGIApp] = {name: c.build(dict(state)) for name, c in CONTRACTS.items()}
            site = build_site(dict(state), {name: c.title for name, c in CONTRACTS.items()}, openapi_document)
            self._dispatcher = Dispatcher(
                contracts, site, default_api=self.settings.api_default, access_log=AccessLog(self.settings.log_format)
            )
            yield
        finally:
            self._dispatcher = None
            await database.close()

    async def _live(self, receive: Receive, send: Any) -> None:
        await receive()
        try:
            async with self.running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            _log.exception("start-up failed")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.shutdown.complete"})


def create_app(settings: Settings) -> App:
    """The server for these settings; the database must be migrated."""
    load_all()
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
