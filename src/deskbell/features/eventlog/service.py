"""Reading the journal: event by event for those who are connected, what they missed, and as a whole."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.access.events import AboutMember, ApiKeyRevoked
from deskbell.features.eventlog import queries
from deskbell.features.eventlog.records import EventWithObjects, ExportPage, Moment
from deskbell.features.notifications import queries as notifications
from deskbell.features.notifications.events import NotificationCreated
from deskbell.features.notifications.records import Notification
from deskbell.features.organizations.events import OrganizationDeleted
from deskbell.features.tickets.events import AboutTicket, CommentAdded, CommentEdited
from deskbell.features.tickets.queries import comments, followers, tickets
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import Invalid
from deskbell.kernel.events import Recorded, event_types
from deskbell.kernel.paging import decode_cursor, encode_cursor
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.journal.description import DIRECTORY, NO_VALUES, may_read_values
from deskbell.runtime.journal.readers import reader

__all__ = ["REPLAY_LIMIT", "export", "latest", "look_up", "missed_since", "now"]

REPLAY_LIMIT: Final = 1000
"""The most events that are replayed to a client after a gap; beyond it, fetching again is faster."""


@anyone("read as Deskbell itself; `policy.may_know` decides for each reader what is passed on")
async def look_up(uow: UnitOfWork, ids: Sequence[int]) -> list[EventWithObjects]:
    """The events with these ids, in this order, each with what it is about. Three statements or so, however many ids.

    Read as Deskbell itself: who may know of each is decided by `policy.may_know`.
    """
    found = await queries.by_ids(uow.db, ids, sent_types())
    return await _with_subjects(uow, [found[each] for each in ids if each in found])


@anyone("read as Deskbell itself; `policy.may_know` decides for each reader what is passed on")
async def missed_since(uow: UnitOfWork, event_id: int) -> list[EventWithObjects] | None:
    """The events after one, in order; None when they cannot be determined: an unknown event, or too many."""
    wanted = [kind for kind in sent_types() if kind not in directory_types()]
    found = await queries.missed_since(uow.db, event_id, wanted, REPLAY_LIMIT + 1)
    if found is None or len(found) > REPLAY_LIMIT:
        return None
    return await _with_subjects(uow, found)


@anyone("an event id alone, which is a place to begin")
async def latest(uow: UnitOfWork) -> int:
    """The id of the newest event: a client that begins now has missed nothing after it."""
    return await queries.latest(uow.db)


@anyone("transaction numbers alone")
async def now(uow: UnitOfWork) -> Moment:
    """The transactions committed so far: a client that connects later has their changes already."""
    return await queries.now(uow.db)


async def export(uow: UnitOfWork, since: str | None, limit: int) -> ExportPage:
    """The journal from its beginning, or after `since`, in an order to which nothing is ever added in between.

    Of objects that an API key may not read it learns that an event happened; `data` is empty.
    """
    uow.actor.require(Permission.EXPORT)
    place = (0, 0) if since is None else _place(since)
    found = await queries.exported_after(uow.db, *place, limit)
    if found:
        place = (found[-1][0], found[-1][1].id)
    shown = [
        event if may_read_values(uow.actor, event.subject_type) else msgspec.structs.replace(event, data=NO_VALUES)
        for _, event in found
    ]
    return ExportPage(shown, encode_cursor(*place), len(found) < limit)


def _place(cursor: str) -> tuple[int, int]:
    try:
        xact_id, event_id = decode_cursor(cursor, tuple[int, int])
    except Invalid:
        xact_id = event_id = -1
    if not (0 <= xact_id < 2**63 and 0 <= event_id < 2**63):
        raise Invalid.field("since", "export.since_unknown")
    return xact_id, event_id


@cache
def sent_types() -> tuple[str, ...]:
    """The types of events that connected people or their connections are concerned with."""
    kinds = (AboutTicket, NotificationCreated, AboutMember, ApiKeyRevoked, OrganizationDeleted)
    sent = {name for name, kind in event_types().items() if issubclass(kind, kinds)}
    return tuple(sorted(sent | directory_types()))


@cache
def directory_types() -> frozenset[str]:
    """The types of events about small lists of the staff. They are not replayed: a client that returns fetches the lists."""
    return frozenset(name for name, kind in event_types().items() if kind.subject_type in DIRECTORY)


async def _with_subjects(uow: UnitOfWork, written: Sequence[tuple[Recorded, int]]) -> list[EventWithObjects]:
    events = [each for each, _ in written]
    ticket_ids = {each.event.ticket_id for each in events if isinstance(each.event, AboutTicket)}
    comment_ids = {each.event.comment_id for each in events if isinstance(each.event, CommentAdded | CommentEdited)}
    notification_ids = {each.event.notification_id for each in events if isinstance(each.event, NotificationCreated)}
    of_notifications = await notifications.by_ids(uow.db, list(notification_ids)) if notification_ids else {}
    following = await followers.user_ids_of(uow.db, list(ticket_ids)) if ticket_ids else {}
    ticket_ids |= {each.ticket_id for each in of_notifications.values() if each.ticket_id is not None}
    of_tickets = await tickets.by_ids(uow.db, list(ticket_ids)) if ticket_ids else {}
    comment_ids |= {each.comment_id for each in of_notifications.values() if each.comment_id is not None}
    of_comments = await comments.by_ids(uow.db, list(comment_ids)) if comment_ids else {}
    return [
        EventWithObjects(
            recorded=each,
            xact_id=xact_id,
            ticket=of_tickets.get(each.event.ticket_id) if isinstance(each.event, AboutTicket) else None,
            comment=of_comments.get(_comment_id(each, of_notifications)),
            notification=of_notifications.get(each.event.subject_id),
            followers=following.get(each.event.ticket_id, frozenset())
            if isinstance(each.event, AboutTicket)
            else frozenset(),
            notified_of=_notified_of(each, of_notifications, of_tickets),
        )
        for each, xact_id in written
    ]


def _notified_of(
    recorded: Recorded, of_notifications: Mapping[UUID, Notification], of_tickets: Mapping[UUID, Ticket]
) -> Ticket | None:
    """The ticket that an announced notification is about."""
    about = of_notifications.get(recorded.event.subject_id)
    return None if about is None or about.ticket_id is None else of_tickets.get(about.ticket_id)


def _comment_id(recorded: Recorded, of_notifications: Mapping[UUID, Notification]) -> UUID:
    """The id of the comment that an event, or the notification it announces, may be about."""
    about = of_notifications.get(recorded.event.subject_id)
    return recorded.event.subject_id if about is None or about.comment_id is None else about.comment_id


reader("sockets", "The sockets `/ws`, `/ws/tickets/{id}` and Socket.IO.", "announced", types=sent_types)
