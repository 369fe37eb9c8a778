"""Conditions on moments of `tickets t`.

The moments that automations count from have no index of their own: each lies between a ticket's creation and its last change,
so that the indexes on those two find the tickets. Where clocks or an import disagree, the nearer of the two is meant.
"""

from collections.abc import Mapping
from typing import Final

from deskbell.kernel.actor import Actor
from deskbell.kernel.search.language import Span
from deskbell.runtime.sql import Fragment, all_of, sql

_COLUMNS: Final[Mapping[str, Fragment]] = {
    "created": sql("t.created_at"), "updated": sql("t.updated_at"), "solved": sql("t.solved_at"),
    "rated": sql("f.created_at"), "due": sql("t.next_due_at"),
}  # fmt: skip
_BETWEEN: Final[Mapping[str, Fragment]] = {
    "status.since": sql("coalesce(t.status_since, t.created_at)"),
    "assigned.since": sql("case when t.assignee_id is not null then coalesce(t.assigned_since, t.created_at) end"),
    "customer.wrote": sql("coalesce(t.customer_wrote_at, t.created_at)"),
    "staff.wrote": sql("t.staff_wrote_at"),
}


def within(actor: Actor, span: Span) -> Fragment:
    """Whether a moment of a ticket lies in a span. Customers learn nothing of deadlines."""
    if span.field == "due" and not actor.is_staff:
        bounds = sql("false")
    elif span.field in _BETWEEN:
        bounds = _between(_BETWEEN[span.field], span)
    else:
        bounds = _bounds(_COLUMNS[span.field], span)
    if span.field == "rated":
        bounds = sql("t.id in (select f.ticket_id from ticket_feedback f where {})", bounds)
    return sql("({}) is not true", bounds) if span.negated else bounds


def _bounds(column: Fragment, span: Span) -> Fragment:
    return all_of(
        [
            None if span.start is None else sql("{} >= {}", column, span.start),
            None if span.end is None else sql("{} < {}", column, span.end),
        ]
    )


def _between(moment: Fragment, span: Span) -> Fragment:
    """A moment between creation and last change. What follows for these two is said as well, since they have indexes."""
    kept = sql("greatest(t.created_at, least({}, t.updated_at))", moment)  # both pass over null
    return all_of(
        [
            sql("({}) is not null", moment),
            _bounds(kept, span),
            None if span.start is None else sql("t.updated_at >= {}", span.start),
            None if span.end is None else sql("t.created_at < {}", span.end),
        ]
    )
