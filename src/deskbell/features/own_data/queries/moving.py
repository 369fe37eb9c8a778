"""The anonymous person in whose place a deleted one was: every reference moves to them."""

from datetime import datetime
from uuid import UUID

from deskbell.runtime.journal.readers import reader
from deskbell.runtime.sql import Db, sql

reader("own_data_ids", "The deletion of a person, which gives the events the id of the anonymous one.")


async def move(
    db: Db, organization_id: UUID, user_id: UUID, to: UUID, *, name: str, address: str, now: datetime
) -> None:
    """Makes the membership that of a new person without an account. What refers to it follows by its foreign keys."""
    await db.execute(
        sql(
            "insert into users (id, email, name, created_at, updated_at) values ({}, {}, {}, {}, {})",
            to, address, name, now, now,
        )
    )  # fmt: skip
    await db.execute(
        sql(
            "update memberships set user_id = {}, email = {}, name = {}, phone = null, avatar_url = null, company = null, "
            "title = null, department = null, time_zone = null, web_preferences = jsonb_build_object(), "
            "view_order = array[]::text[], custom_fields = jsonb_build_array(), "
            "availability = 'offline', updated_at = {}, last_login_at = null, invited_at = null, "
            "ended_at = coalesce(ended_at, {}) where user_id = {}",
            to, address, name, now, now, user_id,
        )
    )  # fmt: skip
    await _move_ids(db, organization_id, user_id, to)


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
