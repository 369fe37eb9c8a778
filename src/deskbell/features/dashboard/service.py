"""Figures of the dashboard, in the organization's time zone."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from deskbell.features.dashboard import queries
from deskbell.features.dashboard.records import Activity, DayCount, FirstSteps, Overview, Stats
from deskbell.features.organizations.calendar import organization_zone
from deskbell.kernel.errors import Invalid
from deskbell.kernel.permissions import Permission
from deskbell.kernel.words import DONE, STATUSES
from deskbell.runtime.database import UnitOfWork

AVERAGE_DAYS: Final = 30
"""The number of days in the averages."""
MAX_DAYS: Final = 366
"""The longest trend."""


async def stats(uow: UnitOfWork) -> Stats:
    """Current figures of all tickets."""
    uow.actor.require(Permission.DASHBOARD_READ)
    zone, calendar = await organization_zone(uow.db)
    today = uow.now.astimezone(calendar).date()
    start, end = _midnight(today, calendar), _midnight(today + timedelta(days=1), calendar)
    since = uow.now - timedelta(days=AVERAGE_DAYS)
    return Stats(
        counts=await queries.counts(uow.db),
        overdue=await queries.overdue(uow.db, uow.now),
        created_today=sum((await queries.created_per_day(uow.db, zone, start, end)).values()),
        resolved_today=sum((await queries.resolved_per_day(uow.db, zone, start, end)).values()),
        average_days=AVERAGE_DAYS,
        first_response_seconds=await queries.average_first_response(uow.db, since),
        resolution_seconds=await queries.average_resolution(uow.db, since),
    )


async def overview(uow: UnitOfWork, *, mine: bool = False) -> Overview:
    """Current counts, overdue tickets, and today's created and resolved tickets; with `mine`, of those assigned to the actor."""
    uow.actor.require(Permission.DASHBOARD_READ)
    assignee_id = uow.actor.id if mine else None
    zone, calendar = await organization_zone(uow.db)
    today = uow.now.astimezone(calendar).date()
    start, end = _midnight(today, calendar), _midnight(today + timedelta(days=1), calendar)
    counts = await (queries.counts(uow.db) if assignee_id is None else queries.counts_of(uow.db, assignee_id))
    by_status: dict[str, int] = dict.fromkeys(STATUSES, 0)
    for count in counts:
        by_status[count.status] += count.n
    return Overview(
        by_status=by_status,
        unassigned=sum(count.n - count.assigned for count in counts if count.status not in DONE),
        overdue=await queries.overdue(uow.db, uow.now, assignee_id),
        created_today=sum((await queries.created_per_day(uow.db, zone, start, end, assignee_id)).values()),
        resolved_today=sum((await queries.resolved_per_day(uow.db, zone, start, end, assignee_id)).values()),
    )


async def activity(uow: UnitOfWork, limit: int) -> list[Activity]:
    """The latest events of tickets, newest first."""
    uow.actor.require(Permission.DASHBOARD_READ, Permission.TICKET_READ)
    return await queries.recent_activity(uow.db, uow.actor, limit)


async def trends(uow: UnitOfWork, days: int) -> list[DayCount]:
    """Created and resolved tickets of each of the last days, today last, including days without any.

    Raises `Invalid` for less than one day or more than `MAX_DAYS`.
    """
    uow.actor.require(Permission.DASHBOARD_READ)
    if not 1 <= days <= MAX_DAYS:
        raise Invalid.field("days", "not_in_range", lowest=1, highest=MAX_DAYS)
    zone, calendar = await organization_zone(uow.db)
    today = uow.now.astimezone(calendar).date()
    wanted = [today - timedelta(days=back) for back in reversed(range(days))]
    start, end = _midnight(wanted[0], calendar), _midnight(today + timedelta(days=1), calendar)
    created = await queries.created_per_day(uow.db, zone, start, end)
    resolved = await queries.resolved_per_day(uow.db, zone, start, end)
    return [DayCount(day, created.get(day, 0), resolved.get(day, 0)) for day in wanted]


def _midnight(day: date, calendar: tzinfo) -> datetime:
    return datetime.combine(day, time(), calendar)


async def first_steps(uow: UnitOfWork) -> FirstSteps:
    """The first steps that the organization has done, for those who may do the rest."""
    uow.actor.require(Permission.ORGANIZATION_MANAGE)
    return await queries.first_steps(uow.db)
