"""Writes a batch: one statement for each kind of row. Row security forbids COPY, so rows are passed as arrays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.transfer.importing.rows import (
    AttachmentRow,
    BrandRow,
    CommentRow,
    EventRow,
    FeedbackRow,
    FileRow,
    NamedRow,
    PersonRow,
    TicketRow,
)
from deskbell.runtime.sql import Db
from deskbell.runtime.table import Table

_COMMENTS: Final = Table("comments", CommentRow, "c")
_FILES: Final = Table("files", FileRow, "f")
_ATTACHMENTS: Final = Table("attachments", AttachmentRow, "a")
_FEEDBACK: Final = Table("ticket_feedback", FeedbackRow, "f")


async def begin_bulk(db: Db) -> None:
    """Disables the search triggers in this transaction and makes other loads of the organization wait."""
    await db.execute(
        "select set_config('deskbell.bulk', 'on', true), "
        "pg_advisory_xact_lock(hashtextextended('deskbell.import ' || deskbell_organization()::text, 0))"
    )


async def inform_planner(db: Db, loaded: int) -> None:
    """Updates the planner's statistics for tickets if they are far behind this load."""
    await db.execute("select deskbell_know_load($1)", loaded)


async def last_number(db: Db, organization_id: UUID) -> int:
    """The last assigned ticket number, locked until this unit of work ends."""
    return int(
        await db.fetch_value(
            "insert into ticket_numbers (organization_id) values ($1) "
            "on conflict (organization_id) do update set last = ticket_numbers.last returning last",
            organization_id,
        )
    )


async def set_last_number(db: Db, organization_id: UUID, last: int) -> None:
    """Sets the last assigned ticket number."""
    await db.execute("update ticket_numbers set last = $2 where organization_id = $1", organization_id, last)


async def add_people(db: Db, organization_id: UUID, people: Sequence[PersonRow]) -> set[str]:
    """Adds users whose addresses are new, and makes all of these people members; returns the addresses of new members."""
    emails = [p.email for p in people]
    await db.execute(
        "insert into users (id, email, name, created_at, updated_at) "
        "select p.id, p.email, p.name, p.created_at, p.created_at "
        "from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) p (id, email, name, created_at) "
        "order by p.email on conflict (email) do nothing",
        [p.id for p in people], emails, [p.name for p in people], [p.created_at for p in people],
    )  # fmt: skip
    rows = await db.fetch_all(
        "insert into memberships (organization_id, user_id, role, email, name, phone, company, title, department, "
        "time_zone, created_at, updated_at, ended_at, custom_fields) "
        "select $1, u.id, p.role, p.email, p.name, p.phone, p.company, p.title, p.department, p.time_zone, p.created_at, "
        "p.created_at, p.ended_at, p.custom_fields "
        "from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], "
        "$8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::jsonb[]) "
        "p (email, name, role, phone, company, title, department, time_zone, created_at, ended_at, custom_fields) "
        "join users u on u.email = p.email on conflict do nothing returning email",
        organization_id, emails, [p.name for p in people], [p.role for p in people], [p.phone for p in people],
        [p.company for p in people], [p.title for p in people], [p.department for p in people],
        [p.time_zone for p in people], [p.created_at for p in people], [p.ended_at for p in people],
        [p.custom_fields for p in people],
    )  # fmt: skip
    return {row["email"] for row in rows}


async def add_groups(db: Db, organization_id: UUID, groups: Sequence[NamedRow], now: datetime) -> int:
    """Adds groups whose names are new; returns their number."""
    return await db.execute(
        "insert into groups (organization_id, id, name, description, created_at, updated_at) "
        "select $1, g.id, g.name, coalesce(g.text, ''), $2, $2 from unnest($3::uuid[], $4::text[], $5::text[]) "
        "g (id, name, text) on conflict do nothing",
        organization_id, now, [g.id for g in groups], [g.name for g in groups], [g.text for g in groups],
    )  # fmt: skip


async def add_categories(db: Db, organization_id: UUID, categories: Sequence[NamedRow], now: datetime) -> int:
    """Adds categories whose names are new; returns their number."""
    return await db.execute(
        "insert into categories (organization_id, id, name, description, color, created_at, updated_at) "
        "select $1, c.id, c.name, coalesce(c.text, ''), c.color, $2, $2 "
        "from unnest($3::uuid[], $4::text[], $5::text[], $6::text[]) c (id, name, text, color) on conflict do nothing",
        organization_id, now, [c.id for c in categories], [c.name for c in categories], [c.text for c in categories],
        [c.color for c in categories],
    )  # fmt: skip


async def add_brands(db: Db, organization_id: UUID, brands: Sequence[BrandRow], now: datetime) -> int:
    """Adds brands whose names are new; returns their number."""
    return await db.execute(
        "insert into brands (organization_id, id, name, color, address, logo, created_at, updated_at) "
        "select $1, b.id, b.name, lower(b.color), b.address, b.logo, $2, $2 "
        "from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) b (id, name, color, address, logo) "
        "on conflict do nothing",
        organization_id, now, [b.id for b in brands], [b.name for b in brands], [b.color for b in brands],
        [b.address for b in brands], [b.logo for b in brands],
    )  # fmt: skip


async def add_tags(db: Db, organization_id: UUID, tags: Sequence[NamedRow], now: datetime) -> int:
    """Adds tags that are new, and sets the colour of tags without one; returns the number of new tags."""
    rows = await db.fetch_all(
        "insert into tags as t (organization_id, id, name, color, created_at) "
        "select $1, n.id, n.name, n.color, $2 from unnest($3::uuid[], $4::text[], $5::text[]) n (id, name, color) "
        "where not exists (select from tags k where k.name = n.name and k.deleted_at is null "
        "and (k.color is not null or n.color is null)) "
        "on conflict (organization_id, name) where deleted_at is null do update set color = excluded.color where t.color is null "
        "returning t.id = any ($3) as is_new",
        organization_id, now, [t.id for t in tags], [t.name for t in tags], [t.text for t in tags],
    )  # fmt: skip
    return sum(1 for row in rows if row["is_new"])


async def add_group_members(
    db: Db,
    organization_id: UUID,
    group_ids: Sequence[UUID],
    user_ids: Sequence[UUID],
    roles: Sequence[str],
    now: datetime,
) -> None:
    """Adds people to groups; existing members keep their role."""
    await db.execute(
        "insert into group_members (organization_id, group_id, user_id, role, created_at) "
        "select $1, m.group_id, m.user_id, m.role, $2 from unnest($3::uuid[], $4::uuid[], $5::text[]) "
        "m (group_id, user_id, role) on conflict do nothing",
        organization_id, now, list(group_ids), list(user_ids), list(roles),
    )  # fmt: skip


async def add_tickets(db: Db, organization_id: UUID, tickets: Sequence[TicketRow]) -> None:
    """Adds tickets under their given numbers."""
    await db.execute(
        "insert into tickets (organization_id, id, number, subject, description, status, priority, type, channel, "
        "requester_id, assignee_id, group_id, category_id, tag_ids, custom_fields, external_id, version, reopen_count, "
        "created_at, updated_at, first_response_at, solved_at, closed_at, deleted_at, brand_id, waiting_since, "
        "status_id) select $1, t.id, t.number, t.subject, t.description, t.status, t.priority, t.type, t.channel, "
        "t.requester_id, t.assignee_id, t.group_id, t.category_id, t.tag_ids::uuid[], t.custom_fields, t.external_id, t.version, "
        "t.reopen_count, t.created_at, t.updated_at, t.first_response_at, t.solved_at, t.closed_at, t.deleted_at, "
        "t.brand_id, t.waiting_since, t.status_id "
        "from unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], "
        "$10::uuid[], $11::uuid[], $12::uuid[], $13::uuid[], $14::text[], $15::jsonb[], $16::text[], $17::integer[], "
        "$18::integer[], $19::timestamptz[], $20::timestamptz[], $21::timestamptz[], $22::timestamptz[], "
        "$23::timestamptz[], $24::timestamptz[], $25::uuid[], $26::timestamptz[], $27::uuid[]) "
        "t (id, number, subject, description, status, priority, type, channel, "
        "requester_id, assignee_id, group_id, category_id, tag_ids, custom_fields, external_id, version, reopen_count, "
        "created_at, updated_at, first_response_at, solved_at, closed_at, deleted_at, brand_id, waiting_since, "
        "status_id)",
        organization_id, [t.id for t in tickets], [t.number for t in tickets], [t.subject for t in tickets],
        [t.description for t in tickets], [t.status for t in tickets], [t.priority for t in tickets],
        [t.type for t in tickets], [t.channel for t in tickets], [t.requester_id for t in tickets],
        [t.assignee_id for t in tickets], [t.group_id for t in tickets], [t.category_id for t in tickets],
        [t.tag_ids for t in tickets], [t.custom_fields for t in tickets], [t.external_id for t in tickets],
        [t.version for t in tickets], [t.reopen_count for t in tickets], [t.created_at for t in tickets],
        [t.updated_at for t in tickets], [t.first_response_at for t in tickets], [t.solved_at for t in tickets],
        [t.closed_at for t in tickets], [t.deleted_at for t in tickets], [t.brand_id for t in tickets],
        [t.waiting_since for t in tickets], [t.status_id for t in tickets],
    )  # fmt: skip


async def add_comments(db: Db, organization_id: UUID, comments: Sequence[CommentRow]) -> None:
    """Adds comments."""
    await db.execute(_COMMENTS.insert_many(comments, organization_id=organization_id))


async def add_files(db: Db, organization_id: UUID, files: Sequence[FileRow]) -> None:
    """Adds files whose contents are stored."""
    await db.execute(_FILES.insert_many(files, organization_id=organization_id))


async def add_attachments(db: Db, organization_id: UUID, attachments: Sequence[AttachmentRow]) -> None:
    """Attaches files and links to tickets and comments."""
    await db.execute(_ATTACHMENTS.insert_many(attachments, organization_id=organization_id))


async def add_feedback(db: Db, organization_id: UUID, ratings: Sequence[FeedbackRow]) -> None:
    """Adds ratings of new tickets."""
    await db.execute(_FEEDBACK.insert_many(ratings, organization_id=organization_id))


async def add_events(db: Db, organization_id: UUID, events: Sequence[EventRow], operation_id: UUID) -> None:
    """Adds history to the journal, in order. Reactions do not run: the events are in the past."""
    await db.execute(
        "insert into events (organization_id, type, subject_type, subject_id, ticket_id, actor_id, internal, at, payload, "
        "operation_id, imported) select $1, e.type, e.subject_type, e.subject_id, e.ticket_id, e.actor_id, e.internal, e.at, "
        "e.payload, $10, true from unnest($2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::boolean[], "
        "$8::timestamptz[], $9::jsonb[]) with ordinality "
        "e (type, subject_type, subject_id, ticket_id, actor_id, internal, at, payload, position) order by e.position",
        organization_id, [e.type for e in events], [e.subject_type for e in events], [e.subject_id for e in events],
        [e.ticket_id for e in events], [e.actor_id for e in events], [e.internal for e in events],
        [e.at for e in events], [e.payload for e in events], operation_id,
    )  # fmt: skip
