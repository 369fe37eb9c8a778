"""Reports: exact figures of a period."""

import itertools
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from deskbell.features.fields.configuration import current
from deskbell.features.organizations.calendar import organization_zone
from deskbell.features.reports.period import Grouping, Period, demand_order, make_period, read_bound
from deskbell.features.reports.queries import agents as agent_queries
from deskbell.features.reports.queries import breakdown as breakdown_queries
from deskbell.features.reports.queries import fields as field_queries
from deskbell.features.reports.queries import service as service_queries
from deskbell.features.reports.queries import tickets as ticket_queries
from deskbell.features.reports.records import (
    NO_DURATIONS,
    AgentFigures,
    AgentReport,
    Breakdown,
    BreakdownPart,
    Cell,
    Dimension,
    FieldCount,
    FieldReport,
    HourReport,
    SatisfactionBucket,
    SatisfactionReport,
    SlaBucket,
    SlaReport,
    TargetCounts,
    TicketBucket,
    TicketReport,
)
from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.queries.conditions import matching, resolve_tags
from deskbell.features.tickets.service.searching import understand
from deskbell.kernel.access import anyone
from deskbell.kernel.errors import Forbidden, Invalid, NotFound
from deskbell.kernel.fields import CHOICES, Kind
from deskbell.kernel.permissions import Permission
from deskbell.kernel.search.language import closed
from deskbell.kernel.words import DONE, PRIORITIES, STATUSES
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import Db, all_of

LEVEL_DAYS: Final = 30
"""The number of days in the dashboard's service levels."""
SCORE_DAYS: Final = 90
"""The number of days in an agent's scores."""


@anyone("reads the time zone alone")
async def bounds_of(
    uow: UnitOfWork, start_date: str | None, end_date: str | None
) -> tuple[datetime | None, datetime | None]:
    """The bounds of a span as times: dates include both days, in the organization's time zone. Raises `Invalid`."""
    _, calendar = await organization_zone(uow.db)
    start = read_bound(start_date, "start_date", calendar, is_end=False)
    return start, read_bound(end_date, "end_date", calendar, is_end=True)


async def period_of(
    uow: UnitOfWork,
    start_date: str | None,
    end_date: str | None,
    grouping: Grouping | None = None,
    *,
    q: str | None = None,
) -> Period:
    """The requested period. Dates include both days. `q` confines it to the tickets that a search text finds.

    Without a start it begins with the first ticket, without an end it ends with today. Raises `Invalid` for the bound
    or the part of the text that cannot be parsed.
    """
    uow.actor.require_any(Permission.REPORT_READ, Permission.AGENT_READ)
    query = await understand(uow, q, "q")
    if query is None:
        return await _whole_period(uow, start_date, end_date, grouping)
    uow.actor.require(Permission.TICKET_READ)  # the counts show whether a ticket holds a word
    filters = TicketFilter(search=query)
    only = all_of(matching(uow.actor, filters, await resolve_tags(uow.db, filters)))
    period = await _whole_period(uow, start_date, end_date, grouping)
    return msgspec.structs.replace(period, only=only, text=closed((q or "").strip()))


async def _whole_period(
    uow: UnitOfWork, start_date: str | None, end_date: str | None, grouping: Grouping | None
) -> Period:
    zone, calendar = await organization_zone(uow.db)
    start = read_bound(start_date, "start_date", calendar, is_end=False)
    end = read_bound(end_date, "end_date", calendar, is_end=True)
    today = datetime.combine(uow.now.astimezone(calendar).date(), time(), calendar)
    if end is None:
        tomorrow = datetime.combine(today.date() + timedelta(days=1), time(), calendar)
        end = tomorrow if start is None else max(tomorrow, start)
    if start is None:
        first = await ticket_queries.first_ticket_at(uow.db)
        first = today if first is None else first.astimezone(calendar)
        start = min(datetime.combine(first.date(), time(), calendar), end)
    else:
        demand_order(start, end, end_date)
    return make_period(start, end, zone, calendar, grouping)


async def ticket_report(uow: UnitOfWork, period: Period) -> TicketReport:
    """Created and resolved tickets, with response and resolution times."""
    uow.actor.require(Permission.REPORT_READ)
    cells = await ticket_queries.cells(uow.db, period)
    answered = await ticket_queries.first_responses(uow.db, period)
    solved = await ticket_queries.resolutions(uow.db, period)
    by_day: dict[object, list[Cell]] = {}
    for cell in cells:
        by_day.setdefault(cell.bucket, []).append(cell)
    created = {day: sum(cell.n for cell in some) for day, some in by_day.items()}
    grown = itertools.accumulate(
        (created.get(day, 0) - solved.get(day, NO_DURATIONS).count for day in period.buckets),
        initial=await ticket_queries.backlog_before(uow.db, period),
    )
    return TicketReport(
        period=period,
        total=sum(cell.n for cell in cells),
        by_status=_by_status(cells),
        by_priority=_by_priority(cells),
        resolved=solved.get(None, NO_DURATIONS).count,
        reopened=sum(cell.reopened for cell in cells),
        reopenings=sum(cell.reopenings for cell in cells),
        first_response=answered.get(None, NO_DURATIONS),
        resolution=solved.get(None, NO_DURATIONS),
        trend=[
            TicketBucket(
                day=day,
                by_status=_by_status(by_day.get(day, [])),
                by_priority=_by_priority(by_day.get(day, [])),
                created=created.get(day, 0),
                resolved=solved.get(day, NO_DURATIONS).count,
                first_response=answered.get(day, NO_DURATIONS),
                resolution=solved.get(day, NO_DURATIONS),
                backlog=backlog,
            )
            for day, backlog in zip(period.buckets, itertools.islice(grown, 1, None), strict=True)
        ],
    )


def _by_status(cells: list[Cell]) -> dict[str, int]:
    """Counts by status, and `resolved`: the sum of solved and closed."""
    counted: dict[str, int] = dict.fromkeys(STATUSES, 0)
    for cell in cells:
        counted[cell.status] += cell.n
    return {**counted, "resolved": sum(counted[status] for status in DONE)}


def _by_priority(cells: list[Cell]) -> dict[str, int]:
    counted: dict[str, int] = dict.fromkeys(reversed(PRIORITIES), 0)
    for cell in cells:
        counted[cell.priority] += cell.n
    return counted


async def agent_report(uow: UnitOfWork, period: Period) -> AgentReport:
    """The figures of each agent; removed members are included if they have any."""
    uow.actor.require(Permission.REPORT_READ)
    figures = await agent_queries.figures(uow.db, period)
    people = {person.id: person for person in await agent_queries.staff(uow.db)}
    gone = [person_id for person_id in figures if person_id not in people]
    if gone:
        people |= {person.id: person for person in await agent_queries.staff(uow.db, gone)}
    agents = [msgspec.structs.replace(person, **figures.get(person.id, {})) for person in people.values()]
    agents.sort(key=lambda agent: (-agent.resolved, -agent.assigned, agent.name.lower()))
    return AgentReport(period=period, agents=agents)


async def agent_performance(uow: UnitOfWork, agent_id: UUID, period: Period) -> AgentFigures:
    """The figures of one agent. Agents may see their own; those of others require a team lead or above.

    Raises `NotFound` for a user who is no agent.
    """
    uow.actor.require(Permission.AGENT_READ)
    if agent_id != uow.actor.user_id and not uow.actor.may(Permission.REPORT_READ):
        raise Forbidden
    people = await agent_queries.staff(uow.db, [agent_id])
    if not people:
        raise NotFound("agent")
    figures = await agent_queries.figures(uow.db, period, [agent_id])
    return msgspec.structs.replace(people[0], **figures.get(agent_id, {}))


async def agent_scores(db: Db, agent_ids: Sequence[UUID], now: datetime) -> dict[UUID, AgentFigures]:
    """The figures of some agents over the last `SCORE_DAYS` days."""
    zone, calendar = await organization_zone(db)
    period = make_period(now - timedelta(days=SCORE_DAYS), now, zone, calendar)
    figures = await agent_queries.figures(db, period, list(agent_ids))
    people = await agent_queries.staff(db, list(agent_ids))
    return {person.id: msgspec.structs.replace(person, **figures.get(person.id, {})) for person in people}


async def satisfaction_report(uow: UnitOfWork, period: Period) -> SatisfactionReport:
    """The ratings of solved tickets."""
    uow.actor.require(Permission.REPORT_READ)
    return await _satisfaction(uow, period)


async def _satisfaction(uow: UnitOfWork, period: Period) -> SatisfactionReport:
    whole = dict.fromkeys(range(1, 6), 0)
    by_day: dict[object, dict[int, int]] = {day: dict(whole) for day in period.buckets}
    for given in await service_queries.ratings(uow.db, period):
        whole[given.rating] += given.n
        by_day[given.day][given.rating] += given.n
    return SatisfactionReport(
        period=period,
        ratings=whole,
        resolved=await service_queries.count_resolved(uow.db, period),
        trend=[SatisfactionBucket(day, by_day[day]) for day in period.buckets],
    )


async def sla_report(uow: UnitOfWork, period: Period) -> SlaReport:
    """The results of service levels."""
    uow.actor.require(Permission.REPORT_READ)
    return await _kept(uow, period)


async def _kept(uow: UnitOfWork, period: Period) -> SlaReport:
    none = (TargetCounts(), TargetCounts())
    by_priority: dict[str, tuple[TargetCounts, TargetCounts]] = dict.fromkeys(reversed(PRIORITIES), none)
    by_day: dict[object, tuple[TargetCounts, TargetCounts]] = dict.fromkeys(period.buckets, none)
    for part in await service_queries.kept(uow.db, period):
        first, resolution = by_priority[part.priority]
        by_priority[part.priority] = (first + part.first_response, resolution + part.resolution)
        first, resolution = by_day[part.day]
        by_day[part.day] = (first + part.first_response, resolution + part.resolution)
    return SlaReport(
        period=period,
        first_response=sum((kept[0] for kept in by_priority.values()), TargetCounts()),
        resolution=sum((kept[1] for kept in by_priority.values()), TargetCounts()),
        by_priority=by_priority,
        trend=[SlaBucket(day, *by_day[day]) for day in period.buckets],
    )


async def service_levels(uow: UnitOfWork) -> tuple[SlaReport, SatisfactionReport]:
    """Service levels and satisfaction of the last `LEVEL_DAYS` days, for the dashboard."""
    uow.actor.require(Permission.DASHBOARD_READ)
    zone, calendar = await organization_zone(uow.db)
    period = make_period(uow.now - timedelta(days=LEVEL_DAYS), uow.now + timedelta(seconds=1), zone, calendar)
    return await _kept(uow, period), await _satisfaction(uow, period)


async def breakdown(uow: UnitOfWork, dimension: Dimension, period: Period) -> Breakdown:
    """The tickets created and resolved in a period by what they belong to."""
    uow.actor.require(Permission.REPORT_READ, Permission.GROUP_READ, Permission.CATEGORY_READ, Permission.TAG_READ)
    operator = "assignee" if dimension == "agent" else dimension
    parts = [
        BreakdownPart(
            label=part.label, created=part.created, resolved=part.resolved, first_response=part.first_response,
            resolution=part.resolution, created_query=_of_part(period, "created", operator, part),
            resolved_query=_of_part(period, "solved", operator, part),
        )
        for part in await breakdown_queries.by_dimension(uow.db, dimension, period)
    ]  # fmt: skip
    return Breakdown(period, parts)


def _of_part(
    period: Period, moment: Literal["created", "solved"], operator: str, part: breakdown_queries.Part
) -> str | None:
    """The search text that finds a part; None where the language cannot name it."""
    if part.label is None:
        return period.query_of(moment, f"{operator}:none")
    if part.written is None or '"' in part.written:
        return None
    return period.query_of(moment, f'{operator}:"{part.written}"')


async def hour_report(uow: UnitOfWork, period: Period) -> HourReport:
    """When tickets come in: those created in a period by weekday and hour."""
    uow.actor.require(Permission.REPORT_READ)
    return HourReport(period, await ticket_queries.by_hour(uow.db, period))


async def field_report(uow: UnitOfWork, key: str, period: Period) -> FieldReport:
    """The tickets of a period by the values of a field with options, or of a checkbox.

    Raises `NotFound` for an unknown field, `Invalid` for one of another type.
    """
    uow.actor.require(Permission.REPORT_READ, Permission.FIELD_READ)
    field = (await current(uow.db, uow.actor.organization_id)).by_key.get(key)
    if field is None:
        raise NotFound("field")
    if field.kind not in CHOICES and field.kind is not Kind.CHECKBOX:
        raise Invalid.field("key", "report.field_type")
    counted = {each.value: each for each in await field_queries.by_value(uow.db, field.number, period)}
    if field.kind is Kind.CHECKBOX:
        values: list[tuple[str | None, str | None, str | None]] = [("1", "yes", "yes"), ("0", "no", "no")]
    else:
        values = [(option.key, option.key, option.label) for option in field.options]
    return FieldReport(
        period=period, key=key, label=field.label,
        values=[
            FieldCount(value=shown, label=label, created=found.created, resolved=found.resolved)
            if (found := counted.get(stored)) is not None
            else FieldCount(value=shown, label=label, created=0, resolved=0)
            for stored, shown, label in [*values, (None, None, None)]
        ],
    )  # fmt: skip
