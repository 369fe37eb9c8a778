"""Who may see which event: one rule for rows and for events as they happen, and internal ones never reach customers."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from deskbell.features.tickets.events import CommentAdded, TicketAssigned, TicketCreated, TicketUpdated
from deskbell.jobs.readers import load_everything
from deskbell.kernel.actor import Actor
from deskbell.kernel.events import Change, DomainEvent, event_types
from deskbell.kernel.permissions import STAFF_ROLES, Role
from deskbell.runtime.journal.description import (
    CUSTOMER_FIELDS,
    Audience,
    audience,
    audience_of,
    describe,
    may_read_values,
    may_see,
    visible_to,
)
from deskbell.runtime.journal.entries import COLUMNS, entry_of
from deskbell.runtime.sql import sql
from tests.support.desk import Organization

ORGANIZATION, REQUESTER = uuid4(), uuid4()
TICKET = {"subject": "Zip is broken", "description": "It broke on day one."}


def actor(role: Role, *scopes: str, user_id: UUID = REQUESTER, verified: bool = True) -> Actor:
    return Actor(ORGANIZATION, user_id, role, scopes=scopes or None, verified=verified)


def changed(*fields: str) -> TicketUpdated:
    return TicketUpdated(ticket_id=uuid4(), changes={name: Change("was", "now") for name in fields})


def comment(*, public: bool) -> CommentAdded:
    return CommentAdded(ticket_id=uuid4(), comment_id=uuid4(), public=public)


def test_an_internal_event_is_for_no_requester_and_each_type_has_its_permissions() -> None:
    load_everything()
    everyone = Actor.system(ORGANIZATION)
    for kind in event_types().values():
        assert audience(kind.type, kind.subject_type, internal=True) is not Audience.REQUESTER, kind.type
        assert may_read_values(everyone, kind.subject_type), kind.type


@pytest.mark.parametrize("role", [*sorted(STAFF_ROLES), Role.CUSTOMER])
def test_a_note_is_for_staff_alone(role: Role) -> None:
    note, reply = comment(public=False), comment(public=True)
    assert may_see(actor(role), note, participants={REQUESTER}) is (role is not Role.CUSTOMER)
    assert may_see(actor(role), reply, participants={REQUESTER})


def test_staff_whose_address_is_not_confirmed_see_what_a_customer_sees() -> None:
    unproven = actor(Role.OWNER, verified=False)
    assert not may_see(unproven, comment(public=False), participants={REQUESTER})
    assert not may_see(unproven, comment(public=True), participants={uuid4()})
    assert may_see(unproven, comment(public=True), participants={REQUESTER})


def test_another_customers_ticket_is_not_seen() -> None:
    assert not may_see(actor(Role.CUSTOMER), comment(public=True), participants={uuid4()})
    assert not may_see(actor(Role.CUSTOMER), comment(public=True))
    assert not may_see(Actor.visitor(ORGANIZATION), comment(public=True))


@pytest.mark.parametrize(
    ("scopes", "sees"),
    [
        (("tickets:read",), ["status"]),
        (("tickets:read", "comments:read"), ["status", "reply"]),
        (("tickets:read", "comments:read", "comments:internal"), ["status", "reply", "note"]),
        (("comments:read", "comments:internal"), []),
    ],
)
def test_an_api_key_sees_what_its_scopes_cover(scopes: tuple[str, ...], sees: list[str]) -> None:
    key = actor(Role.ADMIN, *scopes)
    events: dict[str, DomainEvent] = {
        "status": changed("status"), "reply": comment(public=True), "note": comment(public=False),
    }  # fmt: skip
    assert [name for name, event in events.items() if may_see(key, event)] == sees


def test_a_customer_is_shown_the_fields_that_concern_them_and_no_group() -> None:
    both = changed("status", "tags", "category_id", "custom_fields")
    shown = describe(both, staff=False)
    assert shown is not None
    assert set(shown.changes) == {"status"} <= CUSTOMER_FIELDS
    assert describe(changed("tags"), staff=False) is None
    moved = TicketAssigned(ticket_id=uuid4(), changes={"group_id": Change(None, str(uuid4()))})
    assert describe(moved, staff=False) is None
    created = TicketCreated(
        ticket_id=uuid4(), number=1, subject="Zip", status="new", priority="low", channel="web", requester_id=uuid4(),
        group_id=uuid4(),
    )  # fmt: skip
    for staff in (True, False):
        step = describe(created, staff=staff)
        assert step is not None
        assert ("group_id" in step.values) is staff


@pytest.mark.parametrize(
    ("event", "action"),
    [
        (changed("priority"), "priority_changed"),
        (changed("category_id"), "category_changed"),
        (changed("status", "reason"), "status_changed"),
        (changed("status", "priority"), "updated"),
        (comment(public=True), "comment_added"),
    ],
)
def test_an_action_names_the_one_field_that_changed(event: DomainEvent, action: str) -> None:
    step = describe(event, staff=True)
    assert step is not None
    assert step.action == action


async def busy_ticket(shop: Organization) -> UUID:
    """A ticket with an event of each kind that its readers are shown differently."""
    customer, admin = await shop.client("customer"), await shop.client("admin")
    ticket = (await customer.post("/tickets", TICKET)).json()["data"]["id"]
    for body in ({"body": "We look into it."}, {"body": "Third one this week.", "public": False}):
        assert (await admin.post(f"/tickets/{ticket}/comments", body)).status_code == 201
    group = (await admin.post("/groups", {"name": "Returns"})).json()["data"]["id"]
    changes: list[dict[str, Any]] = [{"priority": "high"}, {"tags": ["zip"]}, {"group_id": group}]
    for change in changes:
        assert (await admin.put(f"/tickets/{ticket}", change)).status_code == 200
    return UUID(ticket)


async def test_rows_and_events_follow_the_same_rule(shop: Organization) -> None:
    ticket_id = await busy_ticket(shop)
    customer, agent = await shop.person("customer"), await shop.person("agent")
    readers = [
        Actor(shop.id, customer.id, Role.CUSTOMER),
        Actor(shop.id, agent.id, Role.AGENT),
        Actor(shop.id, agent.id, Role.AGENT, scopes=("tickets:read",)),
        Actor(shop.id, agent.id, Role.AGENT, scopes=("tickets:read", "comments:read")),
        Actor(shop.id, agent.id, Role.AGENT, verified=False),
    ]
    counts = []
    async with shop.desk.database.unit(shop.system()) as uow:
        rows = await uow.db.fetch_all(sql("select {} from events e where e.ticket_id = {}", COLUMNS, ticket_id))
        entries = [entry_of(row) for row in rows]
        assert {audience_of(each.event) for each in entries} == {Audience.REQUESTER, Audience.STAFF}
        for reader in readers:
            selected = await uow.db.fetch_all(
                sql("select e.id from events e where e.ticket_id = {} and {}", ticket_id, visible_to(reader))
            )
            seen = {
                each.id
                for each in entries
                if may_see(reader, each.event, participants={reader.id})
                and describe(each.event, staff=reader.is_staff) is not None
            }
            assert {row["id"] for row in selected} == seen
            counts.append(len(seen))
    assert counts[0] < counts[1] == len(entries), "the customer sees less than the agent, who sees everything"


async def test_no_form_of_the_history_shows_a_customer_what_is_internal(shop: Organization) -> None:
    ticket_id = await busy_ticket(shop)
    customer = await shop.client("customer")
    forms = [
        await customer.get(f"/tickets/{ticket_id}/history"),
        await customer.at("/api/v2").get(f"/tickets/{ticket_id}"),
        await customer.at("").get(f"//tickets/{ticket_id}"),
    ]
    for answer in forms:
        assert answer.status_code == 200, answer.text
    history = forms[0].json()["data"]
    assert {"created", "comment_added", "status_changed", "priority_changed"} == {step["action"] for step in history}
    activities = forms[1].json()["data"]["activities"]
    assert {"created", "message_added", "priority_changed"} == {step["action"] for step in activities}
    shown = msgspec.json.encode([history, activities, forms[2].json()["history"]]).decode()
    assert "group" not in shown
    assert "tags" not in shown
    assert "Third one" not in "".join(answer.text for answer in forms)
