"""Events of fields."""

from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.events import Change, DomainEvent


class AboutField(Struct, frozen=True, kw_only=True):
    """Fields of events about one field."""

    subject_type: ClassVar[str] = "field"
    subject_key: ClassVar[str] = "field_id"
    field_id: UUID
    key: str


class FieldCreated(AboutField, DomainEvent, frozen=True, kw_only=True):
    """A field was defined."""

    type: ClassVar[str] = "field.created"
    target: str
    kind: str
    label: str


class FieldUpdated(AboutField, DomainEvent, frozen=True, kw_only=True):
    """Its definition or its place in the order changed."""

    type: ClassVar[str] = "field.updated"
    changes: dict[str, Change]


class FieldDeleted(AboutField, DomainEvent, frozen=True, kw_only=True):
    """A field was hidden with its values. It can be restored until it is purged."""

    type: ClassVar[str] = "field.deleted"
    label: str


class FieldRestored(AboutField, DomainEvent, frozen=True, kw_only=True):
    """A deleted field was brought back with its values."""

    type: ClassVar[str] = "field.restored"


class FieldPurged(AboutField, DomainEvent, frozen=True, kw_only=True):
    """A deleted field was removed for good, with its values."""

    type: ClassVar[str] = "field.purged"
