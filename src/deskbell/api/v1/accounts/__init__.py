"""v1: signing in and up, sessions, the second factor, invitations, API keys."""

from deskbell.api.v1.accounts.api_keys import ROUTES as API_KEY_ROUTES
from deskbell.api.v1.accounts.auth import ROUTES as AUTH_ROUTES
from deskbell.api.v1.accounts.invitations import ROUTES as INVITATION_ROUTES
from deskbell.api.v1.accounts.sessions import ROUTES as SESSION_ROUTES
from deskbell.api.v1.accounts.two_factor import ROUTES as TWO_FACTOR_ROUTES

__all__ = ["ROUTES"]

ROUTES = [*AUTH_ROUTES, *SESSION_ROUTES, *TWO_FACTOR_ROUTES, *INVITATION_ROUTES, *API_KEY_ROUTES]
