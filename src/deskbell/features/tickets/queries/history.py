"""A ticket's history: the journal, read for one ticket."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.actor import Actor
from deskbell.kernel.events import DomainEvent, decode_event
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, Fragment, all_of, sql

__all__ = ["FOR_CUSTOMERS", "HistoryEntry", "names_of", "of_ticket", "page_of_ticket", "recent_of_ticket"]

FOR_CUSTOMERS: Final = frozenset({"subject", "description", "status", "priority", "type", "assignee_id", "reason"})
"""The fields of whose changes customers are told. A change of none of them is no step for them."""


class HistoryEntry(Struct, frozen=True, kw_only=True):
    """One step in a ticket's life. Without an actor it was Deskbell itself."""

    id: int
    ticket_id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    event: DomainEvent


_COLUMNS = sql("e.id, e.ticket_id, e.at, e.actor_id, m.name, e.type, e.payload")
_FROM = sql(
    "events e left join memberships m on m.organization_id = e.organization_id and m.user_id = e.actor_id "
    "where e.organization_id = (select deskbell_organization())"
)


_BY_TIME: Final = Order("e.at", "e.id", shape=tuple[datetime, int])


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


def _entry(row: Any) -> HistoryEntry:
    return HistoryEntry(
        id=row[0], ticket_id=row[1], at=row[2], actor_id=row[3], actor_name=row[4], event=decode_event(row[5], row[6])
    )


async def of_ticket(db: Db, actor: Actor, ticket_id: UUID) -> list[HistoryEntry]:
    """Every recorded step of a ticket that the actor may know of, oldest first."""
    rows = await db.fetch_all(
        sql(
            "select {} from {} and e.ticket_id = {} and {} order by e.at, e.id",
            _COLUMNS, _FROM, ticket_id, _known_to(actor),
        )
    )  # fmt: skip
    return [_entry(row) for row in rows]


async def page_of_ticket(db: Db, actor: Actor, ticket_id: UUID, page: PageRequest) -> Page[HistoryEntry]:
    """A part of the recorded steps of a ticket that the actor may know of, oldest first unless asked otherwise."""
    wanted = sql("e.ticket_id = {} and {}", ticket_id, _known_to(actor))
    down = page.descends(False)
    rows = await db.fetch_all(
        sql(
            "select {} from {} and {} order by {} limit {} offset {}",
            _COLUMNS, _FROM, all_of([wanted, _BY_TIME.after(page.cursor, descending=down)]),
            _BY_TIME.by(descending=down), page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(
        await db.fetch_value(
            sql(
                "select count(*) from events e where e.organization_id = (select deskbell_organization()) and {}",
                wanted,
            )
        )
    )
    return page_from(rows, total, page, _entry, lambda entry: (entry.at, entry.id))


async def recent_of_ticket(db: Db, actor: Actor, ticket_id: UUID, limit: int) -> list[HistoryEntry]:
    """The last recorded steps of a ticket that the actor may know of, newest first."""
    rows = await db.fetch_all(
        sql(
            "select {} from {} and e.ticket_id = {} and {} order by e.at desc, e.id desc limit {}",
            _COLUMNS, _FROM, ticket_id, _known_to(actor), limit,
        )
    )  # fmt: skip
    return [_entry(row) for row in rows]


async def names_of(db: Db, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What members of the entered organization are called, those who left included."""
    rows = await db.fetch_all(
        sql("select m.user_id, m.name from memberships m where m.user_id = any({})", list(user_ids))
    )
    return {row[0]: row[1] for row in rows}
