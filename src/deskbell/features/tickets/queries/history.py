"""A ticket's history: the journal, read for one ticket."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.actor import Actor
from deskbell.kernel.events import DomainEvent, decode_event
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.journal.readers import about_tickets, reader
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

reader("history", "The history of a ticket, in each contract's form.", types=about_tickets)

FOR_CUSTOMERS: Final = frozenset({"subject", "description", "status", "priority", "type", "assignee_id", "reason"})
"""The fields whose changes customers may see. A change of none of them is no step for them."""


class HistoryEntry(Struct, frozen=True, kw_only=True):
    """One step in a ticket's life. Without an actor it was Deskbell itself."""

    id: int
    ticket_id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    event: DomainEvent


class _StoredEntry(Struct, frozen=True, kw_only=True):
    id: int
    ticket_id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    type: str
    payload: str


_ENTRIES: Final = Table(
    "events",
    _StoredEntry,
    "e",
    columns={"actor_name": "m.name"},
    joins="left join memberships m on m.organization_id = e.organization_id and m.user_id = e.actor_id",
)
_BY_TIME: Final = Order[_StoredEntry](
    "e.at", "e.id", shape=tuple[datetime, int], key=lambda entry: (entry.at, entry.id)
)


def _known_to(actor: Actor) -> Fragment:
    """Steps of comments and files belong to those who may read comments; the rest to those who may see the ticket."""
    conditions = []
    if not actor.is_staff:
        conditions.append(
            sql(
                "not e.internal and "
                "(e.type not in ('ticket.updated', 'ticket.assigned') or e.payload -> 'changes' ?| {}::text[])",
                sorted(FOR_CUSTOMERS),
            )
        )
    if not actor.may(Permission.COMMENT_READ):
        conditions.append(sql("e.subject_type not in ('comment', 'file')"))
    elif actor.is_staff and not actor.reads_notes:
        conditions.append(sql("(e.subject_type not in ('comment', 'file') or not e.internal)"))
    return all_of(conditions)


def _of_ticket(actor: Actor, ticket_id: UUID) -> Fragment:
    own = sql("e.organization_id = (select deskbell_organization()) and e.ticket_id = {}", ticket_id)
    return all_of([own, _known_to(actor)])


def _entry(stored: _StoredEntry) -> HistoryEntry:
    return HistoryEntry(
        id=stored.id, ticket_id=stored.ticket_id, at=stored.at, actor_id=stored.actor_id,
        actor_name=stored.actor_name, event=decode_event(stored.type, stored.payload),
    )  # fmt: skip


async def of_ticket(db: Db, actor: Actor, ticket_id: UUID) -> list[HistoryEntry]:
    """Every recorded step of a ticket that the actor may know of, oldest first."""
    found = await _ENTRIES.fetch(db, sql("{} order by e.at, e.id", _of_ticket(actor, ticket_id)))
    return [_entry(stored) for stored in found]


async def page_of_ticket(db: Db, actor: Actor, ticket_id: UUID, request: PageRequest) -> Page[HistoryEntry]:
    """A page of the recorded steps of a ticket that the actor may know of, oldest first unless asked otherwise."""
    found = await page(db, _ENTRIES, _BY_TIME, request, where=_of_ticket(actor, ticket_id))
    return Page([_entry(stored) for stored in found.items], found.total, request, found.next_cursor)


async def recent_of_ticket(db: Db, actor: Actor, ticket_id: UUID, limit: int) -> list[HistoryEntry]:
    """The last recorded steps of a ticket that the actor may know of, newest first."""
    newest = sql("{} order by e.at desc, e.id desc limit {}", _of_ticket(actor, ticket_id), limit)
    return [_entry(stored) for stored in await _ENTRIES.fetch(db, newest)]


async def names_of(db: Db, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of members of the entered organization, former ones included."""
    rows = await db.fetch_all(
        sql("select m.user_id, m.name from memberships m where m.user_id = any({})", list(user_ids))
    )
    return {row["user_id"]: row["name"] for row in rows}
