"""From credentials to a unit of work: runs before a handler reads its body, for every route of every contract."""

from collections.abc import AsyncIterator
from typing import Any, Final, TypeAlias

from litestar.connection import ASGIConnection

from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import CUSTOMERS, LATE, Public, access_of
from deskbell.features.accounts import service as accounts
from deskbell.features.accounts.tokens import TokenKeys, looks_like_api_key
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import Forbidden, Unauthenticated
from deskbell.runtime.database import Database, UnitOfWork

__all__ = ["SESSION_COOKIE", "authenticate", "provide_uow", "release"]

SESSION_COOKIE: Final = "deskbell_session"
Connection: TypeAlias = ASGIConnection[Any, Any, Any, Any]
_UOW: Final = "deskbell.uow"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def authenticate(connection: DeskbellRequest) -> None:
    """Litestar `before_request`: opens the request's unit of work as the caller and demands the route's permission.

    It runs before the body is parsed. (A guard would do as well, but the framework copies the handler for each one.)

    Raises `Unauthenticated` for missing or invalid credentials, `Forbidden` for a caller without the permission.
    """
    method = _method(connection)
    if method == "OPTIONS":
        return
    handler = connection.route_handler
    access = access_of(handler)
    keys: TokenKeys = connection.app.state.token_keys
    kind, credential = ("", "") if access is Public.ANONYMOUS else credentials_of(connection)
    claims = keys.read_access(credential, utc_now()) if kind == "bearer" else None
    if not kind and not isinstance(access, Public):
        raise Unauthenticated
    late = handler.opt.get(LATE, False)
    if not late and method not in _SAFE:
        await connection.body()  # a slow sender must not hold a database connection
    uow = await _open(connection)
    try:
        if claims is not None:
            if not await uow.enter_session(claims.organization_id, claims.session_id):
                raise Unauthenticated("Your session has ended. Please sign in again.")
        elif kind == "key":
            await accounts.enter_with_api_key(uow, credential)
        else:
            await uow.leave()
        if not isinstance(access, Public) and not uow.actor.may(access):
            raise Forbidden
        if handler.opt.get(CUSTOMERS, False) and uow.actor.is_staff:
            raise Forbidden
        if late:
            connection.scope["state"]["deskbell.actor"] = None if uow.anonymous else uow.actor
            await release(connection.scope)
        elif method not in _SAFE:
            await uow.begin()
    except BaseException:
        await release(connection.scope)
        raise


async def provide_uow(request: DeskbellRequest) -> AsyncIterator[UnitOfWork]:
    """Litestar dependency: the unit of work that the guard opened, committed once the handler has returned."""
    uow: UnitOfWork | None = request.scope["state"].get(_UOW)
    if uow is None:
        uow = await _open(request)
        actor = request.scope["state"]["deskbell.actor"]
        await (uow.leave() if actor is None else uow.enter(actor))
        await uow.begin()
    try:
        yield uow
        await uow.commit()
    except BaseException:
        await uow.rollback()
        raise
    finally:
        await release(request.scope)


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
    """("bearer" | "key", credential), or two empty texts. The first that is given counts."""
    headers = connection.headers
    if header := headers.get("authorization"):
        scheme, _, value = header.partition(" ")
        value = value.strip()
        if scheme.lower() != "bearer" or not value:
            raise Unauthenticated("Send credentials as: Authorization: Bearer <token>")
        return ("key", value) if looks_like_api_key(value) else ("bearer", value)
    if key := headers.get("x-api-key"):
        return "key", key
    if cookie := connection.cookies.get(SESSION_COOKIE):
        _demand_same_origin(connection)
        return "bearer", cookie
    return "", ""


def _demand_same_origin(connection: Connection) -> None:
    """A cookie is sent by any page; a write with one is only believed from our own pages (CSRF)."""
    if _method(connection) in _SAFE:
        return
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    own = f"{connection.url.scheme}://{connection.headers.get('host', '')}"
    if site in ("same-origin", "none") or (site is None and origin == own):
        return
    raise Forbidden("This request must come from Deskbell's own pages, or carry a bearer token")
