"""SQL of schedules and their runs."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.rules.queries.rules import RULES
from deskbell.features.rules.records import Rule
from deskbell.runtime.sql import Db, sql
from deskbell.runtime.table import Table

_FIRST: Final = UUID(int=0)


class Run(Struct, frozen=True):
    """A run of a schedule for a moment. Tickets up to `after_ticket` are done; the rule fired on `tickets` of them."""

    rule_id: UUID
    due_at: datetime
    after_ticket: UUID = _FIRST
    started_at: datetime | None = None
    finished_at: datetime | None = None
    tickets: int = 0


RUNS: Final = Table("schedule_runs", Run, "s")


async def to_run(db: Db, now: datetime, limit: int) -> list[tuple[UUID, UUID, datetime | None]]:
    """Organization, rule and moment of unfinished runs of all organizations; without a moment the schedule is due."""
    rows = await db.fetch_all(
        "select organization_id, rule_id, due_at from deskbell_schedules_to_run($1, $2)", now, limit
    )
    return [(row["organization_id"], row["rule_id"], row["due_at"]) for row in rows]


async def lock_due(db: Db, rule_id: UUID, now: datetime) -> Rule | None:
    """A schedule whose moment has come, locked; None if it has not any more, or another worker starts it."""
    row = await db.fetch_one(
        sql("select r.id from rules r where r.id = {} and r.next_at <= {} for update skip locked", rule_id, now)
    )
    return None if row is None else await RULES.find(db, sql("r.id = {}", rule_id))


async def add_run(db: Db, organization_id: UUID, run: Run) -> None:
    """Adds a run; there is one for a moment."""
    insert = RUNS.insert(run, organization_id=organization_id)
    await db.execute(sql("{} on conflict do nothing", insert))


async def set_next(db: Db, rule_id: UUID, moment: datetime) -> None:
    """Writes the next moment of an enabled schedule."""
    await db.execute(sql("update rules r set next_at = {} where r.id = {} and r.next_at is not null", moment, rule_id))


async def ahead(db: Db, now: datetime) -> list[Rule]:
    """The enabled schedules whose moment is still to come, locked."""
    return await RULES.fetch(db, sql("r.next_at > {} order by r.place, r.id for update", now))


async def lock_run(db: Db, rule_id: UUID, due_at: datetime) -> Run | None:
    """An unfinished run, locked; None if another worker has it."""
    return await RUNS.find(
        db,
        sql("s.rule_id = {} and s.due_at = {} and s.finished_at is null for update skip locked", rule_id, due_at),
    )


async def in_force(db: Db, rule_id: UUID) -> Rule | None:
    """A schedule that is enabled."""
    return await RULES.find(
        db, sql("r.id = {} and r.enabled and r.deleted_at is null and r.schedule is not null", rule_id)
    )


async def note_progress(db: Db, run: Run) -> None:
    """Writes how far a run has come."""
    await db.execute(
        sql(
            "update schedule_runs s set after_ticket = {}, tickets = {}, finished_at = {} "
            "where s.rule_id = {} and s.due_at = {}",
            run.after_ticket, run.tickets, run.finished_at, run.rule_id, run.due_at,
        )
    )  # fmt: skip
