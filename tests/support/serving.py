"""Serves applications of this process to a browser, each under the address that its own links name.

A browser takes rules for where a host and port are found (`--host-resolver-rules`), so one server on a
free port answers for whichever desk a test serves. Answering through the driver instead, request by request, costs a
quarter more processor time and keeps the browser from caching.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any, cast

import uvicorn

from tests.support.desk import Desk

ADDRESS = "127.0.0.1:8000"
"""The host and port of the base address that a desk has without settings."""


class _Server(uvicorn.Server):
    """A server inside a test process, whose signals are pytest's."""

    def capture_signals(self) -> Any:
        return nullcontext()


class LocalServer:
    """Answers a browser with the desk that a test serves; nothing is served outside of `serving`."""

    def __init__(self) -> None:
        self._desks: list[Desk] = []
        self._requests: dict[Desk, int] = {}
        self._idle = asyncio.Condition()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """Runs the server. Gives the rule by which a browser finds it under `ADDRESS`."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            config = uvicorn.Config(
                cast(Any, self._answer),
                interface="asgi3",
                lifespan="off",
                ws="none",
                proxy_headers=False,
                date_header=False,  # the application has one of its own
                server_header=False,
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=5,
            )
            server = _Server(config)
            running = asyncio.create_task(server.serve([listening]))
            yield f"MAP {ADDRESS} 127.0.0.1:{listening.getsockname()[1]}"
            server.should_exit = True
            await running

    @contextmanager
    def serving(self, desk: Desk) -> Iterator[str]:
        """Answers with a desk, in place of one that is served already. Gives its base address."""
        assert desk.settings.base_url == f"http://{ADDRESS}", "the browser looks for desks at one address"
        self._desks.append(desk)
        try:
            yield desk.settings.base_url
        finally:
            self._desks.remove(desk)

    async def quiet(self, desk: Desk) -> None:
        """Returns when no request to a desk is under way."""
        async with self._idle:
            await self._idle.wait_for(lambda: not self._requests.get(desk))

    async def _answer(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if not self._desks:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        desk = self._desks[-1]
        self._requests[desk] = self._requests.get(desk, 0) + 1
        try:
            await cast(Any, desk.app)(scope, receive, send)
        finally:
            self._requests[desk] -= 1
            async with self._idle:
                self._idle.notify_all()


SERVER = LocalServer()
"""The server of this test process; the fixture `browser` runs it."""
