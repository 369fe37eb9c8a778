"""Contract routes put together."""

from litestar import Router

from deskbell.api.routes import articles, auth, customers, insights, organizations, teams, tickets, users, webhooks
from deskbell.api.routes.vocabulary import FIELDS, of_teams
from deskbell.api.shared.contract import Contract
from deskbell.api.shared.plain import refusal_renderer, status_of

__all__ = ["CONTRACT"]

_ROUTES = [
    *auth.ROUTES, *users.ROUTES, *organizations.ROUTES, *teams.ROUTES, *tickets.ROUTES, *articles.ROUTES, *webhooks.ROUTES,
    *insights.ROUTES, *customers.ROUTES,
]  # fmt: skip

CONTRACT = Contract(
    name="routes",
    title="Deskbell routes",
    description="The desk at the server's root, for staff, customers and integrations.",
    routes=[Router(path="/", route_handlers=_ROUTES)],
    render=refusal_renderer(FIELDS, of_teams),
    status_of=status_of,
)
