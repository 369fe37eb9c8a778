"""Reading the audit log."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec

from deskbell.features.audit import queries
from deskbell.features.audit.records import AuditEntry, AuditFilter
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid
from deskbell.kernel.events import event_types
from deskbell.kernel.filters import values_of
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.journal.description import NO_VALUES, may_read_values

__all__ = ["actions_of", "export_entries", "list_entries"]

_PART: Final = 1_000


async def list_entries(uow: UnitOfWork, filters: AuditFilter, page: PageRequest) -> Page[AuditEntry]:
    """A part of the organization's audit log, newest first.

    Of objects that an API key may not read it learns who did what and when; the values are left out.
    """
    uow.actor.require(Permission.AUDIT_READ)
    found = await queries.list_entries(uow.db, filters, page)
    return msgspec.structs.replace(found, items=_shown(uow.actor, found.items))


async def export_entries(database: Database, actor: Actor, filters: AuditFilter) -> AsyncIterator[list[AuditEntry]]:
    """All entries, newest first, some at a time, as `list_entries` shows them. Memory does not grow with their number.

    Each part is read in a transaction of its own: the journal only grows, so entries neither move nor change between them.
    """
    actor.require(Permission.AUDIT_READ)
    before: int | None = None
    while True:
        async with database.unit(actor) as uow:
            found = await queries.entries_before(uow.db, filters, before, _PART)
        if found:
            yield _shown(actor, found)
            before = found[-1].id
        if len(found) < _PART:
            return


def _shown(actor: Actor, entries: list[AuditEntry]) -> list[AuditEntry]:
    if actor.scopes is None:
        return entries
    return [
        each if may_read_values(actor, each.subject_type) else msgspec.structs.replace(each, payload=NO_VALUES)
        for each in entries
    ]


def actions_of(text: str | None) -> tuple[str, ...]:
    """A filter of one action or several, divided by commas: event types (`ticket.created`) or nouns (`ticket`).

    Raises `Invalid`, listing the actions, for any other word.
    """
    if text is None or not text.strip():
        return ()
    known = sorted(event_types())
    found: dict[str, None] = {}
    for word in values_of("action", [text.lower()]):
        meant = [kind for kind in known if word in (kind, kind.partition(".")[0])]
        if not meant:
            raise Invalid.field("action", "enum", allowed=tuple(known))
        found |= dict.fromkeys(meant)
    return tuple(found)
