"""SQL of notifications, preferences and recipients."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from deskbell.features.notifications.records import Notification, Preferences, Recipient
from deskbell.kernel.actor import Actor
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import STAFF_ROLES, Permission
from deskbell.runtime.journal.readers import about_tickets, reader
from deskbell.runtime.pages import Order, page
from deskbell.runtime.sql import Db, Fragment, all_of, sql
from deskbell.runtime.table import Table

reader("notifications", "What else a unit of work recorded about a ticket.", types=about_tickets)

_NOTIFICATIONS: Final = Table("notifications", Notification, "n")
_NEWEST: Final = Order[Notification](
    "n.created_at", "n.id", shape=tuple[datetime, UUID], key=lambda each: (each.created_at, each.id), descending=True
)
_PREFERENCES: Final = Table("notification_preferences", Preferences, "p", key="user_id")
_RECIPIENTS: Final = Table(
    "memberships",
    Recipient,
    "m",
    columns={
        "id": "m.user_id",
        "chosen_email_notifications": "p.email_notifications",
        "chosen_desktop_notifications": "p.desktop_notifications",
        "chosen_ticket_updates": "p.ticket_updates",
        "chosen_ticket_assignments": "p.ticket_assignments",
        "chosen_mentions": "p.mentions",
        "chosen_daily_summary": "p.daily_summary",
    },
    joins="left join notification_preferences p on p.organization_id = m.organization_id and p.user_id = m.user_id",
)
_STAFF: Final = sorted(role.value for role in STAFF_ROLES)
# Hides notifications of a ticket that is deleted or, by row security, no longer visible to the reader.
_REACHABLE: Final = sql(
    "(n.ticket_id is null or exists (select from tickets t where t.organization_id = n.organization_id "
    "and t.id = n.ticket_id and t.deleted_at is null))"
)

_ABOUT_NO_NOTE: Final = sql(
    "(n.comment_id is null or exists (select from comments c where c.organization_id = n.organization_id "
    "and c.id = n.comment_id and c.public))"
)

_ABOUT_SELF_FILED: Final = sql(
    "(n.ticket_id is null or exists (select from tickets t where t.organization_id = n.organization_id "
    "and t.id = n.ticket_id and t.requester_id = n.user_id and t.self_filed))"
)


async def add(db: Db, organization_id: UUID, new: Notification) -> bool:
    """Adds a notification; False when the user has one of this kind for the event already."""
    insert = _NOTIFICATIONS.insert(new, organization_id=organization_id)
    return bool(await db.execute(sql("{} on conflict (organization_id, event_id, user_id, kind) do nothing", insert)))


async def by_ids(db: Db, ids: Sequence[UUID]) -> dict[UUID, Notification]:
    """Notifications of the entered organization, of all its members, for readers of the journal."""
    return {each.id: each for each in await _NOTIFICATIONS.fetch(db, sql("n.id = any({})", list(ids)))}


async def list_own(db: Db, actor: Actor, request: PageRequest, *, unread: bool) -> Page[Notification]:
    """A page of a user's notifications, newest first."""
    return await page(db, _NOTIFICATIONS, _NEWEST, request, where=_own(actor, unread=unread))


async def count_unread(db: Db, actor: Actor) -> int:
    """The number of a user's unread notifications."""
    return int(await db.fetch_value(sql("select count(*) from notifications n where {}", _own(actor, unread=True))))


def _own(actor: Actor, *, unread: bool) -> Fragment:
    shown = [sql("n.read_at is null") if unread else None, _REACHABLE]
    if not actor.verified:
        shown.append(_ABOUT_SELF_FILED)
    if not actor.may(Permission.TICKET_READ):
        shown.append(sql("n.ticket_id is null"))
    if not actor.may(Permission.COMMENT_READ):
        shown.append(sql("n.comment_id is null"))
    elif actor.is_staff and not actor.reads_notes:
        shown.append(_ABOUT_NO_NOTE)
    if actor.scopes is not None and not actor.may(Permission.WEBHOOK_MANAGE):
        shown.append(sql("n.kind <> 'webhook_disabled'"))
    if actor.scopes is not None and not actor.may(Permission.RULE_READ):
        shown.append(sql("n.kind <> 'rule_stopped'"))
    return all_of([sql("n.user_id = {}", actor.user_id), *shown])


async def mark_read(db: Db, actor: Actor, notification_id: UUID, now: datetime) -> tuple[Notification, bool] | None:
    """Marks a notification as read; returns it and whether it was unread. None if the user has no such notification."""
    own = _own(actor, unread=False)
    found = await _NOTIFICATIONS.find(db, sql("n.id = {} and {} for update", notification_id, own))
    if found is None:
        return None
    if found.read_at is not None:
        return found, False
    read = msgspec.structs.replace(found, read_at=now)
    await db.execute(_NOTIFICATIONS.update(read, "read_at"))
    return read, True


async def mark_all_read(db: Db, user_id: UUID, now: datetime) -> list[UUID]:
    """Marks every unread notification as read; returns their ids."""
    rows = await db.fetch_all(
        sql(
            "update notifications n set read_at = {} where n.user_id = {} and n.read_at is null returning n.id",
            now,
            user_id,
        )
    )
    return [row["id"] for row in rows]


async def remove(db: Db, user_id: UUID, notification_id: UUID) -> bool:
    """Deletes a notification; False when the user has no such notification."""
    return bool(
        await db.execute(
            sql("delete from notifications n where n.id = {} and n.user_id = {}", notification_id, user_id)
        )
    )


async def delete_before(db: Db, moment: datetime, limit: int) -> int:
    """Deletes notifications of all organizations created before a time, oldest first; returns their number."""
    return int(await db.fetch_value(sql("select deskbell_forget_notifications({}, {})", moment, limit)))


async def recipients(db: Db, user_ids: Sequence[UUID]) -> list[Recipient]:
    """The current members of the entered organization with these ids."""
    return await _current(db, sql("m.user_id = any({})", list(user_ids)))


async def staff(db: Db) -> list[Recipient]:
    """The staff of the entered organization."""
    return await _current(db, sql("m.role = any({})", _STAFF))


async def admins(db: Db) -> list[Recipient]:
    """The admins and owners of the entered organization."""
    return await _current(db, sql("m.role in ('admin', 'owner')"))


async def leads(db: Db) -> list[Recipient]:
    """The team leads, admins and owners of the entered organization."""
    return await _current(db, sql("m.role in ('team_lead', 'admin', 'owner')"))


async def group_staff(db: Db, group_id: UUID) -> list[Recipient]:
    """The members of a group."""
    among = sql(
        "m.role = any({}) and exists (select from group_members g where g.organization_id = m.organization_id "
        "and g.user_id = m.user_id and g.group_id = {})",
        _STAFF,
        group_id,
    )
    return await _current(db, among)


async def staff_following(db: Db, ticket_id: UUID) -> list[Recipient]:
    """The followers of a ticket who are staff."""
    among = sql(
        "m.role = any({}) and exists (select from ticket_followers f where f.organization_id = m.organization_id "
        "and f.user_id = m.user_id and f.ticket_id = {})",
        _STAFF,
        ticket_id,
    )
    return await _current(db, among)


async def staff_addresses_by_group(db: Db, group_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The addresses of the members of groups."""
    return await _addresses(db, sql("group_members g"), sql("g.group_id"), group_ids)


async def staff_addresses_by_followed(db: Db, ticket_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The addresses of the followers of tickets who are staff."""
    return await _addresses(db, sql("ticket_followers g"), sql("g.ticket_id"), ticket_ids)


async def _addresses(db: Db, table: Fragment, key: Fragment, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    if not ids:
        return {}
    rows = await db.fetch_all(
        sql(
            "select {} as key, array_agg(m.email order by m.user_id) as addresses from {} join memberships m "
            "on m.organization_id = g.organization_id and m.user_id = g.user_id and m.role = any({}) "
            "and m.ended_at is null where {} = any({}) group by 1",
            key, table, _STAFF, key, list(ids),
        )
    )  # fmt: skip
    return {row["key"]: list(row["addresses"]) for row in rows}


async def _current(db: Db, wanted: Fragment) -> list[Recipient]:
    return await _RECIPIENTS.fetch(db, sql("{} and m.ended_at is null order by m.user_id", wanted))


async def types_in_same_transaction(db: Db, event_id: int, ticket_id: UUID) -> set[str]:
    """The types of other public events that the same transaction recorded about a ticket."""
    rows = await db.fetch_all(
        sql(
            "select o.type from events e join events o on o.organization_id = e.organization_id and o.xact_id = e.xact_id "
            "where e.organization_id = (select deskbell_organization()) and e.id = {} and o.id <> e.id "
            "and o.ticket_id = {} and not o.internal",
            event_id,
            ticket_id,
        )
    )
    return {row["type"] for row in rows}


async def find_mailable(db: Db, notification_id: UUID) -> tuple[Notification, Recipient] | None:
    """A notification and its recipient; None when it was mailed already, or one of them no longer exists."""
    found = await _NOTIFICATIONS.find(db, sql("n.id = {} and n.mailed_at is null and {}", notification_id, _REACHABLE))
    people = await recipients(db, [found.user_id]) if found else []
    return (found, people[0]) if found and people else None


async def mark_mailed(db: Db, notification_id: UUID, now: datetime) -> None:
    """Marks a notification as mailed."""
    await db.execute(sql("update notifications set mailed_at = {} where id = {}", now, notification_id))


async def find_preferences(db: Db, user_id: UUID) -> Preferences:
    """The preferences of a user, or the defaults."""
    return await _PREFERENCES.find(db, sql("p.user_id = {}", user_id)) or Preferences()


async def save_preferences(db: Db, organization_id: UUID, user_id: UUID, wants: Preferences, now: datetime) -> None:
    """Stores the preferences of a user."""
    await db.execute(
        sql(
            "{} on conflict (organization_id, user_id) do update set email_notifications = excluded.email_notifications, "
            "desktop_notifications = excluded.desktop_notifications, ticket_updates = excluded.ticket_updates, "
            "ticket_assignments = excluded.ticket_assignments, mentions = excluded.mentions, "
            "updated_at = excluded.updated_at, daily_summary = excluded.daily_summary",
            _PREFERENCES.insert(wants, organization_id=organization_id, user_id=user_id, updated_at=now),
        )
    )


async def name_of_mailbox(db: Db, mailbox_id: UUID) -> str:
    """The name of a mailbox; empty for an unknown one."""
    return str(await db.fetch_value(sql("select name from mailboxes where id = {}", mailbox_id)) or "")


async def subject_of_mail(db: Db, mail_id: UUID) -> str:
    """The subject of a received mail; empty for an unknown one."""
    return str(await db.fetch_value(sql("select subject from received_mails where id = {}", mail_id)) or "")
