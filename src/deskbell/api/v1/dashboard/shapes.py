"""v1: shapes of the dashboard."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from deskbell.features.dashboard.records import Activity, FirstSteps, Overview
from deskbell.features.tickets.events import CommentAdded, TicketAssigned, TicketCreated
from deskbell.runtime.journal.description import Description


class StatsView(Struct, frozen=True, kw_only=True):
    """Ticket counts. `open_tickets` includes new ones; `overdue_tickets` counts tickets past an unmet SLA target. Today is
    the current day in the organization's time zone.
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
    """The user who acted. Without an id, Deskbell itself."""

    id: UUID | None
    name: str


class ActivityView(Struct, frozen=True, kw_only=True):
    """An event on a ticket, to be read as `user` `action` `target`."""

    id: str
    type: Literal["ticket_created", "ticket_updated", "comment_added"]
    user: ActivityUser
    action: str
    target: str
    ticket_id: UUID
    timestamp: datetime

    @classmethod
    def of(cls, found: Activity) -> "ActivityView":
        kind, action = _described(found.step)
        return cls(
            id=str(found.id),
            type=kind,
            user=ActivityUser(found.actor_id, found.actor_name or "Deskbell"),
            action=action,
            target=f"#{found.number} {found.subject}",
            ticket_id=found.ticket_id,
            timestamp=found.at,
        )


def _described(step: Description) -> tuple[Literal["ticket_created", "ticket_updated", "comment_added"], str]:
    match step.event:
        case TicketCreated():
            return "ticket_created", "filed"
        case CommentAdded(public=public):
            return "comment_added", "replied to" if public else "added a note to"
        case TicketAssigned():
            taken = all(change.now is None for change in step.changes.values())
            return "ticket_updated", "unassigned" if taken else "assigned"
        case _ if "status" in step.changes:
            return "ticket_updated", f"set to {step.changes['status'].now}"
        case _:
            fields = ", ".join(sorted(name.removesuffix("_id").replace("_", " ") for name in step.changes))
            return "ticket_updated", f"changed {fields} of"


class LevelView(Struct, frozen=True):
    """A service level: `value` and `target` in whole percent, rounded down, out of `measured` tickets or ratings."""

    label: str
    value: int
    target: int
    measured: int


class FirstStepsView(Struct, frozen=True, kw_only=True):
    """The first steps of a new organization that are done. `done` is true once all of it is."""

    named: bool
    logo: bool
    mailbox: bool
    team: bool
    canned_response: bool
    form: bool
    tickets: bool
    done: bool

    @classmethod
    def of(cls, steps: FirstSteps) -> "FirstStepsView":
        return cls(
            named=steps.named, logo=steps.logo, mailbox=steps.mailbox, team=steps.team,
            canned_response=steps.canned_response, form=steps.form, tickets=steps.tickets,
            done=steps.named and steps.logo and steps.mailbox and steps.team and steps.canned_response and steps.form
            and steps.tickets,
        )  # fmt: skip
