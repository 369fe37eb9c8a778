"""The journal of a ticket as the writes that it records: a change, then the rules that it woke."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.tickets import policy
from deskbell.features.tickets.events import (
    CommentAdded,
    RuleFailed,
    RuleFired,
    RuleHalted,
    TicketAssigned,
    TicketCreated,
    TicketEscalated,
    TicketSnoozed,
    TicketUpdated,
)
from deskbell.features.tickets.facts import facts_of
from deskbell.features.tickets.queries.past import PastEvent
from deskbell.features.tickets.records import Named, Person, Ticket
from deskbell.features.tickets.service.past import closed_since, done_since, rewound, values_of
from deskbell.features.tickets.service.recording import ASSIGNMENT, CONTENT, in_journal
from deskbell.kernel.access import step
from deskbell.kernel.changes import applied
from deskbell.kernel.events import Change
from deskbell.kernel.fields import CustomField
from deskbell.kernel.permissions import Role
from deskbell.kernel.rules.facts import NOTHING_BEYOND, Beyond, TicketFacts
from deskbell.kernel.words import Priority, Status, TicketType

FIELDS: Final = {name: field for field, name in (ASSIGNMENT | CONTENT).items()}
"""The fields of a ticket by their names in the journal."""
_LISTED: Final[dict[str, Any]] = {"tags": list[str], "custom_fields": list[CustomField]}
_KINDS: Final[dict[str, Any]] = {
    "status": Status, "status_id": UUID | None, "priority": Priority, "type": TicketType, **_LISTED,
}  # fmt: skip


class PastFiring(Struct, frozen=True):
    """A rule that fired, and what it changed, by the names in the journal."""

    event_id: int
    at: datetime
    rule_id: UUID
    fired: RuleFired
    changes: dict[str, Change]


class Write(Struct, frozen=True):
    """A write of a ticket. `own` are the events of the change itself, `automations` those that fired instead of one.

    `firings` are the triggers that it woke, `bounds` what ended them.
    """

    own: list[PastEvent]
    automations: list[PastFiring]
    firings: list[PastFiring]
    bounds: list[str]
    last: PastEvent
    """The event by which the write is named: the last of the change itself."""

    @property
    def at(self) -> datetime:
        """When it was made."""
        return self.last.at

    @property
    def created(self) -> bool:
        """Whether it filed the ticket."""
        return any(isinstance(each.event, TicketCreated) for each in self.own)

    @property
    def changed(self) -> bool:
        """Whether it changed the ticket before triggers did; an alarm or a rating does not."""
        return bool(self.created or self.comment or self.own_changes or self.automations)

    @property
    def comment(self) -> CommentAdded | None:
        """The comment that it added."""
        return next((each.event for each in self.own if isinstance(each.event, CommentAdded)), None)

    @property
    def own_changes(self) -> dict[str, Change]:
        """The changes of fields by the change itself."""
        found: dict[str, Change] = {}
        for each in self.own:
            if isinstance(each.event, TicketUpdated | TicketAssigned):
                found |= each.event.changes
        return {name: change for name, change in found.items() if name in FIELDS}

    @property
    def changes(self) -> dict[str, Change]:
        """The changes of fields, those of triggers excepted."""
        found = self.own_changes
        for firing in self.automations:
            for name, change in firing.changes.items():
                found[name] = Change(found[name].was if name in found else change.was, change.now)
        return found


@step("readings of the journal that authorise their actor")
def writes_of(events: Sequence[PastEvent], automations: Collection[UUID]) -> list[Write]:
    """The writes that events of a ticket record, in their order. What was imported is none."""
    found: list[list[PastEvent]] = []
    for each in sorted((each for each in events if not each.imported), key=lambda each: each.id):
        if not found or found[-1][-1].unit != each.unit or _begins(found[-1], each):
            found.append([])
        found[-1].append(each)
    return [_write(group, automations) for group in found]


def _begins(group: Sequence[PastEvent], each: PastEvent) -> bool:
    """Whether an event begins another write of the same unit of work."""
    fired = next((i for i, one in enumerate(group) if _is_of_rules(one)), None)
    if _is_of_rules(each):
        return False
    if fired is not None:
        last = group[-1]
        followed = isinstance(last.event, (RuleFired, TicketAssigned, TicketEscalated, TicketSnoozed))
        return not (
            followed
            and each.rule_id == last.rule_id
            and isinstance(each.event, TicketEscalated | TicketSnoozed | TicketAssigned | TicketUpdated)
        )
    kinds = [type(one.event) for one in group]
    match each.event:
        case CommentAdded() | TicketCreated():
            return any(kind in (CommentAdded, TicketCreated, TicketAssigned, TicketUpdated) for kind in kinds)
        case TicketAssigned():
            return TicketAssigned in kinds or TicketUpdated in kinds
        case TicketUpdated():
            return TicketUpdated in kinds
        case _:
            return False


def _is_of_rules(each: PastEvent) -> bool:
    return isinstance(each.event, RuleFired | RuleHalted | RuleFailed)


def _write(group: Sequence[PastEvent], automations: Collection[UUID]) -> Write:
    own: list[PastEvent] = []
    firings: list[PastFiring] = []
    for each in group:
        if isinstance(each.event, RuleFired) and each.rule_id is not None:
            firings.append(PastFiring(each.id, each.at, each.rule_id, each.event, {}))
        elif firings and isinstance(each.event, TicketUpdated | TicketAssigned):
            changes = {name: change for name, change in each.event.changes.items() if name in FIELDS}
            firings[-1] = replace(firings[-1], changes=firings[-1].changes | changes)
        elif not _is_of_rules(each) and not (firings and isinstance(each.event, TicketEscalated | TicketSnoozed)):
            own.append(each)
    return Write(
        own=own,
        automations=[each for each in firings if each.rule_id in automations],
        firings=[each for each in firings if each.rule_id not in automations],
        bounds=[each.event.bound for each in group if isinstance(each.event, RuleHalted)],
        last=own[-1] if own else group[0],
    )


@step("readings of the journal that authorise their actor")
def ticket_before(ticket: Ticket, events: Sequence[PastEvent], event_id: int) -> Ticket:
    """A ticket as it was before an event, from its present row; the names in it are left out."""
    ordered = sorted(events, key=lambda each: (not each.imported, each.id))
    place = next((i for i, each in enumerate(ordered) if each.id == event_id), len(ordered))
    before, later = ordered[:place], ordered[place:]
    values = rewound(values_of(ticket), later)
    moved = _anchors_of(ticket, before)
    changing = [each.at for each in before if isinstance(each.event, TicketUpdated | TicketAssigned | CommentAdded)]
    found = replace(ticket, **{FIELDS[name]: held(FIELDS[name], value) for name, value in values.items()})
    return replace(
        found, updated_at=max(changing, default=ticket.created_at), solved_at=done_since(found.status, before),
        closed_at=closed_since(found.status, before), **moved,
    )  # fmt: skip


def _anchors_of(ticket: Ticket, before: Sequence[PastEvent]) -> dict[str, datetime | None]:
    """The moments that conditions compare, after these events; None is that of the creation, or none."""
    found: dict[str, datetime | None] = dict.fromkeys(
        ("status_since", "assigned_since", "customer_wrote_at", "staff_wrote_at")
    )
    for each in before:
        if isinstance(each.event, TicketUpdated) and "status" in each.event.changes:
            found["status_since"] = each.at
        elif isinstance(each.event, TicketAssigned) and "assignee_id" in each.event.changes:
            found["assigned_since"] = each.at
        elif each.wrote is not None:
            found[f"{each.wrote}_wrote_at"] = each.at
    if not any(isinstance(each.event, TicketCreated) for each in before):  # imported: its history may not have them
        return {name: at or getattr(ticket, name) for name, at in found.items()}
    return found


@step("readings of the journal that authorise their actor")
def after_words(ticket: Ticket, write: Write) -> Ticket:
    """The ticket with the moment of the words that a write added."""
    for each in write.own:
        if each.wrote is not None:
            ticket = replace(ticket, **{f"{each.wrote}_wrote_at": each.at})
    return ticket


@step("explanations, whose actor may read the ticket")
def facts_before(
    ticket: Ticket, events: Sequence[PastEvent], event_id: int, unit: str, beyond: Beyond = NOTHING_BEYOND
) -> TicketFacts:
    """A ticket as the conditions of rules saw it just before an event of a unit, which had not touched `updated_at` yet."""
    place = next((i for i, each in enumerate(events) if each.id == event_id), len(events))
    updated = [
        each.at
        for each in events[:place]
        if each.unit != unit and isinstance(each.event, TicketUpdated | TicketAssigned | CommentAdded)
    ]
    facts = facts_of(ticket_before(ticket, events, event_id), beyond)
    return replace(facts, updated_at=max(updated, default=ticket.created_at))


@step("readings of the journal that authorise their actor")
def with_changes(ticket: Ticket, changes: Mapping[str, Change], at: datetime) -> Ticket:
    """A ticket with recorded changes, made at a moment. Of tags and values only those that differ are changed."""
    given = {FIELDS[name]: _merged(ticket, FIELDS[name], change) for name, change in changes.items() if name in FIELDS}
    status = given.pop("status", ticket.status)
    if status != ticket.status:
        ticket = replace(applied(ticket, policy.after_status(ticket, status, at)), status_since=at)
    if "assignee" in given:
        given["assigned_since"] = None if given["assignee"] is None else at
    return replace(ticket, **given)


def _merged(ticket: Ticket, field: str, change: Change) -> Any:
    present = getattr(ticket, field)
    if field not in _LISTED or recorded(present) == change.was:
        return held(field, change.now)
    was, now = held(field, change.was), held(field, change.now)
    if field == "tags":
        return [tag for tag in present if tag in now or tag not in was] + [
            tag for tag in now if tag not in was and tag not in present
        ]
    before, after = ({each.name: each.value for each in some} for some in (was, now))
    values = {each.name: each.value for each in present if each.name in after or each.name not in before}
    values |= {name: value for name, value in after.items() if before.get(name) != value}
    return [CustomField(name, value) for name, value in values.items()]


@step("readings of the journal that authorise their actor")
def held(field: str, value: Any) -> Any:
    """A recorded value as a ticket holds it; of a person or group it knows the id alone."""
    if field in _KINDS:
        return msgspec.convert(value, _KINDS[field])
    if value is None or field in ("subject", "description"):
        return value
    if field == "assignee":
        return Person(UUID(str(value)), "", "", None, Role.AGENT)
    return Named(UUID(str(value)), "")


@step("readings of the journal that authorise their actor")
def recorded(value: Any) -> Any:
    """A value of a ticket as the journal has it."""
    return msgspec.to_builtins(in_journal(value))
