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


class AboutForm(Struct, frozen=True, kw_only=True):
    """Fields of events about one form."""

    subject_type: ClassVar[str] = "form"
    subject_key: ClassVar[str] = "form_id"
    internal: ClassVar[bool] = True
    form_id: UUID


class FormCreated(AboutForm, DomainEvent, frozen=True, kw_only=True):
    """A form was created."""

    type: ClassVar[str] = "form.created"
    name: str


class FormUpdated(AboutForm, DomainEvent, frozen=True, kw_only=True):
    """Its fields changed."""

    type: ClassVar[str] = "form.updated"
    changes: dict[str, Change]


class FormDeleted(AboutForm, DomainEvent, frozen=True, kw_only=True):
    """It was deleted; values stay on their tickets."""

    type: ClassVar[str] = "form.deleted"
    name: str


class AboutStatus(Struct, frozen=True, kw_only=True):
    """Fields of events about one status of the organization's own."""

    subject_type: ClassVar[str] = "status"
    subject_key: ClassVar[str] = "status_id"
    internal: ClassVar[bool] = True
    status_id: UUID


class StatusCreated(AboutStatus, DomainEvent, frozen=True, kw_only=True):
    """A status was created."""

    type: ClassVar[str] = "status.created"
    name: str
    category: str


class StatusUpdated(AboutStatus, DomainEvent, frozen=True, kw_only=True):
    """Its fields changed, or it was retired."""

    type: ClassVar[str] = "status.updated"
    changes: dict[str, Change]


class StatusStepsChanged(DomainEvent, frozen=True, kw_only=True):
    """The allowed steps between statuses changed."""

    type: ClassVar[str] = "status.steps_changed"
    subject_type: ClassVar[str] = "status"
    subject_key: ClassVar[str] = "organization_id"
    internal: ClassVar[bool] = True
    organization_id: UUID
    changes: dict[str, Change]
