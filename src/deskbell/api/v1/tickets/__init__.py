"""v1: tickets, their comments and history."""

from deskbell.api.v1.tickets.comments import ROUTES as COMMENT_ROUTES
from deskbell.api.v1.tickets.routes import ROUTES as TICKET_ROUTES

__all__ = ["ROUTES"]

ROUTES = [*TICKET_ROUTES, *COMMENT_ROUTES]
