"""Names and addresses of a person, and the tickets that may mention them."""

from typing import Final
from uuid import UUID

from deskbell.features.own_data.records import Identity, Person
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.rows import read_one
from deskbell.runtime.sql import Db, sql

reader("own_data_identity", "The deletion of a person, which looks for former names and addresses.")

# Former names, addresses and numbers are in the events about the person.
_KNOWN_BY: Final = (
    "with about as materialized ("
    "select e.payload from events e where e.organization_id = (select deskbell_organization()) and e.subject_id = {} "
    "and e.subject_type = 'member'), "
    "changes as (select c.key, v.value #>> array[]::text[] as text from about a "
    "cross join lateral jsonb_each(a.payload -> 'changes') c "
    "cross join lateral jsonb_each(c.value) v where jsonb_typeof(a.payload -> 'changes') = 'object' "
    "and jsonb_typeof(c.value) = 'object' and c.key in ('name', 'email', 'phone')) "
    "select kind, array_agg(distinct text) as texts from ("
    "select 'name' as kind, m.name as text from memberships m where m.user_id = {} "
    "union all select 'email', m.email from memberships m where m.user_id = {} "
    "union all select 'phone', m.phone from memberships m where m.user_id = {} "
    "union all select 'email', a.address from contact_addresses a where a.user_id = {} "
    "union all select 'email', r.from_address from received_mails r where r.sender_id = {} "
    "union all select 'name', r.from_name from received_mails r where r.sender_id = {} "
    "union all select 'email', d.address from mail_deliveries d where d.recipient_id = {} "
    "union all select 'name', d.name from mail_deliveries d where d.recipient_id = {} "
    "union all select 'name', c.guest_name from chats c join tickets t on t.organization_id = c.organization_id "
    "and t.id = c.ticket_id where t.requester_id = {} "
    "union all select 'email', a.payload ->> 'email' from about a "
    "union all select c.key, c.text from changes c) known where text <> '' group by kind"
)


async def find_person(db: Db, user_id: UUID) -> Person | None:
    """A person of the entered organization, also one who was removed."""
    row = await db.fetch_one(sql("select m.name, m.email, m.role from memberships m where m.user_id = {}", user_id))
    return read_one(Person, row)


async def lock_person(db: Db, user_id: UUID) -> Person | None:
    """A person, locked: what refers to them is written before, or waits for the end of this transaction."""
    row = await db.fetch_one(
        sql("select m.name, m.email, m.role from memberships m where m.user_id = {} for update", user_id)
    )
    return read_one(Person, row)


async def known_by(db: Db, user_id: UUID) -> Identity:
    """The names, addresses and telephone numbers of a person in the entered organization, former ones included."""
    rows = await db.fetch_all(sql(_KNOWN_BY, *[user_id] * 10))
    found: dict[str, list[str]] = {row["kind"]: list(row["texts"]) for row in rows}
    return Identity(found.get("name", []), found.get("email", []), found.get("phone", []))


async def account_of(db: Db, user_id: UUID) -> tuple[str, str] | None:
    """The name and address of a person's account."""
    row = await db.fetch_one(sql("select u.name, u.email from users u where u.id = {}", user_id))
    return None if row is None else (row["name"], row["email"])


async def tickets_with(db: Db, user_id: UUID) -> list[UUID]:
    """The tickets that a person asked for, follows, followed, or wrote on; deleted ones included."""
    rows = await db.fetch_all(
        sql(
            "select t.id from tickets t where t.requester_id = {} "
            "union select f.ticket_id from ticket_followers f where f.user_id = {} "
            "union select c.ticket_id from comments c where c.author_id = {} "
            "union select r.ticket_id from received_mails r where r.sender_id = {} and r.ticket_id is not null "
            "union select e.ticket_id from events e where e.organization_id = (select deskbell_organization()) "
            "and (e.actor_id = {} or (e.type in ('follower.added', 'follower.removed') and e.payload ->> 'user_id' = {})) "
            "and e.ticket_id is not null",
            user_id, user_id, user_id, user_id, user_id, str(user_id),
        )
    )  # fmt: skip
    return [row["id"] for row in rows]


async def lock_some_requested(db: Db, user_id: UUID, limit: int) -> list[UUID]:
    """The oldest tickets that a person asked for, locked in the order in which other commands lock tickets; no deleted ones."""
    rows = await db.fetch_all(
        sql(
            "select t.id from tickets t where t.id = any(array(select o.id from tickets o where o.requester_id = {} "
            "and o.deleted_at is null order by o.created_at, o.id limit {})) order by t.id for update of t",
            user_id,
            limit,
        )
    )
    return [row["id"] for row in rows]


async def requested_by(db: Db, user_id: UUID) -> list[UUID]:
    """The tickets that a person asked for; deleted ones included."""
    rows = await db.fetch_all(sql("select t.id from tickets t where t.requester_id = {}", user_id))
    return [row["id"] for row in rows]
