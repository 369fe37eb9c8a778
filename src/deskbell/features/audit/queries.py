"""SQL of the audit log. The newest entry is the one recorded last."""

from collections.abc import Iterator
from typing import Final

from deskbell.features.audit.records import AuditEntry, AuditFilter
from deskbell.kernel.events import event_types
from deskbell.kernel.paging import Page, PageRequest
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

reader("audit log", "The audit log.")

_ENTRIES: Final = Table(
    "events",
    AuditEntry,
    "e",
    columns={"user_id": "e.actor_id", "user_name": "m.name", "user_email": "m.email", "action": "e.type"},
    joins="left join memberships m on m.organization_id = e.organization_id and m.user_id = e.actor_id",
)
_NEWEST: Final = Order[AuditEntry]("e.id", shape=tuple[int], key=lambda entry: (entry.id,), descending=True)


async def list_entries(db: Db, filters: AuditFilter, request: PageRequest) -> Page[AuditEntry]:
    """A page of the entered organization's journal, newest first."""
    wanted = all_of([sql("e.organization_id = (select deskbell_organization())"), *_matching(filters)])
    return await page(db, _ENTRIES, _NEWEST, request, where=wanted)


async def entries_before(db: Db, filters: AuditFilter, before: int | None, limit: int) -> list[AuditEntry]:
    """The next entries, newest first, that are older than the one with this id."""
    wanted = [sql("e.organization_id = (select deskbell_organization())"), *_matching(filters)]
    if before is not None:
        wanted.append(sql("e.id < {}", before))
    return await _ENTRIES.fetch(db, sql("{} order by e.id desc limit {}", all_of(wanted), limit))


def _matching(filters: AuditFilter) -> Iterator[Fragment]:
    if filters.user_id is not None:
        yield sql("e.actor_id = {}", filters.user_id)
    if len(filters.actions) == 1:
        yield sql("e.type = {}", filters.actions[0])  # equality lets the index by type give the order, too
    elif filters.actions:
        yield sql("e.type = any({})", list(filters.actions))
    if filters.subject_type is not None:
        yield sql("e.subject_type = {}", filters.subject_type)
        # Each type of event has its one type of subject, and is indexed.
        types = [name for name, kind in event_types().items() if kind.subject_type == filters.subject_type]
        yield sql("e.type = any({})", types)
    if filters.subject_id is not None:
        yield sql("e.subject_id = {}", filters.subject_id)
    if filters.after is not None:
        yield sql("e.at >= {}", filters.after)
    if filters.before is not None:
        yield sql("e.at < {}", filters.before)
