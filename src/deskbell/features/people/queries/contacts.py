"""SQL of contacts: memberships with the role customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from deskbell.features.access.queries import memberships
from deskbell.features.access.records import Membership
from deskbell.features.people.queries.contact_values import has_value
from deskbell.features.people.records.contacts import Contact, ContactSort
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest, decode_cursor, encode_cursor
from deskbell.kernel.permissions import Role
from deskbell.kernel.search.values import ValueTest
from deskbell.runtime import pages
from deskbell.runtime.journal.description import visible_to
from deskbell.runtime.journal.readers import reader
from deskbell.runtime.pages import Order
from deskbell.runtime.rows import read
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

reader("timeline", "The activity of a contact.")

_CUSTOMER: Final = Role.CUSTOMER.value
_CONTACTS: Final = Table(
    "memberships",
    Contact,
    "m",
    columns={
        "id": "m.user_id",
        "language": "m.web_preferences ->> 'language'",
        "verified": "(select u.email_verified_at is not null from users u where u.id = m.user_id)",
        "tickets_count": "(select coalesce(sum(c.n), 0)::int from ticket_counts c "
        "where c.organization_id = m.organization_id and c.dimension = 'requester' and c.key = m.user_id)",
    },
)
_ORDERS: Final[dict[ContactSort, Order[Contact]]] = {
    "created_at": Order(
        "m.created_at", "m.user_id", shape=tuple[datetime, UUID], key=lambda contact: (contact.created_at, contact.id)
    ),
    "name": Order(
        "m.name_key",
        "m.user_id",
        shape=tuple[str, UUID],
        places="deskbell_name_key({}), {}",
        key=lambda contact: (contact.name, contact.id),
    ),
    "email": Order("m.email", shape=tuple[str], key=lambda contact: (contact.email,)),
}


def _wanted(search: str | None, values: Sequence[ValueTest] = ()) -> Fragment:
    found = None if search is None else sql("m.user_id in (select user_id from deskbell_search_people({}))", search)
    return all_of([sql("m.role = {} and m.ended_at is null", _CUSTOMER), found, *map(has_value, values)])


async def list_page(
    db: Db,
    search: str | None,
    sort: ContactSort,
    *,
    descending: bool,
    page: PageRequest,
    values: Sequence[ValueTest] = (),
) -> Page[Contact]:
    """A page of the contacts that a search finds and for whose fields all conditions hold.

    Every search word must be a prefix of a word in name, address or company.
    """
    total = await count(db, search, values)
    where = _wanted(search, values)
    return await pages.page(
        db, _CONTACTS, _ORDERS[sort], page, where=where, total=total, descending=descending, limit_first=True
    )


async def count(db: Db, search: str | None, values: Sequence[ValueTest] = ()) -> int:
    """The number of contacts: from a precomputed count, or the number of matches of a search."""
    if search is None and not values:
        counted = sql(
            "select coalesce(sum(n), 0) from directory_counts where dimension = 'role' and key = {}", _CUSTOMER
        )
        return int(await db.fetch_value(counted))
    return int(await db.fetch_value(sql("select count(*) from memberships m where {}", _wanted(search, values))))


async def find(db: Db, contact_id: UUID) -> Contact | None:
    """A contact of the entered organization who was not removed."""
    return await _CONTACTS.find(db, sql("{} and m.user_id = {}", _wanted(None), contact_id))


async def set_language(db: Db, user_id: UUID, language: str | None, now: datetime) -> None:
    """Sets the language of a contact's mails and pages."""
    await db.execute(
        sql(
            "update memberships set web_preferences = web_preferences || jsonb_build_object('language', {}::text), "
            "updated_at = {} where user_id = {}",
            language,
            now,
            user_id,
        )
    )


async def change_address(db: Db, user_id: UUID, email: str, now: datetime) -> bool:
    """Gives a user another, unconfirmed address; links sent to the old one stop working.

    False, and unchanged, for a user who has a password or belongs to another organization as well: only the user may
    change such an account. Raises the database's unique violation when another user has the address.
    """
    changed = await db.execute(
        sql(
            "update users set email = {}, email_verified_at = null, updated_at = {} where id = {} "
            "and password_hash is null and (select count(*) from deskbell_memberships_of(users.id)) <= 1",
            email,
            now,
            user_id,
        )
    )
    if not changed:
        return False
    await db.execute(sql("update memberships set email = {}, updated_at = {} where user_id = {}", email, now, user_id))
    await db.execute(
        sql(
            "update account_tokens set used_at = {}, password_hash = null where user_id = {} and used_at is null",
            now,
            user_id,
        )
    )
    return True


class ActivityRow(Struct, frozen=True):
    """An event with the columns that the activity list needs."""

    id: int
    type: str
    at: datetime
    actor_id: UUID | None
    actor_name: str | None
    payload: str
    ticket_number: int | None
    ticket_subject: str | None
    own: bool
    """Whether the contact did it, perhaps as one who was merged into this contact later."""


# The contact and all who were merged into it, also by way of one another: their events keep the id that they had.
_PERSONS: Final = (
    "persons (id) as (select {}::uuid union select (e.payload ->> 'merged_id')::uuid from persons p "
    "join events e on e.organization_id = (select deskbell_organization()) and e.subject_id = p.id "
    "and e.type = 'member.merged')"
)
# A contact's own events, those about them and those on their tickets, each by its own index. Private events (sign-ins,
# password resets) and events of deleted tickets are left out.
_THEIRS: Final = (
    "theirs as materialized ("
    "select e.id from events e left join tickets t on t.organization_id = e.organization_id and t.id = e.ticket_id "
    "where e.organization_id = (select deskbell_organization()) and e.actor_id = any (array(select id from persons)) "
    "and (case when e.ticket_id is null then not e.internal else t.deleted_at is null and t.id is not null end) and {} "
    "union select e.id from events e where e.organization_id = (select deskbell_organization()) "
    "and e.subject_id = any (array(select id from persons)) and e.ticket_id is null and not e.internal and {} "
    "union select e.id from tickets t join events e on e.organization_id = t.organization_id and e.ticket_id = t.id "
    "where t.requester_id = {} and t.deleted_at is null and {})"
)


async def activity_page(db: Db, actor: Actor, contact_id: UUID, page: PageRequest) -> Page[ActivityRow]:
    """A page of the activity of a contact and of those merged into it, newest first; for staff only."""
    shown = visible_to(actor)
    persons, theirs = sql(_PERSONS, contact_id), sql(_THEIRS, shown, shown, contact_id, shown)
    down = page.descends(True)
    way = sql("desc" if down else "asc")
    before = None
    if page.cursor is not None:
        before = sql("id {} {}", sql("<" if down else ">"), decode_cursor(page.cursor, tuple[int])[0])
    rows = await db.fetch_all(
        sql(
            "with recursive {}, {}, part as (select id from theirs where {} order by id {} limit {} offset {}) "
            "select e.id, e.type, e.at, e.actor_id, m.name as actor_name, e.payload, t.number as ticket_number, "
            "t.subject as ticket_subject, coalesce(e.actor_id = any (array(select id from persons)), false) as own, "
            "(select count(*) from theirs) as total "
            "from (values (1)) as always (one) left join part on true "
            "left join events e on e.organization_id = (select deskbell_organization()) and e.id = part.id "
            "left join memberships m on m.organization_id = e.organization_id and m.user_id = e.actor_id "
            "left join tickets t on t.organization_id = e.organization_id and t.id = e.ticket_id order by e.id {}",
            persons, theirs, all_of([before]), way, page.limit + 1, 0 if page.cursor is not None else page.offset, way,
        )
    )  # fmt: skip
    found = read(ActivityRow, [row for row in rows if row["id"] is not None])
    total = int(rows[0]["total"]) if rows else 0
    items = found[: page.limit]
    return Page(items, total, page, encode_cursor(items[-1].id) if len(found) > page.limit else None)


async def find_by_any_address(db: Db, email: str) -> Membership | None:
    """The member with this address, as their own or as a further one."""
    further = sql("select c.user_id from contact_addresses c where c.address = {}", email.lower())
    return await memberships.MEMBERS.find(
        db,
        sql(
            "m.ended_at is null and (m.email = {} or m.user_id in ({})) order by m.email = {} desc limit 1",
            email.lower(),
            further,
            email.lower(),
        ),
    )
