"""Contract v2 put together."""

from litestar import Router

from deskbell.api.shared.contract import Contract
from deskbell.api.shared.plain import status_of
from deskbell.api.v2 import canned_responses, dashboard, sla_policies
from deskbell.api.v2.accounts import auth, organizations, users
from deskbell.api.v2.envelope import render
from deskbell.api.v2.messages import routes as messages
from deskbell.api.v2.tickets import routes as tickets
from deskbell.api.v2.wording import wording

__all__ = ["CONTRACT"]

CONTRACT = Contract(
    name="v2",
    title="Deskbell API v2",
    description="camelCase, with `data` and `pagination`; statuses open, pending, resolved, closed.",
    routes=[
        Router(
            path="/api/v2",
            route_handlers=[
                *auth.ROUTES,
                *tickets.ROUTES,
                *messages.ROUTES,
                *users.ROUTES,
                *organizations.ROUTES,
                *sla_policies.ROUTES,
                *canned_responses.ROUTES,
                *dashboard.ROUTES,
            ],
        )
    ],
    render=render,
    wording=wording,
    status_of=status_of,
)
