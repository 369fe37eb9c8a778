"""`/metrics` for Prometheus: open to the machine itself and to staff."""

import ipaddress
from typing import Any, Final

from litestar import Request, Response, get
from litestar.datastructures import State

from deskbell.features.access.tokens import TokenKeys
from deskbell.kernel.clock import utc_now
from deskbell.kernel.errors import DeskbellError
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.telemetry import exposition

_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip")


@get("/metrics")
async def metrics(request: Request[Any, Any, State]) -> Response[bytes]:
    """The node's figures. Callers from elsewhere need a staff member's token."""
    database: Database = request.app.state.database
    async with database.unit(None) as uow:
        if not _is_local(request) and not await _is_staff(request, uow):
            return Response(b"Send a staff member's token.\n", status_code=401, media_type="text/plain")
        body = await exposition(uow.db)
    return Response(body, media_type="text/plain; version=0.0.4")


def _is_local(request: Request[Any, Any, State]) -> bool:
    """Whether the caller is on this machine and is not a proxy that forwards another client's request."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _is_staff(request: Request[Any, Any, State], uow: UnitOfWork) -> bool:
    keys: TokenKeys = request.app.state.token_keys
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        claims = keys.read_access(token, utc_now())
    except DeskbellError:
        return False
    return await uow.enter_session(claims.organization_id, claims.session_id) and uow.actor.is_staff
