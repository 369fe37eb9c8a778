"""A ticket's history: the journal, read for one ticket."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.events import UsedMacro
from deskbell.features.tickets.records import ByRule
from deskbell.kernel.actor import Actor
from deskbell.kernel.events import decode_event
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.journal.description import Description, describe, visible_to
from deskbell.runtime.journal.readers import about_tickets, reader
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

reader("history", "The history of a ticket, in each contract's form.", types=about_tickets)


class HistoryEntry(Struct, frozen=True, kw_only=True):
    """One step in a ticket's life, as its reader may see it. Without an actor it was Deskbell itself."""

    id: int
    ticket_id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    step: Description
    rule: ByRule | None = None
    """The rule whose action it is; only the staff are shown it."""
    macro: UsedMacro | None = None
    """The macro that a person, or the rule, used; only the staff are shown it."""


class _StoredEntry(Struct, frozen=True, kw_only=True):
    id: int
    ticket_id: UUID
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    type: str
    payload: str
    rule: ByRule | None
    macro: UsedMacro | None


_ENTRIES: Final = Table(
    "events",
    _StoredEntry,
    "e",
    columns={
        "actor_name": "m.name", "rule_id": "f.rule_id", "rule_name": "f.name", "rule_version": "f.version",
        "macro_id": "coalesce(k.id, (f.macro ->> 'id')::uuid)", "macro_name": "coalesce(k.name, f.macro ->> 'name')",
        "macro_version": "coalesce(k.version, (f.macro ->> 'version')::int)",
    },
    joins="left join memberships m on m.organization_id = e.organization_id and m.user_id = e.actor_id "
    "left join lateral (select f.rule_id, f.payload ->> 'name' as name, (f.payload ->> 'version')::int as version, "
    "f.payload -> 'macros' -> 0 as macro "
    "from events f where f.organization_id = e.organization_id and f.ticket_id = e.ticket_id and f.rule_id = e.rule_id "
    "and f.type = 'rule.fired' and f.operation_id = e.operation_id limit 1) f on e.rule_id is not null "
    "left join lateral (select (k.payload ->> 'macro_id')::uuid as id, k.payload ->> 'name' as name, "
    "coalesce((k.payload ->> 'version')::int, 1) as version from events k where k.organization_id = e.organization_id "
    "and k.ticket_id = e.ticket_id and k.type = 'ticket.macro_applied' and k.operation_id = e.operation_id limit 1) k "
    "on e.rule_id is null and e.operation_id is not null",
)  # fmt: skip
_BY_TIME: Final = Order[_StoredEntry](
    "e.at", "e.id", shape=tuple[datetime, int], key=lambda entry: (entry.at, entry.id)
)


def _of_ticket(actor: Actor, ticket_id: UUID) -> Fragment:
    own = sql("e.organization_id = (select deskbell_organization()) and e.ticket_id = {}", ticket_id)
    return all_of([own, visible_to(actor)])


def _entries(actor: Actor, found: Sequence[_StoredEntry]) -> list[HistoryEntry]:
    return [
        HistoryEntry(
            id=each.id, ticket_id=each.ticket_id, at=each.at, actor_id=each.actor_id, actor_name=each.actor_name, step=step,
            rule=each.rule if actor.is_staff else None, macro=each.macro if actor.is_staff else None,
        )
        for each in found
        if (step := describe(decode_event(each.type, each.payload), staff=actor.is_staff)) is not None
    ]  # fmt: skip


async def of_ticket(db: Db, actor: Actor, ticket_id: UUID) -> list[HistoryEntry]:
    """Every recorded step of a ticket that the actor may know of, oldest first."""
    found = await _ENTRIES.fetch(db, sql("{} order by e.at, e.id", _of_ticket(actor, ticket_id)))
    return _entries(actor, found)


async def page_of_ticket(db: Db, actor: Actor, ticket_id: UUID, request: PageRequest) -> Page[HistoryEntry]:
    """A page of the recorded steps of a ticket that the actor may know of, oldest first unless asked otherwise."""
    found = await page(db, _ENTRIES, _BY_TIME, request, where=_of_ticket(actor, ticket_id))
    return Page(_entries(actor, found.items), found.total, request, found.next_cursor)


async def recent_of_ticket(db: Db, actor: Actor, ticket_id: UUID, limit: int) -> list[HistoryEntry]:
    """The last recorded steps of a ticket that the actor may know of, newest first."""
    newest = sql("{} order by e.at desc, e.id desc limit {}", _of_ticket(actor, ticket_id), limit)
    return _entries(actor, await _ENTRIES.fetch(db, newest))


async def of_ids(db: Db, actor: Actor, event_ids: Sequence[int]) -> dict[int, HistoryEntry]:
    """Steps whose visibility the caller has checked, as the actor is shown them."""
    own = sql("e.organization_id = (select deskbell_organization()) and e.id = any({})", list(event_ids))
    return {each.id: each for each in _entries(actor, await _ENTRIES.fetch(db, own))}


async def names_of(db: Db, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of members of the entered organization, former ones included."""
    rows = await db.fetch_all(
        sql("select m.user_id, m.name from memberships m where m.user_id = any({})", list(user_ids))
    )
    return {row["user_id"]: row["name"] for row in rows}
