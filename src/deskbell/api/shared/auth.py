"""Reads a request's credentials, and makes a unit of work act as their owner."""

from typing import Any, Final, TypeAlias

from litestar.connection import ASGIConnection, Request
from msgspec import Struct

from deskbell.api.shared.limits import Limiter, note, refuse_excess
from deskbell.api.shared.requests import client_address
from deskbell.api.shared.routing import Access, Public
from deskbell.features.access import service as access
from deskbell.features.access.tokens import AccessClaims, TokenKeys, WebClaims, looks_like_api_key
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Forbidden, Unauthenticated
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.entering import Pass
from deskbell.runtime.limits import Tally

SESSION_COOKIE: Final = "deskbell_session"
"""v2's cookie: it holds an access token."""
WEB_COOKIE: Final = "deskbell_web"
"""The cookie of the agents' web app: a session of its own kind, for v1 and the sockets only."""
OWN_PAGE: Final = ("x-deskbell", "web")
"""The header of the web app's writes. A page of another site cannot send it without asking the server first."""
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]


class Credential(Struct, frozen=True):
    """A credential as it was sent: a session's claims, an API key, or neither for an anonymous caller."""

    claims: AccessClaims | WebClaims | None = None
    api_key: str | None = None
    by_cookie: bool = False


def read_credential(connection: Connection, access: Access) -> Credential:
    """The credential that a route asks for. Raises `Unauthenticated` for a bad one, and for none where one is needed."""
    if access is Public.ANONYMOUS:
        return Credential()
    kind, credential = credentials_of(connection, web=connection.app.state.contract == "v1")
    if kind == "key":
        return Credential(api_key=credential)
    if not kind:
        if not isinstance(access, Public):
            raise Unauthenticated
        return Credential()
    keys: TokenKeys = connection.app.state.token_keys
    if kind == "web":
        return Credential(claims=keys.read_web(credential), by_cookie=True)
    return Credential(claims=keys.read_access(credential, utc_now()), by_cookie=kind == "cookie")


async def enter_and_count(
    request: Request[Any, Any, Any], uow: UnitOfWork, credential: Credential, *, with_first_read: bool = False
) -> None:
    """Makes the unit act as the credential's owner and counts the request. Raises `Unauthenticated`, `TooManyRequests`.

    With `with_first_read`, a caller that this server knows is entered and counted together with the first read; see
    `UnitOfWork.expect`.
    """
    limiter: Limiter | None = request.app.state.get("limiter")
    claims, given = credential.claims, _pass_of(credential)
    tallies = _tallies(limiter, request, credential, given) if limiter is not None else []

    def counted(used: list[int]) -> None:
        standing = note(request.scope, tallies, used, uow.now)
        if standing.exceeded and given is not None:  # from now on it is refused before anything is read for it
            request.app.state.database.known.remember(given, None)
        refuse_excess(standing, uow.now)

    if given is not None and with_first_read and uow.expect(given, tallies, counted):
        return
    is_valid = True
    used: list[int] = []
    if claims is not None and tallies:
        is_valid, used = await uow.enter_session_counted(claims.organization_id, claims.session_id, tallies)
    elif claims is not None:
        is_valid = await uow.enter_session(claims.organization_id, claims.session_id)
    elif credential.api_key is not None:
        await access.enter_with_api_key(uow, credential.api_key)
    else:
        await uow.leave()
    if tallies:
        counted(used or await uow.count(tallies))
    if not is_valid:
        raise Unauthenticated("session.ended")


def _pass_of(credential: Credential) -> Pass | None:
    if credential.claims is not None:
        return Pass(credential.claims.organization_id, credential.claims.session_id)
    return None if credential.api_key is None else access.pass_of_api_key(credential.api_key)


def _tallies(
    limiter: Limiter, request: Request[Any, Any, Any], credential: Credential, given: Pass | None
) -> list[Tally]:
    contract: str = request.app.state.contract
    if credential.claims is not None:
        return limiter.signed_in(contract, credential.claims, by_cookie=credential.by_cookie)
    if given is not None:
        return limiter.by_key(contract, given.organization_id, given.id)
    return limiter.anonymous(contract, client_address(request))


def _method(connection: Connection) -> str:
    """The HTTP method. Opening a socket counts as a write, because any page can try it."""
    scope: Any = connection.scope
    return str(scope.get("method", "WEBSOCKET"))


def credentials_of(connection: Connection, *, web: bool = False) -> tuple[str, str]:
    """("bearer" | "key" | "web" | "cookie", credential), or two empty strings. The first one that was sent counts.

    `web`: whether the cookie of the web app is accepted. Raises `Unauthenticated`, `Forbidden`.
    """
    headers = connection.headers
    if header := headers.get("authorization"):
        scheme, _, value = header.partition(" ")
        value = value.strip()
        if scheme.lower() != "bearer" or not value:
            raise Unauthenticated("credentials.form")
        return ("key", value) if looks_like_api_key(value) else ("bearer", value)
    if key := headers.get("x-api-key"):
        return "key", key
    if web and (cookie := connection.cookies.get(WEB_COOKIE)):
        demand_own_page(connection)
        return "web", cookie
    if cookie := connection.cookies.get(SESSION_COOKIE):
        _demand_same_origin(connection)
        return "cookie", cookie
    return "", ""


def demand_own_page(connection: Connection) -> None:
    """Refuses a write that does not come from the web app's own pages. (A socket cannot send headers.)"""
    _demand_same_origin(connection)
    name, value = OWN_PAGE
    if _method(connection) not in {*SAFE_METHODS, "WEBSOCKET"} and connection.headers.get(name) != value:
        raise Forbidden("web_header")


def _demand_same_origin(connection: Connection) -> None:
    """Refuses a write with a cookie from a page of another site (CSRF)."""
    if _method(connection) in SAFE_METHODS:
        return
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    own = f"{connection.url.scheme}://{connection.headers.get('host', '')}"
    if site in ("same-origin", "none") or (site is None and origin == own):
        return
    raise Forbidden("cross_site")
