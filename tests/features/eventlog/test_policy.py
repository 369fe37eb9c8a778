"""Who may know of an event: what its objects let them read, decided without a database."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from deskbell.features.access.events import MemberAdded, MemberRemoved, MemberUpdated
from deskbell.features.eventlog.policy import may_know
from deskbell.features.eventlog.records import EventWithObjects
from deskbell.features.notifications.events import NotificationCreated
from deskbell.features.notifications.records import Notification
from deskbell.features.tickets.comment_records import Comment
from deskbell.features.tickets.events import CommentAdded, TicketDeleted, TicketUpdated
from deskbell.features.tickets.records import Person, Ticket
from deskbell.features.webhooks.events import WebhookRemoved
from deskbell.kernel.actor import Actor
from deskbell.kernel.events import Change, DomainEvent, JournalEntry
from deskbell.kernel.ids import new_id
from deskbell.kernel.permissions import Role
from deskbell.kernel.words import Channel, Priority, Status, TicketType

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ORGANIZATION, TICKET, COMMENT, NOTIFICATION = new_id(), new_id(), new_id(), new_id()


def person(role: Role) -> Person:
    return Person(new_id(), role.value, f"{role.value}@shop.example", None, role)


REQUESTER, AGENT = person(Role.CUSTOMER), person(Role.AGENT)
TICKET_ROW = Ticket(
    organization_id=ORGANIZATION, id=TICKET, number=1, subject="Zip", description="Broken", status=Status.OPEN,
    priority=Priority.NORMAL, type=TicketType.QUESTION, channel=Channel.API, requester=REQUESTER, assignee=None, group=None,
    category=None, brand=None, tags=[], tag_ids=[], custom_fields=[], external_id=None, version=1, reopen_count=0,
    created_at=NOW, updated_at=NOW, first_response_at=None, solved_at=None, closed_at=None, deleted_at=None,
)  # fmt: skip
NOTE = Comment(
    id=COMMENT, ticket_id=TICKET, author=AGENT, body="Between us", public=False, channel=Channel.API, external_id=None,
    created_at=NOW, edited_at=None,
)  # fmt: skip
REPLY = replace(NOTE, public=True)

ADDED = CommentAdded(ticket_id=TICKET, comment_id=COMMENT, public=True, first_response=False)
CHANGED = TicketUpdated(ticket_id=TICKET, changes={"status": Change("open", "solved")})
DELETED = TicketDeleted(ticket_id=TICKET)


def entry(event: DomainEvent, **objects: Any) -> EventWithObjects:
    recorded = JournalEntry(id=1, organization_id=ORGANIZATION, at=NOW, actor_id=AGENT.id, event=event)
    return EventWithObjects(recorded=recorded, xact_id=1, **objects)


def actor(who: Person, *scopes: str) -> Actor:
    return Actor(ORGANIZATION, who.id, who.role, scopes=scopes or None)


@pytest.mark.parametrize(
    ("event", "objects", "agent", "requester", "stranger"),
    [
        (CHANGED, {"ticket": TICKET_ROW}, True, True, False),
        (CHANGED, {"ticket": None}, False, False, False),
        (CHANGED, {"ticket": replace(TICKET_ROW, deleted_at=NOW)}, False, False, False),
        (DELETED, {"ticket": replace(TICKET_ROW, deleted_at=NOW)}, True, True, False),
        (ADDED, {"ticket": TICKET_ROW, "comment": REPLY}, True, True, False),
        (ADDED, {"ticket": TICKET_ROW, "comment": None}, False, False, False),
        (ADDED, {"ticket": TICKET_ROW, "comment": NOTE}, True, False, False),  # a reply that became a note since
        (WebhookRemoved(webhook_id=new_id(), url="https://a.example"), {}, False, False, False),
    ],
)
def test_events_of_tickets(
    event: DomainEvent, objects: dict[str, Any], *, agent: bool, requester: bool, stranger: bool
) -> None:
    found = entry(event, **objects)
    assert may_know(actor(AGENT), found) is agent
    assert may_know(actor(REQUESTER), found) is requester
    assert may_know(actor(person(Role.CUSTOMER)), found) is stranger


def unproven(who: Person) -> Actor:
    return replace(actor(who), verified=False)


SELF_FILED = replace(TICKET_ROW, self_filed=True)
OWN_MAIL = replace(REPLY, author=REQUESTER, channel=Channel.EMAIL)


@pytest.mark.parametrize(
    ("event", "objects", "seen"),
    [
        (CHANGED, {"ticket": SELF_FILED}, True),
        (CHANGED, {"ticket": TICKET_ROW}, False),
        (ADDED, {"ticket": SELF_FILED, "comment": REPLY}, True),
        (ADDED, {"ticket": SELF_FILED, "comment": replace(OWN_MAIL, channel=Channel.API)}, True),
        (
            ADDED,
            {"ticket": SELF_FILED, "comment": OWN_MAIL},
            False,
        ),  # of the address's owner, who may be another person
        (ADDED, {"ticket": SELF_FILED, "comment": NOTE}, False),
    ],
)
def test_who_has_not_confirmed_an_address_knows_of_what_they_filed_themselves(
    event: DomainEvent, objects: dict[str, Any], *, seen: bool
) -> None:
    found = entry(event, **objects)
    assert may_know(unproven(REQUESTER), found) is seen
    assert not may_know(unproven(person(Role.CUSTOMER)), found)


@pytest.mark.parametrize(
    ("ticket", "seen"),
    [
        (SELF_FILED, True),
        (TICKET_ROW, False),
        (None, False),
        (replace(SELF_FILED, requester=person(Role.CUSTOMER)), False),  # by a merge or a change of the requester
    ],
)
def test_who_has_not_confirmed_an_address_is_notified_of_what_they_filed_themselves(
    ticket: Ticket | None, *, seen: bool
) -> None:
    event = NotificationCreated(notification_id=NOTIFICATION, user_id=REQUESTER.id, kind="mention")
    found = entry(event, notification=notified(REQUESTER), notified_of=ticket)
    assert may_know(actor(REQUESTER), found)
    assert may_know(unproven(REQUESTER), found) is seen


def test_a_key_without_the_scope_for_notes_sees_none() -> None:
    key = actor(AGENT, "tickets:read", "comments:read")
    assert may_know(key, entry(ADDED, ticket=TICKET_ROW, comment=REPLY))
    assert not may_know(key, entry(ADDED, ticket=TICKET_ROW, comment=NOTE))


def notified(user: Person, *, ticket: UUID | None = TICKET, comment: UUID | None = None, kind: Any = "mention") -> Any:
    return Notification(
        id=NOTIFICATION, user_id=user.id, kind=kind, event_id=1, actor_id=None, ticket_id=ticket, comment_id=comment,
        title="A title", message="Words", created_at=NOW, read_at=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scopes", "objects", "seen"),
    [
        ((), {}, True),
        (("tickets:read",), {}, False),
        (("notifications:read",), {}, False),
        (("notifications:read",), {"ticket": None}, True),
        (("notifications:read", "tickets:read"), {}, True),
        (("notifications:read", "tickets:read"), {"comment": COMMENT}, False),
        (("notifications:read", "tickets:read", "comments:read"), {"comment": COMMENT}, True),
        ((), {"ticket": None, "kind": "webhook_disabled"}, False),
    ],
)
def test_a_notification_takes_the_scopes_for_what_it_quotes(
    scopes: tuple[str, ...], objects: dict[str, Any], *, seen: bool
) -> None:
    event = NotificationCreated(notification_id=NOTIFICATION, user_id=AGENT.id, kind="mention")
    found = entry(event, notification=notified(AGENT, **objects), comment=REPLY)
    assert may_know(actor(AGENT, *scopes), found) is seen
    assert not may_know(actor(person(Role.AGENT), *scopes), found)


def test_a_notification_of_a_note_takes_the_scope_for_notes_and_one_that_is_gone_shows_nothing() -> None:
    event = NotificationCreated(notification_id=NOTIFICATION, user_id=AGENT.id, kind="mention")
    found = entry(event, notification=notified(AGENT, comment=COMMENT), comment=NOTE)
    scopes = ("notifications:read", "tickets:read", "comments:read")
    assert not may_know(actor(AGENT, *scopes), found)
    assert may_know(actor(AGENT, *scopes, "comments:internal"), found)
    assert not may_know(actor(AGENT), entry(event))


@pytest.mark.parametrize(
    ("event", "seen"),
    [
        (MemberAdded(user_id=AGENT.id, role="agent", how="manual"), True),
        (MemberAdded(user_id=REQUESTER.id, role="customer", how="sign_up"), False),
        (MemberRemoved(user_id=AGENT.id, role="agent"), True),
        (MemberUpdated(user_id=AGENT.id, changes={"name": Change("A", "B")}), True),
        (MemberUpdated(user_id=AGENT.id, changes={"email": Change("a@a.example", "b@a.example")}), False),
    ],
)
def test_the_staff_may_know_changes_of_their_own_directory(event: DomainEvent, *, seen: bool) -> None:
    assert may_know(actor(AGENT), entry(event)) is seen
    assert not may_know(actor(AGENT, "tickets:read"), entry(event)), "a key needs the scope"
    assert not may_know(actor(REQUESTER), entry(event))


@pytest.mark.parametrize("kind", ["webhook_disabled", "rule_stopped"])
def test_a_notice_about_an_integration_takes_its_permission(kind: str) -> None:
    admin = person(Role.ADMIN)
    event = NotificationCreated(notification_id=NOTIFICATION, user_id=admin.id, kind=kind)
    found = entry(event, notification=notified(admin, ticket=None, kind=kind))
    assert may_know(actor(admin), found)
    assert not may_know(actor(admin, "notifications:read"), found)
