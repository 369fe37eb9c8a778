"""The application of contract v2."""

from litestar import Router

from deskbell.api.shared.contract import Contract
from deskbell.api.shared.plain import status_of
from deskbell.api.v2.auth import endpoints as auth
from deskbell.api.v2.canned_responses import endpoints as canned_responses
from deskbell.api.v2.dashboard import endpoints as dashboard
from deskbell.api.v2.envelope import render
from deskbell.api.v2.messages import endpoints as messages
from deskbell.api.v2.organizations import endpoints as organizations
from deskbell.api.v2.sla_policies import endpoints as sla_policies
from deskbell.api.v2.tickets import endpoints as tickets
from deskbell.api.v2.users import endpoints as users

CONTRACT = Contract(
    name="v2",
    title="Deskbell API v2",
    description="camelCase fields, with `data` and `pagination`. Statuses: open, pending, resolved, closed.",
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
    status_of=status_of,
)
