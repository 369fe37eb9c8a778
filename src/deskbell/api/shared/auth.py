"""From credentials to a unit of work: runs before a handler reads its body, for every route of every contract."""

from collections.abc import AsyncIterator
from typing import Any, Final, TypeAlias

from litestar import Response
from litestar.connection import ASGIConnection, Request
from msgspec import Struct

from deskbell.api.shared import idempotency
from deskbell.api.shared.errors import allowed
from deskbell.api.shared.limits import Limiter, note, refuse_excess
from deskbell.api.shared.requests import DeskbellRequest, client_address, settle_query
from deskbell.api.shared.routing import LATE, Access, Public, access_of
from deskbell.features.access import service as access
from deskbell.features.access.tokens import AccessClaims, TokenKeys, looks_like_api_key
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Forbidden, Unauthenticated
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.limits import Tally

SESSION_COOKIE: Final = "deskbell_session"
Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]
_UOW: Final = "deskbell.uow"
_LATE_ACTOR: Final = "deskbell.actor"
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def authenticate(connection: Request[Any, Any, Any]) -> Response[None] | None:
    """Litestar `before_request`: opens the request's unit of work as the caller and demands the route's permission.

    It runs before the body is parsed. (A guard would do as well, but the framework copies the handler for each one.)

    Raises `Unauthenticated` for missing or invalid credentials, `Forbidden` for a caller without the permission.
    """
    method = _method(connection)
    if method == "OPTIONS":
        return _options(connection)
    settle_query(connection)
    handler = connection.route_handler
    access = access_of(handler)
    caller = _caller(connection, access)
    late = handler.opt.get(LATE, False)
    if not late and method not in _SAFE_METHODS:
        await connection.body()  # a slow sender must not hold a database connection
    uow = await _open(connection)
    try:
        await _enter(connection, uow, caller)
        if not isinstance(access, Public):
            uow.actor.require(*access)
        if late:
            connection.scope["state"][_LATE_ACTOR] = None if uow.anonymous else uow.actor
            await release(connection.scope)
        elif method not in _SAFE_METHODS:
            await uow.begin()
            await idempotency.claim(connection, uow)
    except BaseException:
        await _end(connection.scope, uow)
        raise
    return None


def _options(connection: Request[Any, Any, Any]) -> Response[None]:
    """What a path takes. (The framework's own answer knows only the handler that was declared first.)"""
    methods = connection.app.state.methods[connection.scope["path_template"]]
    return Response(None, status_code=204, headers={"Allow": allowed(methods)})


class Caller(Struct, frozen=True):
    """Credentials as they were given: of a session, an API key, or none."""

    claims: AccessClaims | None = None
    api_key: str | None = None
    by_cookie: bool = False


def _caller(connection: Connection, access: Access) -> Caller:
    """Reads the credentials that a route wants to see. Raises `Unauthenticated` for bad ones, and for none where needed."""
    if access is Public.ANONYMOUS:
        return Caller()
    kind, credential = credentials_of(connection)
    if kind == "key":
        return Caller(api_key=credential)
    if not kind:
        if not isinstance(access, Public):
            raise Unauthenticated
        return Caller()
    keys: TokenKeys = connection.app.state.token_keys
    return Caller(claims=keys.read_access(credential, utc_now()), by_cookie=kind == "cookie")


async def _enter(connection: Request[Any, Any, Any], uow: UnitOfWork, caller: Caller) -> None:
    """Makes the unit act as the caller and counts the request. Raises `Unauthenticated`, `TooManyRequests`."""
    limiter: Limiter | None = connection.app.state.get("limiter")
    contract: str = connection.app.state.contract
    holds = True
    tallies: list[Tally] = []
    used: list[int] = []
    if (claims := caller.claims) is not None:
        if limiter is None:
            holds = await uow.enter_session(claims.organization_id, claims.session_id)
        else:
            tallies = limiter.signed_in(contract, claims, by_cookie=caller.by_cookie)
            holds, used = await uow.enter_session_counted(claims.organization_id, claims.session_id, tallies)
    elif caller.api_key is not None:
        await access.enter_with_api_key(uow, caller.api_key)
        if limiter is not None:
            tallies = limiter.by_key(contract, uow.actor.organization_id, uow.actor.api_key_id)
    else:
        await uow.leave()
        if limiter is not None:
            tallies = limiter.anonymous(contract, client_address(connection))
    if tallies:
        standing = note(connection.scope, tallies, used or await uow.count(tallies), uow.now)
        refuse_excess(standing, uow.now)
    if not holds:
        raise Unauthenticated("session.ended")


async def provide_uow(request: DeskbellRequest) -> AsyncIterator[UnitOfWork]:
    """Litestar dependency: the request's unit of work, committed once the handler has returned."""
    uow: UnitOfWork | None = request.scope["state"].get(_UOW)
    late = uow is None
    if uow is None:
        uow = await _open(request)
        actor = request.scope["state"][_LATE_ACTOR]
        await (uow.leave() if actor is None else uow.enter(actor))
        await uow.begin()
    try:
        if late:
            await idempotency.claim(request, uow)
        yield uow
        await idempotency.keep(request, uow)
        await uow.commit()
    except Exception:
        await uow.rollback()
        await idempotency.withdraw(request, uow)
        raise
    except BaseException:
        await uow.rollback()
        raise
    finally:
        await release(request.scope)


async def _end(scope: Any, uow: UnitOfWork) -> None:
    await uow.rollback()
    await release(scope)


async def release(scope: Any) -> None:
    """Gives back the connection of a request, if it still holds one."""
    state = scope.get("state")
    uow: UnitOfWork | None = state.pop(_UOW, None) if state else None
    if uow is not None:
        await uow.release()


def _method(connection: Connection) -> str:
    """The HTTP method; opening a socket counts as a write, for any page can try to."""
    scope: Any = connection.scope
    return str(scope.get("method", "WEBSOCKET"))


async def _open(connection: Connection) -> UnitOfWork:
    database: Database = connection.app.state.database
    uow = await database.acquire(connection.scope["state"].get("request_id"))
    connection.scope["state"][_UOW] = uow
    return uow


def credentials_of(connection: Connection) -> tuple[str, str]:
    """("bearer" | "key" | "cookie", credential), or two empty texts. The first that is given counts."""
    headers = connection.headers
    if header := headers.get("authorization"):
        scheme, _, value = header.partition(" ")
        value = value.strip()
        if scheme.lower() != "bearer" or not value:
            raise Unauthenticated("credentials.form")
        return ("key", value) if looks_like_api_key(value) else ("bearer", value)
    if key := headers.get("x-api-key"):
        return "key", key
    if cookie := connection.cookies.get(SESSION_COOKIE):
        _demand_same_origin(connection)
        return "cookie", cookie
    return "", ""


def _demand_same_origin(connection: Connection) -> None:
    """A cookie is sent by any page; a write with one is only believed from our own pages (CSRF)."""
    if _method(connection) in _SAFE_METHODS:
        return
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    own = f"{connection.url.scheme}://{connection.headers.get('host', '')}"
    if site in ("same-origin", "none") or (site is None and origin == own):
        return
    raise Forbidden("cross_site")
