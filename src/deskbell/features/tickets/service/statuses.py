"""The status that a change asks for: one of the six, or one of the organization's own within them."""

from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.tickets.records import Ticket, TicketChanges
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Conflict, Problem
from deskbell.kernel.statuses import steps_from
from deskbell.kernel.words import Status

__all__ = ["require_step", "status_wanted"]


class _Wanted(Struct, frozen=True):
    """The status to set (UNSET: it stays), and the own status that the ticket has then."""

    status: Status | UnsetType
    status_id: UUID | None


def status_wanted(ticket: Ticket, changes: TicketChanges, problems: list[Problem]) -> _Wanted:
    """The status that changes ask for; a status that the ticket has already keeps its own one. Problems are added."""
    if changes.status_id is UNSET:
        if changes.status is UNSET or changes.status == ticket.status:
            return _Wanted(UNSET, ticket.status_id)
        return _Wanted(changes.status, None)
    if changes.status_id is None:
        return _Wanted(changes.status, None)
    own = ticket.configuration.statuses_by_id.get(changes.status_id)
    if own is None or (own.retired and own.id != ticket.status_id):
        problems.append(Problem.at("custom_status_id", "status.unknown"))
        return _Wanted(UNSET, ticket.status_id)
    if changes.status not in (UNSET, own.category):
        problems.append(Problem.at("custom_status_id", "status.category", name=own.name, category=own.category))
    return _Wanted(own.category, own.id)


def require_step(ticket: Ticket, wanted: _Wanted, actor: Actor) -> None:
    """Raises `Conflict` for a step that the organization does not allow its staff. Deskbell itself and customers are free."""
    steps = ticket.configuration.steps
    if not steps or not actor.is_staff or actor.user_id is None:
        return
    start = ticket.status if ticket.status_id is None else str(ticket.status_id)
    plain = ticket.status if wanted.status is UNSET else wanted.status
    target = plain if wanted.status_id is None else str(wanted.status_id)
    allowed = steps_from(steps, start, actor.role)
    if target == start or target in allowed:
        return
    if not allowed:
        raise Conflict("status.no_step")
    names = {str(status.id): status.name for status in ticket.configuration.statuses}
    raise Conflict("status.step", allowed=tuple(names.get(each, each) for each in allowed))
