"""v1: the dashboard."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar.params import QueryParameter
from msgspec import Struct

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.features.dashboard import service
from deskbell.features.dashboard.records import Activity, Overview
from deskbell.features.reports import service as reports
from deskbell.features.reports.records import percent
from deskbell.features.tickets.events import CommentAdded, TicketAssigned, TicketCreated, TicketUpdated
from deskbell.kernel.paging import MAX_LIMIT
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["Dashboard & Analytics"]
GOALS = {"First Response": 95, "Resolution Time": 90, "Customer Satisfaction": 85}
"""What a desk may be content with, in percent."""


class StatsView(Struct, frozen=True, kw_only=True):
    """How many tickets are where. `open_tickets` counts new and open ones; `overdue_tickets` have missed a target that is
    still to be met; today is that of the organization's time zone.
    """

    open_tickets: int
    pending_tickets: int
    overdue_tickets: int
    resolved_today: int
    total_tickets: int
    new_tickets: int
    hold_tickets: int
    solved_tickets: int
    closed_tickets: int
    unassigned_tickets: int
    created_today: int

    @classmethod
    def of(cls, found: Overview) -> "StatsView":
        """The overview in v1's form."""
        counts = found.by_status
        return cls(
            open_tickets=counts["new"] + counts["open"],
            pending_tickets=counts["pending"],
            overdue_tickets=found.overdue,
            resolved_today=found.resolved_today,
            total_tickets=sum(counts.values()),
            new_tickets=counts["new"],
            hold_tickets=counts["hold"],
            solved_tickets=counts["solved"],
            closed_tickets=counts["closed"],
            unassigned_tickets=found.unassigned,
            created_today=found.created_today,
        )


class ActivityUser(Struct, frozen=True):
    """Who did it; without an id, Deskbell itself."""

    id: UUID | None
    name: str


class ActivityView(Struct, frozen=True, kw_only=True):
    """Something that happened to a ticket: `user` did `action` to `target`."""

    id: str
    type: Literal["ticket_created", "ticket_updated", "comment_added"]
    user: ActivityUser
    action: str
    target: str
    ticket_id: UUID
    timestamp: datetime

    @classmethod
    def of(cls, found: Activity) -> "ActivityView":
        """An event in v1's form."""
        kind, action = _told(found)
        return cls(
            id=str(found.id),
            type=kind,
            user=ActivityUser(found.actor_id, found.actor_name or "Deskbell"),
            action=action,
            target=f"#{found.number} {found.subject}",
            ticket_id=found.ticket_id,
            timestamp=found.at,
        )


def _told(found: Activity) -> tuple[Literal["ticket_created", "ticket_updated", "comment_added"], str]:
    match found.event:
        case TicketCreated():
            return "ticket_created", "filed"
        case CommentAdded(public=public):
            return "comment_added", "replied to" if public else "added a note to"
        case TicketAssigned(changes=changes):
            taken = all(change.now is None for change in changes.values())
            return "ticket_updated", "unassigned" if taken else "assigned"
        case TicketUpdated(changes=changes) if "status" in changes:
            return "ticket_updated", f"set to {changes['status'].now}"
        case TicketUpdated(changes=changes):
            fields = ", ".join(sorted(name.removesuffix("_id").replace("_", " ") for name in changes))
            return "ticket_updated", f"changed {fields} of"
        case _:
            return "ticket_updated", "changed"


class LevelView(Struct, frozen=True):
    """How far something is kept, in whole percent rounded down, and how far it should be; `measured` says of how many."""

    label: str
    value: int
    target: int
    measured: int


@get("/dashboard/stats", permission=Permission.DASHBOARD_READ, tags=TAG, summary="Get dashboard statistics")
async def get_dashboard_stats(uow: Uow) -> Success[StatsView]:
    """How many tickets are where at this moment."""
    return Success(StatsView.of(await service.overview(uow)))


@get("/dashboard/activity", permission=Permission.DASHBOARD_READ, tags=TAG, summary="Get recent activity")
async def get_dashboard_activity(
    uow: Uow,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="Number of activities to return")] = 20,
) -> Success[list[ActivityView]]:
    """What happened last, newest first."""
    return Success([ActivityView.of(each) for each in await service.activity(uow, limit)])


@get("/dashboard/sla-status", permission=Permission.DASHBOARD_READ, tags=TAG, summary="Get SLA status")
async def get_sla_status(uow: Uow) -> Success[list[LevelView]]:
    """How far promises were kept over the last 30 days: with the tickets filed in them, and by the ratings given in them."""
    kept, said = await reports.service_levels(uow)
    figures = {
        "First Response": (kept.first_response.compliance, kept.first_response.measured),
        "Resolution Time": (kept.resolution.compliance, kept.resolution.measured),
        "Customer Satisfaction": (percent(said.satisfied, said.responses), said.responses),
    }
    return Success([LevelView(label, value, GOALS[label], n) for label, (value, n) in figures.items()])


ROUTES = [get_dashboard_stats, get_dashboard_activity, get_sla_status]
