"""Tickets: reading them one by one, writing them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.fields.configuration import configuration
from deskbell.features.tickets.listing_records import EXCERPT
from deskbell.features.tickets.queries.deadlines import DEADLINE_COLUMNS
from deskbell.features.tickets.queries.visibility import visible_to
from deskbell.features.tickets.records import Ticket
from deskbell.kernel.actor import Actor
from deskbell.runtime.sql import Db, Fragment, sql
from deskbell.runtime.table import Table

TAG_NAMES: Final = sql(
    "case when cardinality(t.tag_ids) = 0 then array[]::text[] else array(select l.name from tags l "
    "where l.organization_id = t.organization_id and l.id = any(t.tag_ids) and l.deleted_at is null "
    "order by array_position(t.tag_ids, l.id)) end"
)
"""The names of the tags of a row of `tickets t`, in their order."""
# Each join reads one row by primary key, organization first. A deleted group or category is not joined.
_JOINED: Final[Mapping[str, LiteralString | Fragment]] = {
    **DEADLINE_COLUMNS,
    "requester_name": "r.name",
    "requester_email": "r.email",
    "requester_avatar_url": "r.avatar_url",
    "requester_role": "r.role",
    "assignee_id": "a.user_id",
    "assignee_name": "a.name",
    "assignee_email": "a.email",
    "assignee_avatar_url": "a.avatar_url",
    "assignee_role": "a.role",
    "group_id": "g.id",
    "group_name": "g.name",
    "category_id": "k.id",
    "category_name": "k.name",
    "brand_id": "br.id",
    "brand_name": "br.name",
    "tags": TAG_NAMES,
    # Evaluated once a statement.
    "workflow_version": "(select o.workflow_version from organizations o where o.id = (select deskbell_organization()))",
    "lacks_a_join": "(t.assignee_id is not null and a.user_id is null) or (t.group_id is not null and g.id is null) "
    "or (t.category_id is not null and k.id is null) or (t.brand_id is not null and br.id is null)",
}
_JOINS: Final[LiteralString] = (
    "join memberships r on r.organization_id = t.organization_id and r.user_id = t.requester_id "
    "left join memberships a on a.organization_id = t.organization_id and a.user_id = t.assignee_id "
    "left join groups g on g.organization_id = t.organization_id and g.id = t.group_id and g.deleted_at is null "
    "left join categories k on k.organization_id = t.organization_id and k.id = t.category_id and k.deleted_at is null "
    "left join brands br on br.organization_id = t.organization_id and br.id = t.brand_id and br.deleted_at is null"
)
TICKETS: Final = Table("tickets", Ticket, "t", columns=_JOINED, joins=_JOINS, without=("configured", "rules_version"))
TICKETS_IN_ROWS: Final = Table(
    "tickets",
    Ticket,
    "t",
    columns={**_JOINED, "description": f"left(t.description, {EXCERPT})"},
    joins=_JOINS,
    without=("configured", "rules_version"),
)
"""Tickets with the first characters of their descriptions alone."""
_CHANGEABLE: Final = (
    "subject", "description", "status", "status_id", "snoozed_until", "priority", "type", "tag_ids", "custom_fields",
    "version", "reopen_count",
    "updated_at", "first_response_at", "solved_at", "closed_at", "waiting_since",
    "status_since", "assigned_since", "customer_wrote_at", "staff_wrote_at", "moment_next_at",
    *(name for name in DEADLINE_COLUMNS if name != "deadlines_status"),
)  # fmt: skip


async def configured(db: Db, tickets: list[Ticket]) -> list[Ticket]:
    """Tickets of one statement with the fields of their organization."""
    if not tickets or not tickets[0].workflow_version:
        return tickets
    fields = await configuration(db, tickets[0].organization_id, tickets[0].workflow_version)
    return [replace(ticket, configured=fields) for ticket in tickets]


async def _with_fields(db: Db, ticket: Ticket | None) -> Ticket | None:
    return None if ticket is None else (await configured(db, [ticket]))[0]


async def by_ids(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, Ticket]:
    """Tickets of the entered organization, deleted ones too, without a check of visibility: for readers of the journal."""
    found = await TICKETS.fetch(db, sql("t.id = any({})", list(ticket_ids)))
    return {ticket.id: ticket for ticket in await configured(db, found)}


async def find_visible(db: Db, actor: Actor, ticket_id: UUID, *, deleted: bool = False) -> Ticket | None:
    """A ticket that the actor may see."""
    found = await TICKETS.find(db, sql("t.id = {} and {}", ticket_id, visible_to(actor, deleted=deleted)))
    return await _with_fields(db, found)


async def find_all_visible(db: Db, actor: Actor, ticket_ids: Sequence[UUID]) -> dict[UUID, Ticket]:
    """Those tickets that the actor may see, by id."""
    found = await TICKETS.fetch(db, sql("t.id = any({}) and {}", list(ticket_ids), visible_to(actor)))
    return {ticket.id: ticket for ticket in await configured(db, found)}


_HAS_FILES: Final = sql(
    "exists (select from attachments f where f.organization_id = t.organization_id and f.ticket_id = t.id "
    "and f.comment_id is null)"
)


async def find_visible_with_files(db: Db, actor: Actor, ticket_id: UUID) -> tuple[Ticket, bool, str | None] | None:
    """A ticket that the actor may see, whether its description has files, and that of a mail as safe HTML.

    Few have files, so most need no second query.
    """
    row = await db.fetch_one(
        sql(
            "select {}, {} as has_files, t.description_html from {} {} where t.id = {} and {}",
            TICKETS.columns, _HAS_FILES, TICKETS.base, TICKETS.joins, ticket_id, visible_to(actor),
        ),
        by_name=True,
    )  # fmt: skip
    ticket = await _with_fields(db, TICKETS.read_one(row))
    return None if row is None or ticket is None else (ticket, row["has_files"], row["description_html"])


async def id_of_number(db: Db, number: int) -> UUID | None:
    """The ticket with a number in the entered organization; whether the actor may see it is not checked."""
    found: UUID | None = await db.fetch_value(
        sql(
            "select t.id from tickets t where t.number = {} and t.organization_id = (select deskbell_organization())",
            number,
        )
    )
    return found


async def exists(db: Db, ticket_id: UUID) -> bool:
    """Whether the entered organization has this ticket, visible to the actor or not."""
    return bool(await db.fetch_value(sql("select deskbell_has_ticket({})", ticket_id)))


async def lock_visible(db: Db, actor: Actor, ticket_id: UUID, *, deleted: bool = False) -> Ticket | None:
    """A ticket that the actor may see, locked until the unit of work ends: what is decided on it stays true."""
    wanted = sql("t.id = {} and {} for no key update of t", ticket_id, visible_to(actor, deleted=deleted))
    locking = sql(
        "select {}, deskbell_rules_version() as rules_version from {} {} where {}",
        TICKETS.columns, TICKETS.base, TICKETS.joins, wanted,
    )  # fmt: skip
    ticket = TICKETS.read_one(await db.fetch_one(locking))
    if ticket is None or ticket.refers_to_deleted:
        # A statement that waits for a lock gets the newest version of that row, but joins it with the others as they were
        # when the statement began: a new assignee, group, category or tag is missing then, as if it had been deleted.
        # With a new requester, after a merge or deletion of contacts, the whole ticket is missing.
        ticket = TICKETS.read_one(await db.fetch_one(locking))
    return await _with_fields(db, ticket)


async def lock_many(db: Db, actor: Actor, ticket_ids: Sequence[UUID], *, deleted: bool = False) -> dict[UUID, Ticket]:
    """Those of these tickets that the actor may see, locked in the order of their ids, by one statement as `lock_visible`."""
    wanted = sql(
        "t.id = any({}) and {} order by t.id for no key update of t",
        list(ticket_ids),
        visible_to(actor, deleted=deleted),
    )
    locking = sql(
        "select {}, deskbell_rules_version() as rules_version from {} {} where {}",
        TICKETS.columns, TICKETS.base, TICKETS.joins, wanted,
    )  # fmt: skip
    found = TICKETS.read(await db.fetch_all(locking))
    if len(found) < len(set(ticket_ids)) or any(ticket.refers_to_deleted for ticket in found):  # see `lock_visible`
        found = TICKETS.read(await db.fetch_all(locking))
    return {ticket.id: ticket for ticket in await configured(db, found)}


def added(ticket: Ticket, description_html: str | None = None) -> Fragment:
    """Writes a new ticket under the next number of its organization, `written (value)`, as `UnitOfWork.write_recorded` takes it.

    Number and row are one statement, and it should be the unit's last but the journal's: the number's row stays locked
    until commit, which is what keeps numbers without gaps.
    """
    insert = TICKETS.insert(
        ticket, number=sql("(select last from taken)"), description_html=description_html, **_references(ticket)
    )
    return sql(
        "taken as (insert into ticket_numbers (organization_id, last) values ({}, 1) "
        "on conflict (organization_id) do update set last = ticket_numbers.last + 1 returning last), "
        "written (value) as ({} returning number)",
        ticket.organization_id,
        insert,
    )


async def update_fields(db: Db, ticket: Ticket) -> None:
    """Writes a ticket's fields as they are in the record; its version must be the one that was locked, plus one."""
    kept = sql("case when description = {} then description_html end", ticket.description)
    await db.execute(TICKETS.update(ticket, *_CHANGEABLE, description_html=kept, **_references(ticket)))


async def update_many(db: Db, tickets: Sequence[Ticket]) -> None:
    """`update_fields` for many tickets, in one statement."""
    if not tickets:
        return
    references = [_references(ticket) for ticket in tickets]
    kept = sql(", description_html = case when u.description = n.description then u.description_html end")
    await db.execute(
        TICKETS.update_many(
            tickets, *_CHANGEABLE, also=kept,
            assignee_id=("uuid", [each["assignee_id"] for each in references]),
            group_id=("uuid", [each["group_id"] for each in references]),
            category_id=("uuid", [each["category_id"] for each in references]),
            brand_id=("uuid", [each["brand_id"] for each in references]),
            clock_next_at=("timestamptz", [each["clock_next_at"] for each in references]),
        )
    )  # fmt: skip


def _references(ticket: Ticket) -> dict[str, Any]:
    """The columns that are read through a join, and the moment that follows from the service level."""
    return {
        "assignee_id": ticket.assignee_id,
        "group_id": ticket.group_id,
        "category_id": ticket.category_id,
        "brand_id": ticket.brand_id,
        "clock_next_at": ticket.deadlines.next_at if ticket.deadlines else None,
    }


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


async def set_deleted_many(db: Db, ticket_ids: Sequence[UUID], at: datetime | None, now: datetime) -> None:
    """`set_deleted` for many tickets, in one statement."""
    await db.execute(
        sql(
            "update tickets set deleted_at = {}, version = version + 1, updated_at = {} where id = any({})",
            at,
            now,
            list(ticket_ids),
        )
    )


async def unfinished_of(db: Db, assignee_id: UUID, limit: int) -> list[UUID]:
    """The ids of tickets of an assignee that are neither solved nor closed, by number."""
    rows = await db.fetch_all(
        sql(
            "select t.id from tickets t where t.assignee_id = {} and t.status not in ('solved', 'closed') "
            "and t.deleted_at is null order by t.number limit {}",
            assignee_id,
            limit,
        )
    )
    return [row["id"] for row in rows]
