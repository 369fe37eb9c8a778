"""A client of `/ws` that comes back after every break with the place it had come to."""

import asyncio
import json
from typing import Any

import websockets

from tests.faults.site import Site


class Follower:
    """Keeps every event's id; `breaks` counts lost connections, `resyncs` the requests to fetch again."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.received: list[int] = []
        self.breaks = 0
        self.resyncs = 0
        self.ready = asyncio.Event()
        self._since: int | str = "now"
        self._came = asyncio.Condition()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._site.up.wait()
            url = self._site.served.url.replace("http:", "ws:")
            try:
                async with websockets.connect(f"{url}/ws?token={self._site.token}&since={self._since}") as socket:
                    async for message in socket:
                        await self._receive(json.loads(message))
            except (OSError, websockets.WebSocketException, EOFError):
                await asyncio.sleep(0.05)  # as a client would, before it comes back
            self.breaks += 1

    async def _receive(self, message: dict[str, Any]) -> None:
        if message["event"] == "ready":
            self._since = message["data"]["since"]
            self.ready.set()
        elif message["event"] == "resync":
            self.resyncs += 1
        elif message["id"] is not None:
            self._since = message["id"]
            self.received.append(message["id"])
            async with self._came:
                self._came.notify_all()

    async def until(self, ids: set[int]) -> None:
        """Waits until all of these were received."""
        async with asyncio.timeout(300), self._came:
            await self._came.wait_for(lambda: ids <= set(self.received))
