"""A ticket as the conditions of rules see it."""

from collections.abc import Mapping
from typing import Final

from deskbell.features.tickets.queries.past import PastFacts
from deskbell.features.tickets.queries.rules import MoreFacts
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.required import lacks_values
from deskbell.kernel.fields import FieldValue
from deskbell.kernel.rules.facts import NOTHING_BEYOND, Beyond, RequesterFacts, TicketFacts
from deskbell.kernel.rules.words import Words

NO_VALUES: Final[Mapping[str, FieldValue]] = {}


def facts_of(ticket: Ticket, beyond: Beyond = NOTHING_BEYOND) -> TicketFacts:
    """The facts of a ticket. Those in other rows the caller knows, or no rule asks for them."""
    return TicketFacts(
        number=ticket.number, status=ticket.status, priority=ticket.priority, type=ticket.type, channel=ticket.channel,
        requester_id=ticket.requester.id, assignee_id=ticket.assignee_id, group_id=ticket.group_id,
        category_id=ticket.category_id, tags=tuple(ticket.tags), created_at=ticket.created_at,
        updated_at=ticket.updated_at, solved_at=ticket.solved_at, subject=Words(ticket.subject),
        description=Words(ticket.description), beyond=beyond, lacks_values=lacks_values(ticket),
        values={each.name: each.value for each in ticket.custom_fields} if ticket.custom_fields else NO_VALUES,
        definitions=ticket.configuration.by_key, calendar=ticket.configuration.calendar,
        status_since=ticket.status_since or ticket.created_at,
        assigned_since=None if ticket.assignee is None else ticket.assigned_since or ticket.created_at,
        customer_wrote_at=ticket.customer_wrote_at or ticket.created_at, staff_wrote_at=ticket.staff_wrote_at,
        due_at=None if ticket.deadlines is None else ticket.deadlines.next_due_at,
    )  # fmt: skip


def beyond_of(more: MoreFacts | PastFacts | None) -> Beyond:
    """The facts of a ticket in other rows, if these are known."""
    if more is None:
        return NOTHING_BEYOND
    return Beyond(
        has_attachment=more.has_attachment, followers=frozenset(more.followers), linked=frozenset(more.linked)
    )


def requester_of(ticket: Ticket, more: MoreFacts | PastFacts | None, *, is_new: bool = False) -> RequesterFacts:
    """The person a ticket is for, with facts beyond its row if these are known. A new ticket is not counted there yet."""
    email, role = ticket.requester.email, ticket.requester.role
    if more is None:
        return RequesterFacts(email=email, role=role)
    return RequesterFacts(
        email=email, role=role, company=more.company, open=more.open + is_new,
        values={each.name: each.value for each in more.fields} if more.fields else NO_VALUES,
        definitions=ticket.configuration.contact_by_key,
    )  # fmt: skip
