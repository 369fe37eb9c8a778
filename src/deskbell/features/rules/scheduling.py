"""Schedules: rules that fire by the calendar on the tickets that a search finds.

Each run goes through the tickets by id. How far it has come is written in the transaction of the changes, so that a worker that
dies leaves nothing half done, and another goes on where it ended. Moments missed while no worker ran are made up for by one run.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

import structlog
from msgspec.structs import replace

from deskbell.features.fields.configuration import current
from deskbell.features.organizations.calendar import organization_zone
from deskbell.features.rules.queries import schedules as queries
from deskbell.features.rules.queries.schedules import Run
from deskbell.features.rules.records import Rule
from deskbell.features.tickets.queries.holding import Selection, count_holding, next_holding
from deskbell.features.tickets.service.firing import fire_scheduled
from deskbell.kernel.access import step
from deskbell.kernel.actor import Actor
from deskbell.kernel.errors import Invalid
from deskbell.kernel.rules.recurrence import next_moment, parse_recurrence
from deskbell.kernel.rules.vocabulary import SCHEDULES
from deskbell.kernel.search.groups import parse_group
from deskbell.runtime.database import Database, UnitOfWork
from deskbell.runtime.faults import lost

_log: Final = structlog.get_logger("deskbell.rules")
MANY: Final = 1_000
"""A schedule that meets more tickets is switched on only with their number."""
PAGE: Final = 200
"""The number of tickets that one transaction of a run changes."""
_TOGETHER: Final = 20
_POSTPONED: Final = timedelta(minutes=5)
"""A schedule that cannot be started is tried again after this time."""


@step("commands that authorise their actor")
async def scheduled(uow: UnitOfWork, before: Rule | None, after: Rule) -> Rule:
    """An enabled schedule that is being saved, with its next moment. `before` is the one in force, None without one.

    Raises `Invalid` where it meets many tickets and the caller has not confirmed their number.
    """
    assert after.schedule is not None  # it is a schedule
    if before is not None and before.schedule == after.schedule and before.condition == after.condition:
        return after
    count = await count_holding(uow.db, uow.actor, await _selection(uow, after))
    if count > MANY and count > (after.schedule.tickets or 0):
        raise Invalid.field("tickets", "rule.many_tickets", limit=MANY, count=count)
    if before is not None and before.schedule is not None and before.schedule.every == after.schedule.every:
        return after
    return replace(after, armed_at=uow.now, next_at=await _next_moment(uow, after))


@step("the reaction to changes of the organization")
async def reschedule(uow: UnitOfWork) -> None:
    """Computes the next moments of the organization's schedules, after a change of its time zone."""
    for rule in await queries.ahead(uow.db, uow.now):
        await queries.set_next(uow.db, rule.id, await _next_moment(uow, rule))


async def run_schedules(database: Database, now: datetime) -> bool:
    """Starts the schedules whose moment has come, and does a page of an unfinished run of each organization.

    Returns whether anything was done. A schedule that fails does not stop the others; only a lost database raises.
    """
    async with database.across() as db:
        found = await queries.to_run(db, now, _TOGETHER)
    done = False
    for organization_id, rule_id, due_at in found:
        try:
            if due_at is None:
                done |= await _start(database, now, organization_id, rule_id)
            else:
                done |= await _proceed(database, now, organization_id, rule_id, due_at, PAGE)
        except lost:
            raise
        except Exception:  # noqa: BLE001 - one schedule must not stop the others: it would stay at the head of the queue
            _log.exception("a schedule failed", rule_id=str(rule_id))
            await _get_past(database, now, organization_id, rule_id, due_at)
            done = True
    return done


async def _start(database: Database, now: datetime, organization_id: UUID, rule_id: UUID) -> bool:
    async with database.unit(Actor.system(organization_id)) as uow:
        rule = await queries.lock_due(uow.db, rule_id, now)
        if rule is None or rule.next_at is None:
            return False
        uow.now = max(uow.now, now)
        await queries.add_run(uow.db, uow.actor.organization_id, Run(rule_id, rule.next_at, started_at=uow.now))
        await queries.set_next(uow.db, rule_id, await _next_moment(uow, rule))
    return True


@step("the command that restores a backup")
async def skip_due(database: Database, now: datetime, organization_id: UUID, rule_id: UUID) -> None:
    """Moves a schedule that is due to its next moment, without a run."""
    async with database.unit(Actor.system(organization_id)) as uow:
        uow.now = max(uow.now, now)
        rule = await queries.lock_due(uow.db, rule_id, now)
        if rule is not None:
            await queries.set_next(uow.db, rule_id, await _next_moment(uow, rule))


async def _proceed(
    database: Database, now: datetime, organization_id: UUID, rule_id: UUID, due_at: datetime, limit: int
) -> bool:
    """Fires a schedule on its next tickets. A run whose rule was switched off meanwhile ends. Skips one that is locked."""
    async with database.unit(Actor.system(organization_id)) as uow:
        run = await queries.lock_run(uow.db, rule_id, due_at)
        if run is None:
            return False
        uow.now = max(uow.now, now)
        uow.origin = replace(uow.origin, operation_id=uuid5(rule_id, due_at.isoformat()))
        rule = await queries.in_force(uow.db, rule_id)
        ticket_ids = await _next_tickets(uow, rule, run, limit) if rule is not None else []
        fired = 0
        for ticket_id in ticket_ids:
            fired += await fire_scheduled(uow, ticket_id, rule_id)
        await queries.note_progress(uow.db, _after(run, ticket_ids, fired, uow.now))
    return True


async def _next_tickets(uow: UnitOfWork, rule: Rule, run: Run, limit: int) -> list[UUID]:
    return await next_holding(uow.db, uow.actor, await _selection(uow, rule), run.after_ticket, limit)


def _after(run: Run, ticket_ids: list[UUID], fired: int, now: datetime) -> Run:
    """The run after these tickets; it is finished when none are left."""
    if not ticket_ids:
        return replace(run, finished_at=now)
    return replace(run, after_ticket=ticket_ids[-1], tickets=run.tickets + fired)


async def _get_past(
    database: Database, now: datetime, organization_id: UUID, rule_id: UUID, due_at: datetime | None
) -> None:
    """Goes on after a failure: with one ticket in place of a page, without the one that fails; a start is postponed."""
    if due_at is None:
        async with database.unit(Actor.system(organization_id)) as uow:
            await queries.set_next(uow.db, rule_id, now + _POSTPONED)
        return
    try:
        await _proceed(database, now, organization_id, rule_id, due_at, 1)
    except lost:
        raise
    except Exception:  # noqa: BLE001 - this ticket is left out
        ticket_ids = await _next_ticket(database, organization_id, rule_id, due_at)
        async with database.unit(Actor.system(organization_id)) as uow:
            run = await queries.lock_run(uow.db, rule_id, due_at)
            if run is not None:
                await queries.note_progress(uow.db, _after(run, ticket_ids, 0, uow.now))


async def _next_ticket(database: Database, organization_id: UUID, rule_id: UUID, due_at: datetime) -> list[UUID]:
    """The ticket that a run comes to next; none where its condition cannot be asked any more, which ends the run."""
    try:
        async with database.unit(Actor.system(organization_id)) as uow:
            run, rule = await queries.lock_run(uow.db, rule_id, due_at), await queries.in_force(uow.db, rule_id)
            return [] if run is None or rule is None else await _next_tickets(uow, rule, run, 1)
    except lost:
        raise
    except Exception:  # noqa: BLE001 - it fails for every ticket
        return []


async def _next_moment(uow: UnitOfWork, rule: Rule) -> datetime:
    assert rule.schedule is not None  # it is a schedule
    zone = (await organization_zone(uow.db))[1]
    return next_moment(parse_recurrence(rule.schedule.every), zone, uow.now)


async def _selection(uow: UnitOfWork, rule: Rule) -> Selection:
    written = rule.condition["when"]
    tree = None if written is None else parse_group(written, now=uow.now, vocabulary=SCHEDULES, path="for")
    known = await current(uow.db, uow.actor.organization_id)
    ids = {(each.kind, each.name): each.id for each in rule.names}
    return Selection(tree, ids, known.by_key, known.required, uow.now)
