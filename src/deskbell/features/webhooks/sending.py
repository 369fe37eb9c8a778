"""One HTTP request to a receiver that may be slow, broken or hostile.

Built on httpcore, because its network backend is the place where a connection's address can be checked at the moment of
connecting, and because it has neither redirects, cookies nor proxies that would have to be switched off.
"""

import asyncio
import socket
import ssl
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit

import httpcore
from msgspec import Struct

from deskbell.features.webhooks.targets import AllowedHosts, TargetRefused, is_public, read_target

__all__ = ["TOTAL_SECONDS", "Answer", "Found", "Sender", "Unreachable"]

T = TypeVar("T")

TOTAL_SECONDS: Final = 10.0
"""The time that one attempt may take in total."""
_CONNECT_SECONDS: Final = 5.0
_MOST_READ: Final = 64 * 1024
_MOST_KEPT: Final = 4_000
_MOST_HEADERS: Final = 40
_LONGEST_HEADER: Final = 400


class Unreachable(Exception):
    """There was no answer; the text says why, for an admin."""


class Answer(Struct, frozen=True):
    """A receiver's answer, cut to the part that is kept."""

    status: int
    headers: dict[str, str]
    excerpt: str


class Found(Struct, frozen=True):
    """The answer to a GET; of a content that is longer than was asked for, one byte more."""

    status: int
    headers: dict[str, str]
    content: bytes


class Sender:
    """Sends requests. Connections are kept for the next request to the same host for a few seconds."""

    def __init__(self, allowed: AllowedHosts, *, ssl_context: ssl.SSLContext | None = None) -> None:
        self._allowed = allowed
        self._lookups = ThreadPoolExecutor(max_workers=64, thread_name_prefix="webhook-names")
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            max_connections=None,  # the dispatcher has its own bounds; a queue here would mix the receivers
            max_keepalive_connections=100,
            keepalive_expiry=5.0,
            network_backend=_CheckedNetwork(allowed, self._lookups),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._pool.aclose()
        self._lookups.shutdown(wait=False, cancel_futures=True)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, *, most_kept: int = _MOST_KEPT) -> Answer:
        """POSTs a body and reads the beginning of the answer, `most_kept` characters. Raises `Unreachable`."""
        return await self._within_bounds(url, self._post(url, headers, body, most_kept))

    async def get(self, url: str, headers: Mapping[str, str], most: int) -> Found:
        """GETs at most so many bytes, and one more where there are more. Raises `Unreachable`."""
        return await self._within_bounds(url, self._get(url, headers, most))

    async def _within_bounds(self, url: str, asking: Coroutine[Any, Any, T]) -> T:
        try:
            read_target(url, self._allowed)  # the list may have changed since the URL was registered
            async with asyncio.timeout(TOTAL_SECONDS):
                return await asking
        except TargetRefused as refused:
            raise Unreachable(f"Not sent: {refused}") from None
        except TimeoutError:
            raise Unreachable(f"No answer within {TOTAL_SECONDS:.0f} seconds") from None
        except httpcore.TimeoutException:
            raise Unreachable(f"No connection within {_CONNECT_SECONDS:.0f} seconds") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, ssl.SSLError) as error:
            raise Unreachable(_reason(error)) from None
        finally:
            asking.close()  # where it has not begun

    async def _get(self, url: str, headers: Mapping[str, str], most: int) -> Found:
        named = [("Host", urlsplit(url).netloc), *headers.items()]
        raw = [(name.encode(), value.encode()) for name, value in named]
        limits = {"timeout": {"connect": _CONNECT_SECONDS}}
        async with self._pool.stream("GET", url, headers=raw, extensions=limits) as response:
            read = bytearray()
            async for chunk in response.aiter_stream():
                read += chunk
                if len(read) > most:
                    break
            return Found(response.status, _kept(response.headers), bytes(read[: most + 1]))

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes, most_kept: int) -> Answer:
        named = [("Host", urlsplit(url).netloc), *headers.items(), ("Content-Length", str(len(body)))]
        raw = [(name.encode(), value.encode()) for name, value in named]
        limits = {"timeout": {"connect": _CONNECT_SECONDS}}
        async with self._pool.stream("POST", url, headers=raw, content=body, extensions=limits) as response:
            excerpt = await _beginning(response, most_kept)
            return Answer(response.status, _kept(response.headers), excerpt)


class _CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses alone, and to the very addresses that were checked.

    Looking a name up and connecting to the name would be two look-ups, and the second could say something else. Unix sockets
    are refused by the interface's own default.
    """

    def __init__(self, allowed: AllowedHosts, lookups: ThreadPoolExecutor) -> None:
        self._allowed = allowed
        self._lookups = lookups
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's own parameter
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first of the host's addresses that takes one."""
        failure: Exception = httpcore.ConnectError("the host has no address")
        for address in await self._addresses(host.lower().rstrip("."), port):
            try:
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _addresses(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._lookups, _look_up, host, port)
        except OSError as error:
            raise httpcore.ConnectError("the host name cannot be found") from error
        addresses = list(dict.fromkeys(found))
        if not self._allowed.allows(host, port) and not all(map(is_public, addresses)):
            raise TargetRefused("webhook.url_private", host=host)
        return addresses

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await self._plain.sleep(seconds)


def _look_up(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


async def _beginning(response: httpcore.Response, most_kept: int) -> str:
    """The first words of an answer. No more than is allowed is read, however much there is."""
    read = bytearray()
    async for chunk in response.aiter_stream():
        read += chunk
        if len(read) >= _MOST_READ:
            break
    text = bytes(read[:_MOST_READ]).decode("utf-8", "replace").replace("\0", "�")
    return text if len(text) <= most_kept else f"{text[:most_kept]}…"


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): value.decode("latin-1")[:_LONGEST_HEADER].replace("\0", "�")
        for name, value in list(headers)[:_MOST_HEADERS]
    }


def _reason(error: Exception) -> str:
    """The failure in one line, without the address, which the delivery has."""
    if isinstance(error, httpcore.ConnectError):
        return f"No connection: {error}" if str(error) else "No connection"
    if isinstance(error, httpcore.ProtocolError):
        return "The answer is not HTTP, or breaks off"
    return "The connection broke off" if isinstance(error, httpcore.NetworkError) else f"No connection: {error}"
