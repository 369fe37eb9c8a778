"""Tickets: reading them one by one, writing them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from deskbell.features.tickets.queries.deadlines import DEADLINE_COLUMNS, deadline_values, deadlines_from
from deskbell.features.tickets.queries.visibility import visible_to
from deskbell.features.tickets.records import CustomField, Named, Person, Ticket
from deskbell.kernel.actor import Actor
from deskbell.kernel.permissions import Role
from deskbell.runtime.sql import Db, sql

TAG_NAMES: Final = sql(
    "case when cardinality(t.tag_ids) = 0 then array[]::text[] else array(select l.name from tags l "
    "where l.organization_id = t.organization_id and l.id = any(t.tag_ids) and l.deleted_at is null "
    "order by array_position(t.tag_ids, l.id)) end"
)
"""The names of the tags of a row of `tickets t`, in their order."""
COLUMNS: Final = sql(
    "t.organization_id, t.id, t.number, t.subject, t.description, t.status, t.priority, t.type, t.channel, "
    "t.requester_id, r.name, r.email, r.avatar_url, r.role, t.assignee_id, a.name, a.email, a.avatar_url, a.role, "
    "t.group_id, g.name, t.category_id, k.name, {}, t.custom_fields, t.external_id, t.version, t.reopen_count, "
    "t.created_at, t.updated_at, t.first_response_at, t.solved_at, t.closed_at, t.deleted_at, "
    "t.tag_ids, {}",
    TAG_NAMES,
    DEADLINE_COLUMNS,
)
# Each join reads one row by primary key, organization first. A deleted group or category is not joined.
JOINS: Final = sql(
    "join memberships r on r.organization_id = t.organization_id and r.user_id = t.requester_id "
    "left join memberships a on a.organization_id = t.organization_id and a.user_id = t.assignee_id "
    "left join groups g on g.organization_id = t.organization_id and g.id = t.group_id and g.deleted_at is null "
    "left join categories k on k.organization_id = t.organization_id and k.id = t.category_id and k.deleted_at is null"
)
_FIELDS_DECODER: Final = msgspec.json.Decoder(list[CustomField])


def ticket_of(row: Any) -> Ticket:
    """A ticket from the columns `COLUMNS`."""
    return Ticket(
        organization_id=row[0], id=row[1], number=row[2], subject=row[3], description=row[4], status=row[5],
        priority=row[6], type=row[7], channel=row[8], requester=Person(row[9], row[10], row[11], row[12], Role(row[13])),
        assignee=None if row[14] is None else Person(row[14], row[15], row[16], row[17], Role(row[18])),
        group=None if row[20] is None else Named(row[19], row[20]),
        category=None if row[22] is None else Named(row[21], row[22]), tags=row[23], tag_ids=row[34],
        custom_fields=[] if row[24] == "[]" else _FIELDS_DECODER.decode(row[24]), external_id=row[25], version=row[26],
        reopen_count=row[27], created_at=row[28], updated_at=row[29], first_response_at=row[30], solved_at=row[31],
        closed_at=row[32], deleted_at=row[33], deadlines=None if row[37] is None else deadlines_from(row[5], row[35:]),
        refers_to_deleted=_refers_to_deleted(row),
    )  # fmt: skip


def _refers_to_deleted(row: Any) -> bool:
    group_is_deleted = row[19] is not None and row[20] is None
    category_is_deleted = row[21] is not None and row[22] is None
    return group_is_deleted or category_is_deleted or len(row[34]) != len(row[23])


async def by_ids(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, Ticket]:
    """Tickets of the entered organization, deleted ones too, whoever may see them: for readers of the journal."""
    rows = await db.fetch_all(sql("select {} from tickets t {} where t.id = any({})", COLUMNS, JOINS, list(ticket_ids)))
    return {ticket.id: ticket for ticket in map(ticket_of, rows)}


async def find_visible(db: Db, actor: Actor, ticket_id: UUID, *, deleted: bool = False) -> Ticket | None:
    """A ticket that the actor may see."""
    row = await db.fetch_one(
        sql(
            "select {} from tickets t {} where t.id = {} and {}",
            COLUMNS, JOINS, ticket_id, visible_to(actor, deleted=deleted),
        )
    )  # fmt: skip
    return None if row is None else ticket_of(row)


async def exists(db: Db, ticket_id: UUID) -> bool:
    """Whether the entered organization has this ticket, whoever may see it."""
    return bool(await db.fetch_value(sql("select deskbell_has_ticket({})", ticket_id)))


async def lock_visible(db: Db, actor: Actor, ticket_id: UUID, *, deleted: bool = False) -> Ticket | None:
    """The same, locked until the unit of work ends: what is decided on it stays true."""
    statement = sql(
        "select {} from tickets t {} where t.id = {} and {} for update of t",
        COLUMNS, JOINS, ticket_id, visible_to(actor, deleted=deleted),
    )  # fmt: skip
    row = await db.fetch_one(statement)
    if row is not None and _joins_are_stale(row):
        row = await db.fetch_one(statement)
    return None if row is None else ticket_of(row)


def _joins_are_stale(row: Any) -> bool:
    """Whether the joined columns may be older than the locked row.

    A statement that waits for a lock gets the newest version of that row, but joins it with the others as they were when
    the statement began: the name of a new assignee, group, category or tag is missing then.
    """
    return (row[14] is not None and row[18] is None) or _refers_to_deleted(row)


async def add(db: Db, ticket: Ticket) -> int:
    """Writes a new ticket under the next number of its organization and returns that number.

    Number and row are one statement, and it should be the unit's last but the journal's: the number's row stays locked
    until commit, which is what keeps numbers without gaps.
    """
    return int(
        await db.fetch_value(
            _ADD, ticket.organization_id, ticket.id, ticket.subject, ticket.description, ticket.status, ticket.priority,
            ticket.type, ticket.channel, ticket.requester.id, ticket.assignee_id, ticket.group_id, ticket.category_id,
            ticket.tag_ids, msgspec.json.encode(ticket.custom_fields).decode(), ticket.external_id, ticket.created_at,
            ticket.solved_at, ticket.closed_at, *deadline_values(ticket.deadlines),
        )
    )  # fmt: skip


_ADD: Final = """
with taken as (
  insert into ticket_numbers (organization_id, last) values ($1, 1)
  on conflict (organization_id) do update set last = ticket_numbers.last + 1 returning last)
insert into tickets (organization_id, id, number, subject, description, status, priority, type, channel, requester_id,
                     assignee_id, group_id, category_id, tag_ids, custom_fields, external_id, created_at, updated_at,
                     solved_at, closed_at, first_response_target, resolution_target, clock_used, clock_running_since,
                     first_response_used, first_response_due_at, resolution_due_at, first_response_warned_at,
                     resolution_warned_at, first_response_breached_at, resolution_breached_at, clock_next_at)
select $1, $2, taken.last, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17, $18, $19, $20, $21,
       $22, $23, $24, $25, $26, $27, $28, $29, $30
  from taken
returning number
"""


async def update_fields(db: Db, ticket: Ticket, now: datetime) -> None:
    """Writes a ticket's fields as they are in the record; its version must be the one that was locked, plus one."""
    await db.execute(
        "update tickets set subject = $2, description = $3, status = $4, priority = $5, type = $6, assignee_id = $7, "
        "group_id = $8, category_id = $9, tag_ids = $10, custom_fields = $11, version = $12, reopen_count = $13, "
        "updated_at = $14, first_response_at = $15, solved_at = $16, closed_at = $17, first_response_target = $18, "
        "resolution_target = $19, clock_used = $20, clock_running_since = $21, first_response_used = $22, "
        "first_response_due_at = $23, resolution_due_at = $24, first_response_warned_at = $25, "
        "resolution_warned_at = $26, first_response_breached_at = $27, resolution_breached_at = $28, "
        "clock_next_at = $29 where id = $1",
        ticket.id, ticket.subject, ticket.description, ticket.status, ticket.priority, ticket.type, ticket.assignee_id,
        ticket.group_id, ticket.category_id, ticket.tag_ids, msgspec.json.encode(ticket.custom_fields).decode(),
        ticket.version, ticket.reopen_count, now, ticket.first_response_at, ticket.solved_at, ticket.closed_at,
        *deadline_values(ticket.deadlines),
    )  # fmt: skip


async def set_deleted(db: Db, ticket_id: UUID, at: datetime | None, now: datetime) -> None:
    """Hides a ticket, or brings it back when `at` is None."""
    await db.execute(
        sql(
            "update tickets set deleted_at = {}, version = version + 1, updated_at = {} where id = {}",
            at,
            now,
            ticket_id,
        )
    )


async def unfinished_of(db: Db, assignee_id: UUID, how_many: int) -> list[UUID]:
    """Tickets that somebody is assigned and that are neither solved nor closed, by their number."""
    rows = await db.fetch_all(
        sql(
            "select t.id from tickets t where t.assignee_id = {} and t.status not in ('solved', 'closed') "
            "and t.deleted_at is null order by t.number limit {}",
            assignee_id,
            how_many,
        )
    )
    return [row[0] for row in rows]
