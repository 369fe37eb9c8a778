"""v1: reports and their export."""

from deskbell.api.v1.reports.routes import ROUTES

__all__ = ["ROUTES"]
