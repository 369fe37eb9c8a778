"""Contract v1 put together."""

from litestar import Router

from deskbell.api.shared.contract import Contract
from deskbell.api.v1 import accounts, tickets
from deskbell.api.v1.envelope import render

__all__ = ["CONTRACT"]

CONTRACT = Contract(
    name="v1",
    title="Deskbell API v1",
    description="Deskbell's own contract: everything that Deskbell can do is reachable here.",
    routes=[Router(path="/api/v1", route_handlers=[*tickets.ROUTES, *accounts.ROUTES])],
    render=render,
)
