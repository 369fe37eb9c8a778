"""Notifications: making them once, reading them, marking them; and who is to be told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from deskbell.features.notifications.records import Notification, Preferences, Recipient
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import STAFF_ROLES, Role
from deskbell.runtime.keyset import Order, page_from
from deskbell.runtime.sql import Db, Fragment, all_of, sql

__all__ = [
    "add",
    "admins",
    "by_ids",
    "count_unread",
    "find_mailable",
    "find_preferences",
    "forget_before",
    "group_staff",
    "leads",
    "list_own",
    "mark_all_read",
    "mark_mailed",
    "mark_read",
    "recipients",
    "remove",
    "save_preferences",
    "staff",
    "types_beside",
]

_COLUMNS: Final = sql(
    "n.id, n.user_id, n.kind, n.event_id, n.actor_id, n.ticket_id, n.comment_id, n.title, n.message, n.created_at, n.read_at"
)
_NEWEST: Final = Order("n.created_at", "n.id", shape=tuple[datetime, UUID])
_RECIPIENT: Final = sql(
    "select m.user_id, m.name, m.email, m.role, p.email_notifications, p.desktop_notifications, p.ticket_updates, "
    "p.ticket_assignments, p.mentions from memberships m left join notification_preferences p "
    "on p.organization_id = m.organization_id and p.user_id = m.user_id"
)
_STAFF: Final = sorted(role.value for role in STAFF_ROLES)
# What tells of a ticket that is gone, or that its reader may no longer see (row security says so), is not shown.
_REACHABLE: Final = sql(
    "(n.ticket_id is null or exists (select from tickets t where t.organization_id = n.organization_id "
    "and t.id = n.ticket_id and t.deleted_at is null))"
)


def _notification(row: Any) -> Notification:
    return Notification(
        id=row[0], user_id=row[1], kind=row[2], event_id=row[3], actor_id=row[4], ticket_id=row[5], comment_id=row[6],
        title=row[7], message=row[8], created_at=row[9], read_at=row[10],
    )  # fmt: skip


def _recipient(row: Any) -> Recipient:
    wants = Preferences()
    if row[4] is not None:
        wants = Preferences(
            email_notifications=row[4], desktop_notifications=row[5], ticket_updates=row[6], ticket_assignments=row[7],
            mentions=row[8],
        )  # fmt: skip
    return Recipient(row[0], row[1], row[2], Role(row[3]), wants)


async def add(db: Db, organization_id: UUID, new: Notification) -> bool:
    """Writes a notification; False when this person has been told of this event so before."""
    return bool(
        await db.execute(
            "insert into notifications (organization_id, id, user_id, kind, event_id, actor_id, ticket_id, comment_id, "
            "title, message, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
            "on conflict (organization_id, event_id, user_id, kind) do nothing",
            organization_id, new.id, new.user_id, new.kind, new.event_id, new.actor_id, new.ticket_id, new.comment_id,
            new.title, new.message, new.created_at,
        )
    )  # fmt: skip


async def by_ids(db: Db, ids: Sequence[UUID]) -> dict[UUID, Notification]:
    """Notifications of the entered organization, whoever they are for: for readers of the journal."""
    rows = await db.fetch_all(sql("select {} from notifications n where n.id = any({})", _COLUMNS, list(ids)))
    return {row[0]: _notification(row) for row in rows}


async def list_own(db: Db, user_id: UUID, page: PageRequest, *, unread: bool) -> Page[Notification]:
    """A page of a person's notifications, newest first."""
    wanted = _own(user_id, unread=unread)
    down = page.descends(True)
    rows = await db.fetch_all(
        sql(
            "select {} from notifications n where {} order by {} limit {} offset {}",
            _COLUMNS, all_of([wanted, _NEWEST.after(page.cursor, descending=down)]), _NEWEST.by(descending=down),
            page.limit + 1, 0 if page.cursor is not None else page.offset,
        )
    )  # fmt: skip
    total = int(await db.fetch_value(sql("select count(*) from notifications n where {}", wanted)))
    return page_from(rows, total, page, _notification, lambda each: (each.created_at, each.id))


async def count_unread(db: Db, user_id: UUID) -> int:
    """How many notifications a person has not read."""
    return int(await db.fetch_value(sql("select count(*) from notifications n where {}", _own(user_id, unread=True))))


def _own(user_id: UUID, *, unread: bool) -> Fragment:
    return all_of([sql("n.user_id = {}", user_id), sql("n.read_at is null") if unread else None, _REACHABLE])


async def mark_read(db: Db, user_id: UUID, notification_id: UUID, now: datetime) -> tuple[Notification, bool] | None:
    """Marks one as read; with it, whether it was unread. None when the person has no such notification."""
    row = await db.fetch_one(
        sql(
            "select {} from notifications n where n.id = {} and {} for update",
            _COLUMNS, notification_id, _own(user_id, unread=False),
        )
    )  # fmt: skip
    if row is None:
        return None
    if row[10] is not None:
        return _notification(row), False
    row = await db.fetch_one(
        sql("update notifications n set read_at = {} where n.id = {} returning {}", now, notification_id, _COLUMNS)
    )
    return _notification(row), True


async def mark_all_read(db: Db, user_id: UUID, now: datetime) -> list[UUID]:
    """Marks every unread one; returns which those were."""
    rows = await db.fetch_all(
        sql(
            "update notifications n set read_at = {} where n.user_id = {} and n.read_at is null returning n.id",
            now,
            user_id,
        )
    )
    return [row[0] for row in rows]


async def remove(db: Db, user_id: UUID, notification_id: UUID) -> bool:
    """Deletes one; False when the person has no such notification."""
    return bool(
        await db.execute(
            sql("delete from notifications n where n.id = {} and n.user_id = {}", notification_id, user_id)
        )
    )


async def forget_before(db: Db, moment: datetime, how_many: int) -> int:
    """Removes notifications of all organizations that were made before a moment, the oldest first; says how many."""
    return int(await db.fetch_value(sql("select deskbell_forget_notifications({}, {})", moment, how_many)))


async def recipients(db: Db, user_ids: Sequence[UUID]) -> list[Recipient]:
    """Those of these people who are members of the entered organization."""
    rows = await db.fetch_all(
        sql(
            "{} where m.user_id = any({}) and m.ended_at is null order by m.user_id",
            _RECIPIENT,
            list(user_ids),
        )
    )
    return [_recipient(row) for row in rows]


async def staff(db: Db) -> list[Recipient]:
    """Everybody on the entered organization's staff."""
    rows = await db.fetch_all(
        sql("{} where m.role = any({}) and m.ended_at is null order by m.user_id", _RECIPIENT, _STAFF)
    )
    return [_recipient(row) for row in rows]


async def admins(db: Db) -> list[Recipient]:
    """The admins and owners of the entered organization."""
    rows = await db.fetch_all(
        sql("{} where m.role in ('admin', 'owner') and m.ended_at is null order by m.user_id", _RECIPIENT)
    )
    return [_recipient(row) for row in rows]


async def leads(db: Db) -> list[Recipient]:
    """Those who lead the staff of the entered organization: team leads, admins and owners."""
    rows = await db.fetch_all(
        sql("{} where m.role in ('team_lead', 'admin', 'owner') and m.ended_at is null order by m.user_id", _RECIPIENT)
    )
    return [_recipient(row) for row in rows]


async def types_beside(db: Db, event_id: int, ticket_id: UUID) -> set[str]:
    """The types of the other events that all may know of and that one unit of work recorded about a ticket."""
    rows = await db.fetch_all(
        sql(
            "select o.type from events e join events o on o.organization_id = e.organization_id and o.xact_id = e.xact_id "
            "where e.organization_id = (select deskbell_organization()) and e.id = {} and o.id <> e.id "
            "and o.ticket_id = {} and not o.internal",
            event_id,
            ticket_id,
        )
    )
    return {row[0] for row in rows}


async def group_staff(db: Db, group_id: UUID) -> list[Recipient]:
    """The members of a group."""
    rows = await db.fetch_all(
        sql(
            "{} join group_members g on g.organization_id = m.organization_id and g.user_id = m.user_id "
            "where g.group_id = {} and m.role = any({}) and m.ended_at is null order by m.user_id",
            _RECIPIENT, group_id, _STAFF,
        )
    )  # fmt: skip
    return [_recipient(row) for row in rows]


async def find_mailable(db: Db, notification_id: UUID) -> tuple[Notification, Recipient] | None:
    """A notification that is still to be mailed, with the person; None when it was, is gone, or the person is."""
    row = await db.fetch_one(
        sql(
            "select {} from notifications n where n.id = {} and n.mailed_at is null and {}",
            _COLUMNS, notification_id, _REACHABLE,
        )
    )  # fmt: skip
    if row is None:
        return None
    people = await recipients(db, [row[1]])
    return (_notification(row), people[0]) if people else None


async def mark_mailed(db: Db, notification_id: UUID, now: datetime) -> None:
    """Notes that the mail is out."""
    await db.execute(sql("update notifications set mailed_at = {} where id = {}", now, notification_id))


async def find_preferences(db: Db, user_id: UUID) -> Preferences:
    """What a person wants to be told."""
    row = await db.fetch_one(
        sql(
            "select p.email_notifications, p.desktop_notifications, p.ticket_updates, p.ticket_assignments, p.mentions, "
            "p.daily_summary from notification_preferences p where p.user_id = {}",
            user_id,
        )
    )
    if row is None:
        return Preferences()
    return Preferences(
        email_notifications=row[0], desktop_notifications=row[1], ticket_updates=row[2], ticket_assignments=row[3],
        mentions=row[4], daily_summary=row[5],
    )  # fmt: skip


async def save_preferences(db: Db, organization_id: UUID, user_id: UUID, wants: Preferences, now: datetime) -> None:
    """Keeps what a person wants to be told."""
    await db.execute(
        "insert into notification_preferences (organization_id, user_id, email_notifications, desktop_notifications, "
        "ticket_updates, ticket_assignments, mentions, updated_at, daily_summary) "
        "values ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
        "on conflict (organization_id, user_id) do update set email_notifications = excluded.email_notifications, "
        "desktop_notifications = excluded.desktop_notifications, ticket_updates = excluded.ticket_updates, "
        "ticket_assignments = excluded.ticket_assignments, mentions = excluded.mentions, "
        "updated_at = excluded.updated_at, daily_summary = excluded.daily_summary",
        organization_id, user_id, wants.email_notifications, wants.desktop_notifications, wants.ticket_updates,
        wants.ticket_assignments, wants.mentions, now,
        wants.daily_summary,
    )  # fmt: skip
