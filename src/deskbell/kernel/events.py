"""Domain events: each records one change of state and is written to the journal in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct


class Change(Struct, frozen=True):
    """One field's value before and after."""

    was: Any
    now: Any


_types: dict[str, type["DomainEvent"]] = {}


class DomainEvent(Struct, frozen=True, kw_only=True):
    """Base of all events. The fields of an event are its payload in the journal.

    No event inherits from another event; shared fields come from mixins.
    """

    type: ClassVar[str]
    subject_type: ClassVar[str]
    """The kind of object that changed."""
    subject_key: ClassVar[str]
    """The field with the id of that object."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        _types[cls.type] = cls

    @property
    def internal(self) -> bool:
        """Whether only staff may see the event. A class variable in subclasses where it does not depend on the event."""
        return False

    @property
    def subject_id(self) -> UUID:
        """The id of the object that changed."""
        subject_id: UUID = getattr(self, self.subject_key)
        return subject_id

    @property
    def about_ticket(self) -> UUID | None:
        """The ticket whose history the event belongs to; None for events without a `ticket_id`."""
        return getattr(self, "ticket_id", None)


E_co = TypeVar("E_co", bound=DomainEvent, covariant=True)


class JournalEntry(Struct, Generic[E_co], frozen=True, kw_only=True):
    """An event in the journal. Ids ascend with time; `actor_id` is None for Deskbell itself.

    `correlation_id` is the request or job run that caused it; `operation_id` groups the events of one command on many
    objects; `rule_id` is the rule whose action it is.
    """

    id: int
    organization_id: UUID
    at: datetime
    actor_id: UUID | None
    correlation_id: str | None = None
    operation_id: UUID | None = None
    rule_id: UUID | None = None
    event: E_co


Recorded: TypeAlias = JournalEntry[DomainEvent]
"""A journal entry with any event."""


def event_types() -> Mapping[str, type[DomainEvent]]:
    """The event classes by type, as far as they are imported."""
    return _types


def decode_event(kind: str, payload: bytes | str) -> DomainEvent:
    """Decodes a recorded event. Fields that a later version removed are ignored."""
    return msgspec.json.decode(payload, type=event_types()[kind])
