"""Domain events: the one record of every change of state. They are written to the journal with the change itself."""

from datetime import datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from msgspec import Struct

__all__ = ["Change", "DomainEvent", "Recorded", "decode_event", "event_types"]


class Change(Struct, frozen=True):
    """One field's value before and after."""

    was: Any
    now: Any


class DomainEvent(Struct, frozen=True, kw_only=True):
    """Base of all events. A subclass names its `type` and its subject; its fields are the journal's payload."""

    type: ClassVar[str]
    subject_type: ClassVar[str]

    @property
    def subject_id(self) -> UUID:
        """The object that changed."""
        raise NotImplementedError(f"{type(self).__name__} must say what it is about")

    @property
    def about_ticket(self) -> UUID | None:
        """The ticket whose history this belongs to, if any."""
        return None

    @property
    def internal(self) -> bool:
        """True when nobody but staff may ever learn of it."""
        return False


class Recorded(Struct, frozen=True, kw_only=True):
    """An event as it stands in the journal. `id` grows with time; `actor_id` is None for Deskbell itself."""

    id: int
    organization_id: UUID
    at: datetime
    actor_id: UUID | None
    event: DomainEvent


@cache
def event_types() -> dict[str, type[DomainEvent]]:
    """Every event class by its type; complete once all features are imported."""
    found: dict[str, type[DomainEvent]] = {}
    pending = list(DomainEvent.__subclasses__())
    while pending:
        kind = pending.pop()
        pending.extend(kind.__subclasses__())
        if "type" in kind.__dict__:
            found[kind.type] = kind
    return found


def decode_event(kind: str, payload: bytes | str) -> DomainEvent:
    """The event that was recorded under a type. Fields that a later version removed are ignored."""
    return msgspec.json.decode(payload, type=event_types()[kind])
