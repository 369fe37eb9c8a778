"""The application of contract portals."""

from litestar import Router

from deskbell.api.portals.agent import endpoints as agent
from deskbell.api.portals.customer import endpoints as customer
from deskbell.api.portals.login import endpoints as login
from deskbell.api.portals.vocabulary import FIELDS
from deskbell.api.shared.contract import Contract
from deskbell.api.shared.plain import refusal_renderer, status_of

CONTRACT = Contract(
    name="portals",
    title="Deskbell portals",
    description="Sign-in, agents' assigned tickets and customers' own tickets, at the server's root.",
    routes=[Router(path="/", route_handlers=[*login.ROUTES, *agent.ROUTES, *customer.ROUTES])],
    render=refusal_renderer(FIELDS),
    status_of=status_of,
)
