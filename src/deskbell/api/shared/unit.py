"""The unit of work of a request, from its credentials to its commit.

Litestar calls `open_unit` before it parses the body and `provide_uow` around the handler. The unit is entered in the one and
left in the other: it cannot wrap the whole call, because a commit that fails must still become a refusal in the contract's
form. A `late` route has two units: `open_unit` authorises in the first, and the handler works in the second, its `late_unit`.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Final, NamedTuple

from litestar import Response
from litestar.connection import Request

from deskbell.api.shared import idempotency
from deskbell.api.shared.auth import SAFE_METHODS, Credential, enter_and_count, read_credential
from deskbell.api.shared.errors import allowed
from deskbell.api.shared.requests import DeskbellRequest, normalize_query
from deskbell.api.shared.routing import LATE, Public, access_of
from deskbell.kernel.actor import Actor
from deskbell.runtime.database import Database, UnitOfWork

_OPEN: Final = "deskbell.unit"
_LATE_ACTOR: Final = "deskbell.actor"


@asynccontextmanager
async def request_unit(
    request: Request[Any, Any, Any], caller: Credential | Actor, *, writes: bool
) -> AsyncIterator[UnitOfWork]:
    """A unit of work for a request: read-only, or a transaction that is committed with the answer kept for a repeat.

    A credential is entered, counted and checked against the route's permissions. An actor has passed these checks in an
    earlier unit of the request. Raises `Unauthenticated`, `TooManyRequests`, `Forbidden`, and `Replay` for a repeat.
    """
    database: Database = request.app.state.database
    uow = await database.acquire(request.scope["state"].get("request_id"))
    try:
        if isinstance(caller, Credential):
            await enter_and_count(request, uow, caller)
            access = access_of(request.route_handler)
            if not isinstance(access, Public):
                uow.actor.require(*access)
        else:
            await uow.enter(caller)
        if writes:
            await uow.begin()
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
        await uow.release()


class _OpenUnit(NamedTuple):
    """A unit that has been entered; leaving `stack` a second time does nothing."""

    stack: AsyncExitStack
    uow: UnitOfWork


class _HandlerNotReachedError(Exception):
    """The reason to roll back a unit whose request was refused between `open_unit` and its handler."""


async def open_unit(request: Request[Any, Any, Any]) -> Response[None] | None:
    """Litestar `before_request`: enters the unit, so that callers are refused before their body is parsed.

    (A guard would do as well, but the framework copies the handler for each one.)
    """
    method = request.scope["method"]
    if method == "OPTIONS":
        return _options(request)
    normalize_query(request)
    credential = read_credential(request, access_of(request.route_handler))
    state: Any = request.scope["state"]
    if request.route_handler.opt[LATE]:
        async with request_unit(request, credential, writes=False) as uow:
            state[_LATE_ACTOR] = uow.actor
        return None
    writes = method not in SAFE_METHODS
    if writes:
        await request.body()  # a slow sender must not hold a database connection
    stack = AsyncExitStack()
    state[_OPEN] = _OpenUnit(stack, await stack.enter_async_context(request_unit(request, credential, writes=writes)))
    return None


async def provide_uow(request: DeskbellRequest) -> AsyncIterator[UnitOfWork]:
    """Litestar dependency: the unit that `open_unit` entered, committed when the handler has returned."""
    unit: _OpenUnit = request.scope["state"][_OPEN]
    async with unit.stack:
        yield unit.uow


async def abandon_unit(scope: Any) -> None:
    """Rolls back a unit that was entered and not left: the body was refused, or another dependency failed."""
    state = scope.get("state")
    unit: _OpenUnit | None = state.pop(_OPEN, None) if state else None
    if unit is not None:
        await unit.stack.__aexit__(_HandlerNotReachedError, _HandlerNotReachedError(), None)


def late_actor(request: Request[Any, Any, Any]) -> Actor:
    """The caller of a `late` route, whose permissions have been checked."""
    actor: Actor = request.scope["state"][_LATE_ACTOR]
    return actor


def late_unit(request: Request[Any, Any, Any]) -> AbstractAsyncContextManager[UnitOfWork]:
    """The second unit of a `late` route. Its handler enters it once it has read the body."""
    return request_unit(request, late_actor(request), writes=True)


def _options(request: Request[Any, Any, Any]) -> Response[None]:
    """The methods of a path. (The framework's own answer knows only the handler that was declared first.)"""
    methods = request.app.state.methods[request.scope["path_template"]]
    return Response(None, status_code=204, headers={"Allow": allowed(methods)})
