"""The unit of work of a request, from its credentials to its commit.

Litestar calls `open_unit` before it parses the body and `provide_uow` around the handler. The unit is entered in the one and
left in the other: it cannot wrap the whole call, because a commit that fails must still become a refusal in the contract's
form. A `late` route has two units: `open_unit` authorises in the first, and the handler works in the second, its `late_unit`.
"""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Final

from litestar import Response
from litestar.connection import Request

from deskbell.api.shared import idempotency
from deskbell.api.shared.auth import SAFE_METHODS, Credential, enter_and_count, read_credential
from deskbell.api.shared.errors import allowed
from deskbell.api.shared.requests import DeskbellRequest, normalize_query
from deskbell.api.shared.routing import LATE, REPLICA, Public, access_of
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import DeskbellError
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.entering import ExpectationError
from deskbell.runtime.faults import DATABASE_ERRORS

MISTAKEN: Final = "deskbell.mistaken"
"""In the state of a request whose session was not what was expected: its answer does not count."""
REPEATED: Final = "deskbell.repeated"
"""In the state of the request that is made in its place, without expectations."""
_OPEN: Final = "deskbell.unit"
_LATE_ACTOR: Final = "deskbell.actor"


class RequestUnit:
    """A unit of work for a request: read-only, or a transaction that is committed with the answer kept for a repeat.

    A credential is entered, counted and checked against the route's permissions. An actor has passed these checks in an
    earlier unit of the request. Entering raises `Unauthenticated`, `TooManyRequests`, `Forbidden`, and `Replay` for a repeat.
    Leaving a second time does nothing.
    """

    __slots__ = ("_caller", "_request", "_uow", "_writes")

    def __init__(self, request: Request[Any, Any, Any], caller: Credential | Actor, *, writes: bool) -> None:
        self._request = request
        self._caller = caller
        self._writes = writes
        self._uow: UnitOfWork | None = None

    async def __aenter__(self) -> UnitOfWork:
        request, caller = self._request, self._caller
        database: Database = request.app.state.database
        uow = self._uow = await database.acquire(request.scope["state"].get("request_id"))
        try:
            if isinstance(caller, Credential):
                await enter_and_count(request, uow, caller, with_first_read=self._may_expect())
                access = access_of(request.route_handler)
                if not isinstance(access, Public):
                    uow.actor.require(*access)
            else:
                await uow.enter(caller)
            if self._writes:
                await uow.begin()
                await idempotency.claim(request, uow)
            elif request.route_handler.opt[REPLICA] and (replica := request.app.state.get("replica")) is not None:
                uow = self._uow = await replica.in_place_of(uow)
        except BaseException as error:
            await self.leave(error)
            raise
        return uow

    def _may_expect(self) -> bool:
        """Whether the session may be entered with the first read: a read of the database itself that can be repeated."""
        opt = self._request.route_handler.opt
        on_standby = opt[REPLICA] and self._request.app.state.get("replica") is not None
        return not (self._writes or opt[LATE] or on_standby or self._request.scope["state"].get(REPEATED))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.leave(error)

    async def confirm(self, uow: UnitOfWork | None = None) -> None:
        """Enters the session now, if the unit is open and no read has done so. Sets `MISTAKEN` for a wrong expectation."""
        uow = uow or self._uow
        if uow is not None:
            try:
                await uow.confirm()
            except (ExpectationError, DeskbellError, *DATABASE_ERRORS):
                self._request.scope["state"][MISTAKEN] = True  # the repetition refuses it properly

    @property
    def entered(self) -> UnitOfWork:
        """The unit of work. Raises `LookupError` before it is entered and after it is left."""
        if self._uow is None:
            raise LookupError("the request's unit of work is not open")
        return self._uow

    async def leave(self, error: BaseException | None = None) -> None:
        """Commits, or rolls back because of an error."""
        uow, self._uow = self._uow, None
        if uow is None:
            return
        try:
            if error is None:
                try:
                    await idempotency.keep(self._request, uow)
                    await uow.commit()
                except BaseException as failure:
                    await self._roll_back(uow, failure)
                    raise
            else:
                await self._roll_back(uow, error)
        finally:
            await uow.release()

    async def _roll_back(self, uow: UnitOfWork, error: BaseException) -> None:
        if isinstance(error, Exception) and not isinstance(error, ExpectationError):
            await self.confirm(uow)  # an error that follows from an expectation counts only if that was right
        await uow.rollback()
        if isinstance(error, Exception):
            await idempotency.withdraw(self._request, uow)


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
        async with RequestUnit(request, credential, writes=False) as uow:
            state[_LATE_ACTOR] = uow.actor
        return None
    writes = method not in SAFE_METHODS
    if writes:
        await request.body()  # a slow sender must not hold a database connection
    unit = RequestUnit(request, credential, writes=writes)
    await unit.__aenter__()
    state[_OPEN] = unit
    return None


async def provide_uow(request: DeskbellRequest) -> AsyncIterator[UnitOfWork]:
    """Litestar dependency: the unit that `open_unit` entered, committed when the handler has returned."""
    unit: RequestUnit = request.scope["state"][_OPEN]
    try:
        yield unit.entered
    except BaseException as error:
        await unit.leave(error)
        raise
    await unit.leave()


async def confirm_unit(scope: Any) -> None:
    """Before an answer is sent: makes sure of the caller, where no read has."""
    unit: RequestUnit | None = scope["state"].get(_OPEN)
    if unit is not None and MISTAKEN not in scope["state"]:
        await unit.confirm()


async def abandon_unit(scope: Any) -> None:
    """Rolls back a unit that was entered and not left: the body was refused, or another dependency failed."""
    state = scope.get("state")
    unit: RequestUnit | None = state.pop(_OPEN, None) if state else None
    if unit is not None:
        await unit.leave(_HandlerNotReachedError())


def late_actor(request: Request[Any, Any, Any]) -> Actor:
    """The caller of a `late` route, whose permissions have been checked."""
    actor: Actor = request.scope["state"][_LATE_ACTOR]
    return actor


def late_unit(request: Request[Any, Any, Any]) -> RequestUnit:
    """The second unit of a `late` route. Its handler enters it once it has read the body."""
    return RequestUnit(request, late_actor(request), writes=True)


def _options(request: Request[Any, Any, Any]) -> Response[None]:
    """The methods of a path. (The framework's own answer knows only the handler that was declared first.)"""
    methods = request.app.state.methods[request.scope["path_template"]]
    return Response(None, status_code=204, headers={"Allow": allowed(methods)})
