"""A ticket's history in two forms: single changes of the open format, and events of the journal.

The changes of one actor at one time are one step; a second change of the same field at that time begins another step.
The order within a step is fixed. So flattened steps group to the same steps again, and an export of an import is the
same file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final, cast
from uuid import UUID

from msgspec import Struct

from deskbell.features.tickets.events import (
    TicketAssigned,
    TicketDeleted,
    TicketRestored,
    TicketUpdated,
)
from deskbell.features.transfer.format.records import Change, PersonRef
from deskbell.features.transfer.format.types import ChangedField, ChangeValue, FieldValue
from deskbell.kernel import events as journal

_ORDER: Final[tuple[ChangedField, ...]] = (
    "assignee", "group", "subject", "description", "status", "priority", "type", "channel", "requester", "category",
    "brand", "tags", "custom_fields", "reason", "deleted",
)  # fmt: skip
_RANK: Final = {field: rank for rank, field in enumerate(_ORDER)}
_REFERENCES: Final = ("assignee", "group", "requester", "category", "brand")
_KEY_OF: Final[dict[str, str]] = {field: f"{field}_id" if field in _REFERENCES else field for field in _ORDER}
_FIELD_OF: Final[dict[str, ChangedField]] = {_KEY_OF[field]: field for field in _ORDER}


class Step(Struct, frozen=True):
    """The changes of one actor (None: unknown) at one time, each field once, in the fixed order."""

    at: datetime
    actor: str | None
    changes: tuple[Change, ...]


def steps_of(changes: Iterable[Change]) -> list[Step]:
    """The steps of a history, ordered by time."""
    in_time = sorted(changes, key=lambda change: change.at)
    found: list[Step] = []
    for (at, actor), run in groupby(in_time, key=lambda change: (change.at, change.actor and change.actor.email)):
        layers: dict[int, list[Change]] = defaultdict(list)
        seen: dict[str, int] = defaultdict(int)
        for change in run:
            layers[seen[change.field]].append(change)
            seen[change.field] += 1
        for _, layer in sorted(layers.items()):
            found.append(Step(at, actor, tuple(sorted(layer, key=lambda change: _RANK[change.field]))))
    return found


def flattened(steps: Iterable[Step]) -> list[Change]:
    """The changes of all steps, in order."""
    return [change for step in steps for change in step.changes]


def events_of(step: Step, ticket_id: UUID, resolve: Callable[[str, Any], Any]) -> list[journal.DomainEvent]:
    """A step as journal events. `resolve` gives the id for a field's address or name."""
    changes = {
        change.field: journal.Change(
            _stored(change.field, change.was, resolve), _stored(change.field, change.now, resolve)
        )
        for change in step.changes
    }
    deletion = changes.pop("deleted", None)
    assignment = {_KEY_OF[field]: changes.pop(field) for field in ("assignee", "group") if field in changes}
    found: list[journal.DomainEvent] = []
    if assignment:
        found.append(TicketAssigned(ticket_id=ticket_id, changes=assignment))
    if changes:
        found.append(
            TicketUpdated(ticket_id=ticket_id, changes={_KEY_OF[field]: change for field, change in changes.items()})
        )
    if deletion is not None:
        found.append((TicketDeleted if deletion.now else TicketRestored)(ticket_id=ticket_id))
    return found


def changes_of(
    event: journal.DomainEvent, at: datetime, actor: PersonRef | None, name: Callable[[str, Any], Any]
) -> Sequence[Change]:
    """A journal event as changes; none if it changed no field of the format. `name` is the inverse of `resolve`."""
    if isinstance(event, TicketDeleted | TicketRestored):
        gone = isinstance(event, TicketDeleted)
        return [Change(at=at, actor=actor, field="deleted", was=not gone, now=gone)]
    if not isinstance(event, TicketAssigned | TicketUpdated):
        return []
    return [
        Change(
            at=at, actor=actor, field=field, was=_shown(field, change.was, name), now=_shown(field, change.now, name)
        )
        for key, change in event.changes.items()
        if (field := _FIELD_OF.get(key)) is not None
    ]


def fields_as_list(fields: dict[str, FieldValue]) -> list[dict[str, Any]]:
    """Custom fields as stored, by name."""
    return [{"name": name, "value": value} for name, value in sorted(fields.items())]


def fields_as_dict(fields: Iterable[dict[str, Any]]) -> dict[str, FieldValue]:
    """Custom fields as in the open format."""
    return {field["name"]: field.get("value") for field in fields}


def _stored(field: str, value: Any, resolve: Callable[[str, Any], Any]) -> Any:
    if value is None:
        return None
    if field in _REFERENCES:
        return resolve(field, value)
    return fields_as_list(value) if field == "custom_fields" and isinstance(value, dict) else value


def _shown(field: str, value: Any, name: Callable[[str, Any], Any]) -> ChangeValue:
    if value is None:
        return None
    if field in _REFERENCES:
        return cast("ChangeValue", name(field, value))
    if field == "custom_fields":
        return fields_as_dict(value) if isinstance(value, list) else value
    return cast("ChangeValue", value)
