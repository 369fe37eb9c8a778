"""Dispatches requests to contracts by path. Each contract is its own application, so conventions cannot mix."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Final, NamedTuple

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from deskbell.api.shared.limits import Limiter, limit_headers, standing_in
from deskbell.api.shared.proxies import apply_forwarded_headers
from deskbell.api.shared.unit import MISTAKEN, REPEATED, abandon_unit, confirm_unit
from deskbell.kernel.errors import DeskbellError
from deskbell.kernel.ids import new_id
from deskbell.runtime.access_log import AccessLog
from deskbell.runtime.database import Database
from deskbell.runtime.faults import DATABASE_ERRORS
from deskbell.runtime.setting_values import Network
from deskbell.runtime.telemetry import request_done

_REQUEST_ID: Final = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
_SITE: Final = re.compile(
    # `/metrics` is the probe; `/metrics/tickets` belongs to a contract.
    r"^/(?:(?:healthz|readyz|metrics)/?$|(?:openapi|docs|dev|assets|desk|embed|help|portal|app|pages|favicon\.ico|robots\.txt)(?:[/.]|$)|$)"
)
_PORTALS: Final = re.compile(r"^/(?:login/?$|(?:agent|customer)/)")
_SOCKETS: Final = re.compile(r"^/ws(?:/|$)")
_VERSIONS: Final[Mapping[str | None, str]] = {"1": "v1", "2": "v2"}
"""Values of `API-Version`. For any other value, or none, the server's setting applies."""
_QUIET: Final = ("/healthz", "/readyz", "/metrics")


class Runtime(NamedTuple):
    """Services and settings of the dispatcher."""

    database: Database
    limiter: Limiter | None
    access_log: AccessLog
    default_api: str
    trusted_proxies: tuple[Network, ...] = ()


class Choice(NamedTuple):
    """The application and version for a request. `negotiated` adds `Vary: API-Version` to the response, for caches."""

    app: ASGIApp
    version: bytes = b""
    negotiated: bool = False


class Dispatcher:
    """An ASGI application that routes each request to a contract or to the site, with a request id."""

    def __init__(
        self, contracts: Mapping[str, ASGIApp], site: ASGIApp, runtime: Runtime, *, live: ASGIApp | None = None
    ) -> None:
        self._contracts = contracts
        self._live = live
        self._names = {id(app): name for name, app in contracts.items()}
        self._site = site
        self._roots = _roots_of(contracts.get("routes"))
        self._default_api = runtime.default_api
        self._access_log = runtime.access_log
        self._database = runtime.database
        self._limiter = runtime.limiter
        self._trusted = runtime.trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request. Its id is the caller's `X-Request-ID` if well-formed, else a new one."""
        given = _header(scope, b"x-request-id")
        request_id = given if given and _REQUEST_ID.match(given) else str(new_id())
        apply_forwarded_headers(scope, self._trusted)
        if self._live is not None and _is_realtime(scope):
            await self._live(scope, receive, send)
            return
        choice = self._choose(scope)
        answer = _Answer(self, scope, send, choice, self._names.get(id(choice.app)), request_id)
        started = time.perf_counter()
        state: Any = scope.setdefault("state", {})
        state["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)  # each request has a context of its own
        try:
            await choice.app(scope, receive, answer.send)
            if MISTAKEN in state:
                await abandon_unit(scope)
                state.clear()
                state.update({"request_id": request_id, REPEATED: True})
                await choice.app(scope, receive, answer.send)
        finally:
            await abandon_unit(scope)
            if scope["path"] not in _QUIET:
                self._record(scope, answer, time.perf_counter() - started)

    def _record(self, scope: Scope, answer: "_Answer", seconds: float) -> None:
        """Records a finished request in metrics and the access log."""
        request_done(answer.contract or "site", answer.method, answer.status, seconds)
        self._access_log.write(
            request_id=answer.request_id, method=answer.method, path=scope["path"], status=answer.status,
            seconds=seconds,
        )  # fmt: skip

    async def limits_of(self, scope: Scope, contract: str | None) -> list[tuple[bytes, bytes]]:
        """The rate-limit headers. A request that was refused before it was counted counts for its network address."""
        if self._limiter is None or contract is None:
            return []
        standing = standing_in(scope)
        if standing is None and str(scope["type"]) == "http":
            try:
                await self._limiter.count_anonymous(self._database, scope, contract)
            except (DeskbellError, *DATABASE_ERRORS):
                return []  # a failing limiter must not replace the response
            standing = standing_in(scope)
        return [] if standing is None else limit_headers(standing)

    def _choose(self, scope: Scope) -> Choice:
        path = scope["path"]
        if path.startswith("/api/"):
            return self._choose_api(scope, path)
        if path.startswith("/v1/") and "platform" in self._contracts:
            return Choice(self._contracts["platform"])
        if _SITE.match(path) or "routes" not in self._contracts:
            return Choice(self._site)
        if _PORTALS.match(path) and "portals" in self._contracts:
            return Choice(self._contracts["portals"])
        if path.split("/", 2)[1] not in self._roots and _is_visit(scope):
            return Choice(self._site)  # nothing is there: people get a page that says so
        return Choice(self._contracts["routes"])

    def _choose_api(self, scope: Scope, path: str) -> Choice:
        """Versioned paths are kept; for others `API-Version` or the server's setting selects the version."""
        if path.startswith("/api/v1/"):
            return Choice(self._contracts["v1"], b"1")
        if path.startswith("/api/v2/") and "v2" in self._contracts:
            return Choice(self._contracts["v2"], b"2")
        name = _VERSIONS.get(_header(scope, b"api-version"), self._default_api)
        if name not in self._contracts:
            name = "v1"
        settable: Any = scope
        settable["path"] = f"/api/{name}{path[4:]}"
        settable["raw_path"] = settable["path"].encode()
        return Choice(self._contracts[name], b"2" if name == "v2" else b"1", negotiated=True)


class _Answer:
    """Sends a response with the headers common to all responses."""

    __slots__ = ("_choice", "_dispatcher", "_headless", "_scope", "_send", "contract", "method", "request_id", "status")

    def __init__(
        self, dispatcher: Dispatcher, scope: Scope, send: Send, choice: Choice, contract: str | None, request_id: str
    ) -> None:
        self._dispatcher, self._scope, self._send, self._choice = dispatcher, scope, send, choice
        self.contract, self.request_id, self.status = contract, request_id, 0
        self.method: Any = scope.get("method", "SOCKET")
        # HEAD is GET without the body (RFC 9110, 9.3.2). Handled here, so that no route needs to declare it.
        self._headless = self.method == "HEAD"
        if self._headless:
            settable: Any = scope
            settable["method"] = "GET"

    async def send(self, message: Message) -> None:
        """Sends one ASGI message of the response. Of a request that is to be repeated, nothing is sent."""
        if message["type"] == "http.response.start":
            await confirm_unit(self._scope)
        if MISTAKEN in self._scope["state"]:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = await self._headers(list(message["headers"]))
        elif self._headless and message["type"] == "http.response.body":
            message["body"] = b""
        await self._send(message)

    async def _headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        headers.append((b"x-request-id", self.request_id.encode()))
        if all(name != b"date" for name, _ in headers):
            headers.append((b"date", _date_of(int(time.time()))))
        headers += _security_headers(
            headers, secure=self._scope["scheme"] == "https", private=self.contract is not None
        )
        if self._choice.version:
            headers.append((b"api-version", self._choice.version))
        if self._choice.negotiated:
            headers.append((b"vary", b"API-Version"))
        return headers + await self._dispatcher.limits_of(self._scope, self.contract)


@lru_cache(maxsize=1)
def _date_of(second: int) -> bytes:
    """The header `Date` (RFC 9110, 6.6.1): browsers with a wrong clock learn the time from it."""
    return formatdate(second, usegmt=True).encode()


def _security_headers(
    headers: Iterable[tuple[bytes, bytes]], *, secure: bool, private: bool
) -> Iterator[tuple[bytes, bytes]]:
    """Headers against MIME sniffing, caching of private responses, and downgrades from HTTPS."""
    yield b"x-content-type-options", b"nosniff"
    if private and not any(name == b"cache-control" for name, _ in headers):
        yield b"cache-control", b"no-store"
    if secure:
        yield b"strict-transport-security", b"max-age=31536000"


def _is_realtime(scope: Scope) -> bool:
    """Whether the scope is a WebSocket under `/ws` or belongs to Socket.IO."""
    path = scope["path"]
    return path.startswith("/socket.io/") or (str(scope["type"]) == "websocket" and _SOCKETS.match(path) is not None)


def _roots_of(contract: Any) -> frozenset[str]:
    """The first segments of a contract's paths."""
    return frozenset(each.path.split("/", 2)[1] for each in getattr(contract, "routes", ()))


def _is_visit(scope: Scope) -> bool:
    """Whether a browser opens an address."""
    return scope.get("method") == "GET" and "text/html" in (_header(scope, b"accept") or "")


def _header(scope: Scope, name: bytes) -> str | None:
    for key, value in scope["headers"]:
        if key == name:
            return value.decode("latin-1")
    return None
