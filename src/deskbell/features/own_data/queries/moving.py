"""The anonymous person in whose place a deleted one was: every reference moves to them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from deskbell.runtime.journal.readers import reader
from deskbell.runtime.sql import Db, sql

reader("own_data_ids", "The deletion of a person, which gives the events the id of the anonymous one.")


async def add_anonymous(
    db: Db, organization_id: UUID, user_id: UUID, anonymous: UUID, *, name: str, address: str, now: datetime
) -> None:
    """Adds the member who takes a person's place: without an account, and since when the person was one."""
    await db.execute(
        sql(
            "insert into users (id, email, name, created_at, updated_at) values ({}, {}, {}, {}, {})",
            anonymous, address, name, now, now,
        )
    )  # fmt: skip
    await db.execute(
        sql(
            "insert into memberships (organization_id, user_id, role, email, name, created_at, updated_at, ended_at) "
            "select {}, {}, m.role, {}, {}, m.created_at, {}, coalesce(m.ended_at, {}) from memberships m where m.user_id = {}",
            organization_id, anonymous, address, name, now, now, user_id,
        )
    )  # fmt: skip


async def move_some(db: Db, user_id: UUID, to: UUID, tickets: Sequence[UUID]) -> None:
    """Gives the rows of a person in some tickets to the anonymous one: those that may be many, and the tickets themselves."""
    some = list(tickets)
    await db.execute(
        sql(
            "update comments set author_id = {} where ticket_id = any({}::uuid[]) and author_id = {}", to, some, user_id
        )
    )
    await db.execute(
        sql(
            "update ticket_feedback set user_id = {} where ticket_id = any({}::uuid[]) and user_id = {}",
            to,
            some,
            user_id,
        )
    )
    await db.execute(
        sql(
            "update notifications set actor_id = {} where ticket_id = any({}::uuid[]) and actor_id = {}",
            to,
            some,
            user_id,
        )
    )
    await db.execute(
        sql(
            "update events set actor_id = {} where organization_id = (select deskbell_organization()) "
            "and ticket_id = any({}::uuid[]) and actor_id = {}",
            to, some, user_id,
        )
    )  # fmt: skip
    await db.execute(
        sql("update tickets set requester_id = {} where id = any({}::uuid[]) and requester_id = {}", to, some, user_id)
    )


async def replace(db: Db, organization_id: UUID, user_id: UUID, to: UUID) -> None:
    """Gives everything that is left of a person to the anonymous one, and deletes the person's membership."""
    await db.execute(
        sql("update memberships set custom_fields = jsonb_build_array() where user_id = {} "
            "and custom_fields <> jsonb_build_array()", user_id)
    )  # fmt: skip
    await _move_ids(db, organization_id, user_id, to)
    await db.execute(sql("select deskbell_replace_member({}, {})", user_id, to))


async def _move_ids(db: Db, organization_id: UUID, user_id: UUID, to: UUID) -> None:
    """Ids that no foreign key follows."""
    await db.execute(
        sql(
            "update events set actor_id = {} where organization_id = {} and actor_id = {}", to, organization_id, user_id
        )
    )
    await db.execute(
        sql(
            "update events set subject_id = {} where organization_id = {} and subject_id = {}",
            to,
            organization_id,
            user_id,
        )
    )
    await db.execute(sql("update ticket_followers set added_by = {} where added_by = {}", to, user_id))
    await db.execute(sql("update contact_addresses set created_by = {} where created_by = {}", to, user_id))
    await db.execute(sql("update ticket_links set created_by = {} where created_by = {}", to, user_id))
    await db.execute(sql("update operations set actor_id = {} where actor_id = {}", to, user_id))
    await db.execute(sql("update notifications set actor_id = {} where actor_id = {}", to, user_id))
    await db.execute(sql("delete from ticket_counts where dimension = 'requester' and key = {}", user_id))


async def remove_account(db: Db, user_id: UUID) -> None:
    """Deletes a user who is a member nowhere any more, with links, second factor and failed sign-ins."""
    address = await db.fetch_value(
        sql(
            "delete from users u where u.id = {} and not deskbell_is_member_anywhere(u.id) and not u.platform_admin "
            "returning u.email",
            user_id,
        )
    )
    if address is not None:
        await db.execute(sql("delete from login_failures where subject = {}", f"address:{address}"))
