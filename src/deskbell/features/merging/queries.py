"""SQL of merging contacts: one statement for each kind of row that names a person."""

from datetime import datetime
from typing import Final
from uuid import UUID

from deskbell.features.merging.records import Effect, MovedTicket
from deskbell.runtime.rows import read, read_one
from deskbell.runtime.sql import Db, sql

MAX_TICKETS: Final = 10_000
"""The largest number of tickets that one merge moves."""


async def effect(db: Db, user_id: UUID) -> Effect:
    """The numbers of objects that would move."""
    found = read_one(
        Effect,
        await db.fetch_one(
            sql(
                "select (select count(*) from tickets t where t.requester_id = {}) as tickets, "
                "(select count(*) from comments c where c.author_id = {}) as comments, "
                "(select count(*) from ticket_followers f where f.user_id = {}) as followed, "
                "(select count(*) from contact_addresses a where a.user_id = {}) + 1 as addresses, "
                "exists (select from memberships m where m.user_id = {} and m.last_login_at is not null) as has_signed_in",
                user_id,
                user_id,
                user_id,
                user_id,
                user_id,
            ),
            by_name=True,
        ),
    )
    assert found is not None  # one row of counts
    return found


async def move_tickets(db: Db, merged_id: UUID, into_id: UUID, now: datetime) -> list[MovedTicket]:
    """Gives all tickets of one requester, deleted ones included, to the other."""
    rows = await db.fetch_all(
        sql(
            "update tickets set requester_id = {}, self_filed = false, version = version + 1, "
            "updated_at = greatest(updated_at, {}) where requester_id = {} returning id",
            into_id,
            now,
            merged_id,
        )
    )
    return read(MovedTicket, rows)


async def move_comments(db: Db, merged_id: UUID, into_id: UUID) -> int:
    """Gives the comments of one author to the other, held ones included; returns their number."""
    await db.execute(sql("update held_comments set author_id = {} where author_id = {}", into_id, merged_id))
    return await db.execute(sql("update comments set author_id = {} where author_id = {}", into_id, merged_id))


async def move_rest(db: Db, organization_id: UUID, merged_id: UUID, into_id: UUID) -> None:
    """Gives files, mails, ratings, followed tickets and read marks of one contact to the other."""
    await db.execute(sql("update files set uploaded_by = {} where uploaded_by = {}", into_id, merged_id))
    await db.execute(sql("update received_mails set sender_id = {} where sender_id = {}", into_id, merged_id))
    await db.execute(sql("update mail_deliveries set recipient_id = {} where recipient_id = {}", into_id, merged_id))
    await db.execute(sql("update ticket_feedback set user_id = {} where user_id = {}", into_id, merged_id))
    await db.execute(
        sql(
            "insert into ticket_followers (organization_id, ticket_id, user_id, how, added_by, created_at) "
            "select f.organization_id, f.ticket_id, {}, 'merged', f.added_by, f.created_at from ticket_followers f "
            "join tickets t on t.organization_id = f.organization_id and t.id = f.ticket_id "
            "where f.organization_id = {} and f.user_id = {} and t.requester_id <> {} on conflict do nothing",
            into_id,
            organization_id,
            merged_id,
            into_id,
        )
    )
    await db.execute(sql("delete from ticket_followers where user_id = {}", merged_id))
    await db.execute(
        sql(
            "delete from ticket_followers f using tickets t where t.organization_id = f.organization_id "
            "and t.id = f.ticket_id and f.user_id = {} and t.requester_id = {}",
            into_id,
            into_id,
        )
    )
    await db.execute(
        sql(
            "insert into ticket_reads (organization_id, user_id, ticket_id, event_id) "
            "select r.organization_id, {}, r.ticket_id, r.event_id from ticket_reads r "
            "where r.organization_id = {} and r.user_id = {} "
            "on conflict (organization_id, user_id, ticket_id) do update "
            "set event_id = greatest(ticket_reads.event_id, excluded.event_id)",
            into_id,
            organization_id,
            merged_id,
        )
    )
    await db.execute(sql("delete from ticket_reads where user_id = {}", merged_id))


async def move_fields(db: Db, merged_id: UUID, into_id: UUID) -> None:
    """Gives the values of fields that only one contact has to the other."""
    missing = sql(
        "select jsonb_agg(v.value) from memberships g cross join lateral jsonb_array_elements(g.custom_fields) v "
        "where g.organization_id = m.organization_id and g.user_id = {} and not exists "
        "(select from jsonb_array_elements(m.custom_fields) w where w.value ->> 'name' = v.value ->> 'name')",
        merged_id,
    )
    await db.execute(
        sql(
            "update memberships m set custom_fields = m.custom_fields || coalesce(({}), '[]'::jsonb) where m.user_id = {}",
            missing,
            into_id,
        )
    )


async def move_addresses(
    db: Db, organization_id: UUID, merged_id: UUID, into_id: UUID, email: str, by: UUID, now: datetime
) -> None:
    """Makes the addresses of one contact further ones of the other: mail from them is theirs."""
    await db.execute(sql("update contact_addresses set user_id = {} where user_id = {}", into_id, merged_id))
    await db.execute(
        sql(
            "insert into contact_addresses (organization_id, address, user_id, how, created_by, created_at) "
            "values ({}, {}, {}, 'merged', {}, {}) on conflict (organization_id, address) do update "
            "set user_id = excluded.user_id, how = 'merged', created_by = excluded.created_by",
            organization_id,
            email,
            into_id,
            by,
            now,
        )
    )
