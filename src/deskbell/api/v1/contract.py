"""Contract v1 put together."""

from litestar import Router

from deskbell.api.shared.contract import Contract
from deskbell.api.v1 import (
    accounts,
    agent_performance,
    agents,
    audit,
    canned,
    categories,
    contacts,
    dashboard,
    export,
    feedback,
    files,
    groups,
    knowledge,
    metrics,
    notifications,
    organizations,
    reports,
    search,
    settings,
    sla,
    tags,
    tickets,
    views,
    webhook_deliveries,
    webhooks,
    webhooks_incoming,
)
from deskbell.api.v1.envelope import render

__all__ = ["CONTRACT"]

CONTRACT = Contract(
    name="v1",
    title="Deskbell API v1",
    description="Deskbell's own contract: everything that Deskbell can do is reachable here.",
    routes=[
        Router(
            path="/api/v1",
            route_handlers=[
                *tickets.ROUTES,
                *accounts.ROUTES,
                *sla.ROUTES,
                *dashboard.ROUTES,
                *reports.ROUTES,
                *agent_performance.ROUTES,
                *webhooks_incoming.ROUTES,
                *webhooks.ROUTES,
                *webhook_deliveries.ROUTES,
                *contacts.ROUTES,
                *agents.ROUTES,
                *groups.ROUTES,
                *organizations.ROUTES,
                *tags.ROUTES,
                *categories.ROUTES,
                *files.ROUTES,
                *knowledge.ROUTES,
                *notifications.ROUTES,
                *export.ROUTES,
                *settings.ROUTES,
                *search.ROUTES,
                *views.ROUTES,
                *canned.ROUTES,
                *audit.ROUTES,
                *metrics.ROUTES,
                *feedback.ROUTES,
            ],
        )
    ],
    render=render,
    any_case=("order", "sort"),
)
