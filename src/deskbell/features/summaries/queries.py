"""SQL of summaries: their readers and their content."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.permissions import STAFF_ROLES
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db, sql

_STAFF: Final = sorted(role.value for role in STAFF_ROLES)
_OPEN: Final = sql("t.deleted_at is null and t.status in ('new', 'open', 'pending', 'hold')")
_OVERDUE: Final = sql(
    "(t.resolution_breached_at is not null or (t.first_response_breached_at is not null and t.first_response_at is null))"
)
_READER: Final = sql(
    "select m.user_id as id, m.name, m.email from notification_preferences p join memberships m "
    "on m.organization_id = p.organization_id and m.user_id = p.user_id "
    "where p.daily_summary and m.ended_at is null and m.role = any({})",
    _STAFF,
)


class Reader(Struct, frozen=True):
    """A user who wants a summary."""

    id: UUID
    name: str
    email: str


class Line(Struct, frozen=True):
    """A ticket in a summary."""

    id: UUID
    number: int
    subject: str
    overdue: bool


class Summary(Struct, frozen=True):
    """Counts of open, overdue and unassigned tickets for one user, and the user's most urgent tickets."""

    open: int
    overdue: int
    unassigned: int
    lines: list[Line]


async def organizations(db: Db) -> list[tuple[UUID, str]]:
    """Organizations with at least one reader, with their settings as JSON."""
    rows = await db.fetch_all("select organization_id, settings from deskbell_summary_organizations()")
    return [(row["organization_id"], row["settings"]) for row in rows]


async def readers(db: Db) -> list[Reader]:
    """The staff of the entered organization who want a summary."""
    return read(Reader, await db.fetch_all(sql("{} order by m.user_id", _READER), by_name=True))


async def find_reader(db: Db, user_id: UUID) -> Reader | None:
    """The user, if they still want a summary."""
    row = await db.fetch_one(sql("{} and m.user_id = {}", _READER, user_id))
    return read_one(Reader, row)


async def mark_sent(db: Db, organization_id: UUID, user_id: UUID, day: date, now: datetime) -> bool:
    """Records that a user gets the summary of a day; False when it was recorded before."""
    return bool(
        await db.execute(
            sql(
                "insert into summaries (organization_id, user_id, day, queued_at) values ({}, {}, {}, {}) "
                "on conflict do nothing",
                organization_id,
                user_id,
                day,
                now,
            )
        )
    )


async def delete_before(db: Db, day: date) -> None:
    """Deletes the records of earlier days, of the entered organization."""
    await db.execute(sql("delete from summaries where day < {}", day))


async def summarize(db: Db, user_id: UUID, limit: int) -> Summary:
    """The open tickets of one user in the entered organization; overdue ones first, then those due soonest."""
    row = await db.fetch_one(
        sql(
            "select count(*) as open, count(*) filter (where {}) as overdue from tickets t where t.assignee_id = {} and {}",
            _OVERDUE,
            user_id,
            _OPEN,
        )
    )
    unassigned = await db.fetch_value(
        sql("select count(*) from tickets t where t.assignee_id is null and t.status in ('new', 'open') and {}", _OPEN)
    )
    rows = await db.fetch_all(
        sql(
            "select t.id, t.number, t.subject, {} as overdue from tickets t where t.assignee_id = {} and {} "
            "order by overdue desc, t.priority_rank desc, least(t.first_response_due_at, t.resolution_due_at), t.created_at "
            "limit {}",
            _OVERDUE, user_id, _OPEN, limit,
        )
    )  # fmt: skip
    assert row is not None
    return Summary(row["open"], row["overdue"], unassigned, read(Line, rows))
