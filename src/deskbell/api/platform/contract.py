"""The application of contract platform."""

from litestar import Router

from deskbell.api.platform.categories import endpoints as categories
from deskbell.api.platform.envelope import render
from deskbell.api.platform.tickets import endpoints as tickets
from deskbell.api.platform.webhooks import endpoints as webhooks
from deskbell.api.shared.contract import Contract
from deskbell.api.shared.plain import status_of

CONTRACT = Contract(
    name="platform",
    title="Deskbell platform API",
    description="Tickets, messages, categories and incoming webhooks, under /v1.",
    routes=[Router(path="/v1", route_handlers=[*tickets.ROUTES, *categories.ROUTES, *webhooks.ROUTES])],
    render=render,
    status_of=status_of,
)
