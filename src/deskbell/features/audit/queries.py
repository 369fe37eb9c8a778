"""SQL of the audit log. The newest entry is the one recorded last."""

from collections.abc import Iterator

import msgspec

from deskbell.features.audit.records import AuditEntry, AuditFilter
from deskbell.kernel.events import event_types
from deskbell.kernel.paging import Page, PageRequest, decode_cursor, encode_cursor
from deskbell.runtime.sql import Db, Fragment, all_of, sql

__all__ = ["list_entries"]


async def list_entries(db: Db, narrow: AuditFilter, page: PageRequest) -> Page[AuditEntry]:
    """A part of the entered organization's journal, newest first."""
    conditions = [sql("e.organization_id = (select deskbell_organization())"), *_matching(narrow)]
    down = page.descends(True)
    after: Fragment | None = None
    if page.cursor is not None:
        after = sql("e.id {} {}", sql("<" if down else ">"), decode_cursor(page.cursor, tuple[int])[0])
    rows = await db.fetch_all(
        sql(
            "select e.id, e.at, e.actor_id, m.name, m.email, e.type, e.subject_type, e.subject_id, e.ticket_id, "
            "e.request_id, e.payload from events e "
            "left join memberships m on m.organization_id = e.organization_id and m.user_id = e.actor_id "
            "where {} order by e.id {} limit {} offset {}",
            all_of([*conditions, after]), sql("desc" if down else "asc"), page.limit + 1,
            0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from events e where {}", all_of(conditions))))
    entries = [
        AuditEntry(
            id=row[0], at=row[1], user_id=row[2], user_name=row[3], user_email=row[4], action=row[5],
            subject_type=row[6], subject_id=row[7], ticket_id=row[8], request_id=row[9],
            payload=msgspec.Raw(row[10].encode()),
        )
        for row in rows[: page.limit]
    ]  # fmt: skip
    more = len(rows) > page.limit
    return Page(entries, total, page, encode_cursor(entries[-1].id) if more else None)


def _matching(narrow: AuditFilter) -> Iterator[Fragment]:
    if narrow.user_id is not None:
        yield sql("e.actor_id = {}", narrow.user_id)
    if len(narrow.actions) == 1:
        yield sql("e.type = {}", narrow.actions[0])  # equality lets the index by type give the order, too
    elif narrow.actions:
        yield sql("e.type = any({})", list(narrow.actions))
    if narrow.subject_type is not None:
        yield sql("e.subject_type = {}", narrow.subject_type)
        # Each type of event has its one type of subject, and is indexed.
        types = [name for name, kind in event_types().items() if kind.subject_type == narrow.subject_type]
        yield sql("e.type = any({})", types)
    if narrow.subject_id is not None:
        yield sql("e.subject_id = {}", narrow.subject_id)
    if narrow.after is not None:
        yield sql("e.at >= {}", narrow.after)
    if narrow.before is not None:
        yield sql("e.at < {}", narrow.before)
