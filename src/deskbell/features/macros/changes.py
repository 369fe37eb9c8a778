"""The changes that a macro makes to a ticket. Plain functions, no I/O."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import asdict, replace

from deskbell.features.macros.records import Macro, MacroFields
from deskbell.features.tickets.policy import after_comment, one_higher
from deskbell.features.tickets.records import Named, NewTicket, Ticket, TicketChanges
from deskbell.features.tickets.required import required_problems
from deskbell.features.tickets.rules import ME, UNASSIGNED
from deskbell.kernel.actor import Actor
from deskbell.kernel.durations import parse_duration
from deskbell.kernel.errors import Problem
from deskbell.kernel.events import Change
from deskbell.kernel.fields import CustomField, FieldValue, is_empty
from deskbell.kernel.statuses import StatusInForce
from deskbell.kernel.words import DONE, Status

_PLAIN: Final = ("status", "priority", "type")
_NAMED: Final = {"group": "group_id", "category": "category_id"}


class _Draft:
    """The changes so far: each action sees a ticket as the ones before it left it."""

    def __init__(
        self, macro: Macro, present: Mapping[str, Any], values: list[CustomField], tags: list[str], now: datetime
    ) -> None:
        self.now = now
        self.ids = {(each.kind, each.name): each.id for each in macro.names}
        self.present = dict(present)
        self.values = {each.name: each.value for each in values}
        self.tags = list(tags)
        self.given: dict[str, Any] = {}
        self.fields: dict[str, FieldValue] = {}

    def take(self, fields: MacroFields, *, only_empty: bool) -> None:
        for kind, name in _NAMED.items():
            if (value := getattr(fields, kind)) is not UNSET and not (only_empty and self.present[name] is not None):
                self.put(name, self.ids[kind, value])
        for name in () if only_empty else _PLAIN:  # none of them is ever empty
            if (value := getattr(fields, name)) is not UNSET:
                self.put(name, value)
                if name == "status":
                    self._leave_status()
        if fields.custom_status is not UNSET and not only_empty:
            self._leave_status()
            self.given.pop("status", None)
            self.put("status_id", self.ids["status", fields.custom_status])
        for key, value in {} if fields.fields is UNSET else fields.fields.items():
            if not (only_empty and not is_empty(self.values.get(key))):
                self.fields[key] = self.values[key] = value

    def put(self, name: str, value: Any) -> None:
        self.given[name] = self.present[name] = value

    def run(self, macro: Macro, actor: Actor) -> None:
        for action in macro.actions:
            if action.set is not UNSET:
                self.take(action.set, only_empty=False)
            if action.fill is not UNSET:
                self.take(action.fill, only_empty=True)
            if action.add_tags is not UNSET:
                self.tags += [tag for tag in action.add_tags if tag not in self.tags]
            if action.remove_tags is not UNSET:
                self.tags = [tag for tag in self.tags if tag not in action.remove_tags]
            if action.assign is not UNSET:
                self.put("assignee_id", self._person(action.assign, actor))
            if action.snooze is not UNSET:
                self._leave_status()
                self.put("status", Status.PENDING)
                self.given["snoozed_until"] = self.now + parse_duration(action.snooze)
            if action.escalate is not UNSET:
                self.put("priority", one_higher(self.present["priority"]))
                if action.escalate.group is not UNSET:
                    self.put("group_id", self.ids["group", action.escalate.group])

    def _leave_status(self) -> None:
        """Another status ends what belongs to the one before."""
        self.given.pop("status_id", None)
        self.given.pop("snoozed_until", None)

    def _person(self, name: str, actor: Actor) -> UUID | None:
        if name == UNASSIGNED:
            return None
        return actor.id if name == ME else self.ids["person", name]


def changes_of(macro: Macro, ticket: Ticket, actor: Actor, now: datetime) -> TicketChanges:
    """The changes of a ticket, in the order of the actions; what is set to its present value is among them."""
    present = {"group_id": ticket.group_id, "category_id": ticket.category_id, "priority": ticket.priority}
    draft = _Draft(macro, present, ticket.custom_fields, ticket.tags, now)
    draft.run(macro, actor)
    return TicketChanges(
        **draft.given,
        tags=UNSET if draft.tags == ticket.tags else draft.tags,
        fields=draft.fields or UNSET,
    )


def filled(macro: Macro, new: NewTicket, actor: Actor, now: datetime) -> tuple[NewTicket, TicketChanges]:
    """A new ticket with a macro's changes, and what only a ticket that is there can get: a status of one's own, a snooze."""
    present = {"group_id": new.group_id, "category_id": new.category_id, "priority": new.priority}
    values = [*new.custom_fields, *(CustomField(key, value) for key, value in new.fields.items())]
    draft = _Draft(macro, present, values, new.tags, now)
    draft.run(macro, actor)
    later = TicketChanges(
        status_id=draft.given.pop("status_id", UNSET), snoozed_until=draft.given.pop("snoozed_until", UNSET)
    )
    with_them = replace(new, **draft.given, tags=draft.tags, fields={**new.fields, **draft.fields})
    return with_them, later


def shown_changes(ticket: Ticket, changes: TicketChanges, actor: Actor, *, replies: bool) -> dict[str, Change]:
    """The changes that a person would see, with the status that follows from the assignment or the reply."""
    given = {name: value for name, value in asdict(changes).items() if value is not UNSET}
    fields = given.pop("fields", {})
    if (own := _own_status(ticket, changes)) is not None:
        given["status"] = own.category
    if "status" not in given:
        given["status"] = _status_after(ticket, given.get("assignee_id"), actor, replies=replies)
    found = {
        name: Change(was, now) for name, now in given.items() if (was := getattr(ticket, name)) != now
    }  # fmt: skip
    present = {each.name: each.value for each in ticket.custom_fields}
    for key, now in fields.items():
        if (was := present.get(key)) != now:
            found[f"field.{key}"] = Change(was, now)
    return found


def _own_status(ticket: Ticket, changes: TicketChanges) -> StatusInForce | None:
    """The organization's own status that the changes set."""
    status_id = changes.status_id
    return None if status_id is UNSET or status_id is None else ticket.configuration.statuses_by_id.get(status_id)


def _status_after(ticket: Ticket, assignee_id: UUID | None, actor: Actor, *, replies: bool) -> Status:
    if ticket.status == Status.NEW and assignee_id is not None:
        return Status.OPEN
    follows = after_comment(ticket, actor.id, by_staff=True, public=replies, now=ticket.updated_at).status
    return ticket.status if follows is UNSET else follows


def required_after(ticket: Ticket, changes: TicketChanges) -> list[Problem]:
    """Why the changes would be refused: fields without which they do not solve the ticket, or a snooze of a solved one."""
    if changes.snoozed_until is not UNSET and ticket.done:
        return [Problem("snooze.done")]
    own = _own_status(ticket, changes)
    if (changes.status if own is None else own.category) not in DONE or ticket.done:
        return []
    values = {each.name: each.value for each in ticket.custom_fields}
    values |= {} if changes.fields is UNSET else changes.fields
    category = ticket.category
    if changes.category_id is not UNSET:
        category = None if changes.category_id is None else Named(changes.category_id, "")
    after = replace(
        ticket, category=category, type=ticket.type if changes.type is UNSET else changes.type,
        priority=ticket.priority if changes.priority is UNSET else changes.priority,
        custom_fields=[CustomField(name, value) for name, value in values.items()],
    )  # fmt: skip
    return required_problems(after, "solve")
