"""Contract platform put together."""

from litestar import Router

from deskbell.api.platform import categories, tickets, webhooks
from deskbell.api.platform.forms import render
from deskbell.api.shared.contract import Contract
from deskbell.api.shared.plain import status_of

__all__ = ["CONTRACT"]

CONTRACT = Contract(
    name="platform",
    title="Deskbell platform API",
    description="Tickets, messages and categories under /v1, and webhooks that come in.",
    routes=[Router(path="/v1", route_handlers=[*tickets.ROUTES, *categories.ROUTES, *webhooks.ROUTES])],
    render=render,
    status_of=status_of,
)
