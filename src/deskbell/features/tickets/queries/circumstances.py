"""Conditions on `tickets t` that depend on the caller, on comments, files and ratings, or on the service level."""

from collections.abc import Mapping
from typing import Final

from deskbell.features.tickets.queries.rows import unread_by
from deskbell.kernel.actor import Actor
from deskbell.kernel.search.language import Filter
from deskbell.runtime.sql import Fragment, any_of, sql

_COMPARED: Final[Mapping[str, Fragment]] = {"<": sql("<"), "<=": sql("<="), ">": sql(">"), ">=": sql(">=")}

# Marked, or missed after the last marking.
_LATE: Final = sql(
    "t.status in ('new', 'open', 'pending', 'hold') and (t.resolution_breached_at is not null "
    "or (t.first_response_breached_at is not null and t.first_response_at is null) "
    "or (t.clock_next_at <= now() "
    "and (t.resolution_due_at <= now() or (t.first_response_at is null and t.first_response_due_at <= now()))))"
)


def _breached(actor: Actor, value: str) -> Fragment:
    """Whether a target was missed; `now`: one that is still to be met. Customers learn nothing of targets."""
    if not actor.is_staff:
        return sql("false")
    if value == "now":
        return _LATE
    if value == "first":
        return sql("t.first_response_breached_at is not null")
    return sql("t.resolution_breached_at is not null")


def _first_response(actor: Actor, part: Filter) -> Fragment:
    """The time to the first response, compared with a number of seconds."""
    if not actor.is_staff:
        return sql("false")
    return sql("t.first_response_took {} {}", _COMPARED[part.comparison], min(int(part.values[0]), 2**31 - 1))


def _rated(part: Filter) -> Fragment:
    numbers = [min(int(value), 2**15 - 1) for value in part.values]
    if part.comparison == ":":
        return sql("t.id in (select f.ticket_id from ticket_feedback f where f.rating = any({}::smallint[]))", numbers)
    return sql(
        "t.id in (select f.ticket_id from ticket_feedback f where f.rating {} {})",
        _COMPARED[part.comparison],
        numbers[0],
    )


def _unread_by(actor: Actor) -> Fragment:
    """Whether others wrote since the actor read it, of the tickets that the actor has read or works on.

    Beginning with the actor's own tickets, its cost does not grow with the organization.
    """
    return sql(
        "t.id in (select r.ticket_id from ticket_reads r where r.user_id = {} "
        "union select a.id from tickets a where a.assignee_id = {} and a.deleted_at is null) and {}",
        actor.user_id,
        actor.user_id,
        unread_by(actor),
    )


def _mentions(actor: Actor) -> Fragment:
    return sql("t.id in (select ticket_id from deskbell_tickets_mentioning({}, {}))", actor.user_id, actor.reads_notes)


def has(actor: Actor, value: str) -> Fragment:
    """Whether a ticket has an attachment, or a draft of the actor's."""
    if value == "draft":
        return sql("t.id = any(array(select d.ticket_id from drafts d where d.author_id = {}))", actor.user_id)
    return sql(
        "exists (select from attachments f left join comments c "
        "on c.organization_id = f.organization_id and c.id = f.comment_id "
        "where f.organization_id = t.organization_id and f.ticket_id = t.id "
        "and (f.comment_id is null or c.public or {}))",
        actor.reads_notes,
    )


def circumstance(actor: Actor, part: Filter) -> Fragment:
    """The condition that an operator of this kind means."""
    match part.field:
        case "breached":
            return any_of([_breached(actor, value) for value in part.values])
        case "first_response":
            return _first_response(actor, part)
        case "rating":
            return _rated(part)
        case "unread":
            return _unread_by(actor)
        case _:
            return _mentions(actor)
