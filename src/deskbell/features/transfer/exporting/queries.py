"""Reads an organization in an order that does not depend on the database's collation."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from deskbell.features.tickets.queries.tickets import TAG_NAMES
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.sql import Db, sql

reader(
    "transfer",
    "The histories of tickets in an export to a file.",
    types=("ticket.created", "ticket.updated", "ticket.assigned", "ticket.deleted", "ticket.restored"),
)


async def begin_snapshot(db: Db) -> None:
    """Makes the rest of this transaction read one snapshot. It must be its first statement."""
    await db.execute("set transaction isolation level repeatable read, read only")


async def groups(db: Db) -> list[Any]:
    """Name, description, addresses of leads and of members."""
    return await db.fetch_all(
        "select g.name, g.description, "
        "coalesce(array_agg(m.email) filter (where x.role = 'lead'), '{}') as leads, "
        "coalesce(array_agg(m.email) filter (where x.role = 'member'), '{}') as members "
        "from groups g left join group_members x on x.organization_id = g.organization_id and x.group_id = g.id "
        "left join memberships m on m.organization_id = x.organization_id and m.user_id = x.user_id "
        'where g.deleted_at is null group by g.organization_id, g.id order by g.name collate "C"'
    )


async def categories(db: Db) -> list[Any]:
    """Name, description and colour."""
    return await db.fetch_all(
        'select name, description, color from categories where deleted_at is null order by name collate "C"'
    )


async def brands(db: Db) -> list[Any]:
    """Name, color, address and logo."""
    return await db.fetch_all(
        'select name, color, address, logo from brands where deleted_at is null order by name collate "C"'
    )


async def tags(db: Db) -> list[Any]:
    """Name and colour."""
    return await db.fetch_all('select name, color from tags where deleted_at is null order by name collate "C"')


async def open_people(db: Db) -> None:
    """Opens a cursor on all members, removed ones included; `next_people` reads from it."""
    await db.execute(
        "declare deskbell_people no scroll cursor for "
        "select email, name, role, phone, company, title, department, time_zone, custom_fields, created_at, ended_at "
        "from memberships "
        'where organization_id = (select deskbell_organization()) order by email collate "C"'
    )


async def next_people(db: Db) -> list[Any]:
    """The next members; none at the end."""
    return await db.fetch_all("fetch forward 500 from deskbell_people")


async def names_of_references(db: Db) -> dict[UUID, str]:
    """The names of all groups, categories and brands by id."""
    rows = await db.fetch_all(
        "select id, name from groups where deleted_at is null "
        "union all select id, name from categories where deleted_at is null "
        "union all select id, name from brands where deleted_at is null"
    )
    return {row["id"]: row["name"] for row in rows}


async def count_tickets(db: Db) -> int:
    """The number of tickets, deleted ones included."""
    return int(await db.fetch_value("select count(*) from tickets"))


async def tickets_after(db: Db, number: int, limit: int) -> list[Any]:
    """The next tickets by number, deleted ones included."""
    return await db.fetch_all(
        sql(
            "select t.id, t.number, t.external_id, t.subject, t.description, t.status, "
            "o.name as custom_status, t.priority, t.type, t.channel, "
            "t.requester_id, r.email as requester, a.email as assignee, g.name as group_name, k.name as category, "
            "b.name as brand, {} as tags, "
            "t.custom_fields, t.created_at, t.updated_at, t.first_response_at, t.solved_at, t.closed_at, "
            "t.deleted_at, t.reopen_count from tickets t "
            "join memberships r on r.organization_id = t.organization_id and r.user_id = t.requester_id "
            "left join memberships a on a.organization_id = t.organization_id and a.user_id = t.assignee_id "
            "left join groups g on g.organization_id = t.organization_id and g.id = t.group_id and g.deleted_at is null "
            "left join categories k on k.organization_id = t.organization_id and k.id = t.category_id "
            "and k.deleted_at is null "
            "left join statuses o on o.organization_id = t.organization_id and o.id = t.status_id "
            "left join brands b on b.organization_id = t.organization_id and b.id = t.brand_id and b.deleted_at is null "
            "where t.organization_id = (select deskbell_organization()) and t.number > {} order by t.number limit {}",
            TAG_NAMES,
            number,
            limit,
        )
    )


async def table_after(db: Db, number: int, limit: int) -> list[Any]:
    """The next tickets by number, deleted ones included, each as a row of a table."""
    return await db.fetch_all(
        sql(
            "select t.id, t.deleted_at, t.number, t.subject, t.description, t.status, t.priority, t.type, t.channel, "
            "r.email as requester_email, r.name as requester_name, a.email as assignee_email, "
            'g.name as "group", k.name as category, b.name as brand, {} as tags, t.custom_fields, t.created_at, '
            "t.updated_at, t.first_response_at, t.solved_at, t.closed_at, v.rating, t.external_id from tickets t "
            "join memberships r on r.organization_id = t.organization_id and r.user_id = t.requester_id "
            "left join memberships a on a.organization_id = t.organization_id and a.user_id = t.assignee_id "
            "left join groups g on g.organization_id = t.organization_id and g.id = t.group_id and g.deleted_at is null "
            "left join categories k on k.organization_id = t.organization_id and k.id = t.category_id "
            "and k.deleted_at is null "
            "left join brands b on b.organization_id = t.organization_id and b.id = t.brand_id and b.deleted_at is null "
            "left join ticket_feedback v on v.organization_id = t.organization_id and v.ticket_id = t.id "
            "where t.organization_id = (select deskbell_organization()) and t.number > {} order by t.number limit {}",
            TAG_NAMES,
            number,
            limit,
        )
    )


async def names_of_fields(db: Db) -> list[str]:
    """The names of the custom fields that tickets have, in order."""
    rows = await db.fetch_all(
        "select n.name from tickets t cross join lateral jsonb_to_recordset(t.custom_fields) n (name text) "
        "where t.organization_id = (select deskbell_organization()) and t.deleted_at is null "
        'group by n.name order by n.name collate "C"'
    )
    return [row["name"] for row in rows]


async def comments_of(db: Db, ticket_ids: Sequence[UUID]) -> list[Any]:
    """The comments of some tickets, each ticket's ordered by time."""
    return await db.fetch_all(
        sql(
            "select c.ticket_id, c.id, c.external_id, m.email as author, c.body, c.public, c.channel, c.created_at, "
            "c.edited_at from comments c "
            "join memberships m on m.organization_id = c.organization_id and m.user_id = c.author_id "
            "where c.organization_id = (select deskbell_organization()) and c.ticket_id = any({}) "
            "order by c.ticket_id, c.created_at, c.id",
            list(ticket_ids),
        )
    )


async def attachments_of(db: Db, ticket_ids: Sequence[UUID]) -> list[Any]:
    """The attachments of some tickets and their comments, in order; `storage_key` is set for stored contents."""
    return await db.fetch_all(
        sql(
            "select a.ticket_id, a.comment_id, a.id, a.filename, a.url, a.mime_type, a.size, f.sha256, f.storage_key "
            "from attachments a left join files f on f.organization_id = a.organization_id and f.id = a.file_id "
            "where a.organization_id = (select deskbell_organization()) and a.ticket_id = any({}) "
            "order by a.ticket_id, a.position, a.id",
            list(ticket_ids),
        )
    )


async def history_of(db: Db, ticket_ids: Sequence[UUID]) -> list[Any]:
    """The events that changed fields of some tickets, each ticket's ordered by time."""
    return await db.fetch_all(
        sql(
            "select e.ticket_id, e.at, e.actor_id, e.type, e.payload from events e "
            "where e.organization_id = (select deskbell_organization()) and e.ticket_id = any({}) and e.type in "
            "('ticket.created', 'ticket.updated', 'ticket.assigned', 'ticket.deleted', 'ticket.restored') "
            "order by e.ticket_id, e.at, e.id",
            list(ticket_ids),
        )
    )


async def emails_of(db: Db, user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The addresses of members."""
    rows = await db.fetch_all(
        sql(
            "select user_id, email from memberships "
            "where organization_id = (select deskbell_organization()) and user_id = any({})",
            list(user_ids),
        )
    )
    return {row["user_id"]: row["email"] for row in rows}


async def feedback_of(db: Db, ticket_ids: Sequence[UUID]) -> list[Any]:
    """The ratings of some tickets."""
    return await db.fetch_all(
        sql(
            "select ticket_id, rating, comment, created_at from ticket_feedback "
            "where organization_id = (select deskbell_organization()) and ticket_id = any({})",
            list(ticket_ids),
        )
    )
