"""The application of contract routes."""

from litestar import Router

from deskbell.api.routes.articles import endpoints as articles
from deskbell.api.routes.auth import endpoints as auth
from deskbell.api.routes.customers import endpoints as customers
from deskbell.api.routes.insights import endpoints as insights
from deskbell.api.routes.organizations import endpoints as organizations
from deskbell.api.routes.teams import endpoints as teams
from deskbell.api.routes.tickets import endpoints as tickets
from deskbell.api.routes.users import endpoints as users
from deskbell.api.routes.vocabulary import FIELDS
from deskbell.api.routes.webhooks import endpoints as webhooks
from deskbell.api.shared.contract import Contract
from deskbell.api.shared.plain import refusal_renderer, status_of

_ROUTES = [
    *auth.ROUTES, *users.ROUTES, *organizations.ROUTES, *teams.ROUTES, *tickets.ROUTES, *articles.ROUTES, *webhooks.ROUTES,
    *insights.ROUTES, *customers.ROUTES,
]  # fmt: skip

CONTRACT = Contract(
    name="routes",
    title="Deskbell routes",
    description="The helpdesk API at the server's root, for staff, customers and integrations.",
    routes=[Router(path="/", route_handlers=_ROUTES)],
    render=refusal_renderer(FIELDS),
    status_of=status_of,
)
