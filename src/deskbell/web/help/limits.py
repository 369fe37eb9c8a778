"""Limits for requests of visitors that cost more than a kept page."""

from typing import Any

from litestar import Request

from deskbell.kernel.errors import TooManyRequests
from deskbell.kernel.origins import origin_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.limits import Limit, Tally, standing_of
from deskbell.runtime.settings import Settings


async def demand_allowance(
    request: Request[Any, Any, Any], uow: UnitOfWork, what: str = "pages", limit: Limit | None = None
) -> None:
    """Counts a request of a network address, by default against the limit of web sessions. Raises `TooManyRequests`."""
    settings: Settings = request.app.state.settings
    if not settings.rate_limits:
        return
    address = origin_of(client_address(request))
    tallies = [Tally(f"site:{what}:{address}", limit or settings.rate_limits.limits["web"])]
    standing = standing_of(tallies, await uow.count(tallies), uow.now)
    if standing.exceeded:
        raise TooManyRequests(standing.retry_after(uow.now))


async def demand_rendering(request: Request[Any, Any, Any], uow: UnitOfWork) -> None:
    """Counts a page that is not kept and has to be rendered. Raises `TooManyRequests`."""
    await demand_allowance(request, uow, "rendering")


def client_address(request: Request[Any, Any, Any]) -> str:
    """The caller's network address as the server sees it."""
    return request.client.host if request.client else "unknown"
