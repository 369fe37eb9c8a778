"""v1: shapes of fields."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from deskbell.api.v1.fields import Name
from deskbell.features.fields.checking import MAX_OPTIONS
from deskbell.features.fields.records import Field, FieldChanges, NewField
from deskbell.features.fields.service import MAX_FIELDS
from deskbell.kernel.fields import KEY_PATTERN, Kind, Limits, Option, Shown, Target

Key: TypeAlias = Annotated[
    str, Meta(pattern=KEY_PATTERN, extra={"messages": {"pattern": "field.key"}}, examples=["order_number"])
]
Help: TypeAlias = Annotated[str, Meta(max_length=2_000)]
Options: TypeAlias = Annotated[list[Option], Meta(max_length=MAX_OPTIONS)]


class FieldView(Struct, frozen=True, kw_only=True):
    """A field of tickets or contacts. `customer` is what customers may do with it on their own tickets; those of contacts are
    for the staff alone.

    `limits` are those that its type has; `options` include retired ones.
    """

    id: UUID
    key: str
    target: Target
    type: Kind
    label: str
    help: str
    customer: Shown
    limits: Limits
    options: list[Option]
    position: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, each: Field) -> "FieldView":
        """A field as it is shown."""
        return cls(
            id=each.id, key=each.key, target=each.target, type=each.kind, label=each.label, help=each.help,
            customer=each.customer, limits=each.limits, options=each.options, position=each.position, created_at=each.created_at,
            updated_at=each.updated_at, deleted_at=each.deleted_at,
        )  # fmt: skip


class CreateField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new field. `key` and `target` cannot be changed afterwards."""

    key: Key
    type: Kind
    label: Name
    target: Target = "ticket"
    help: Help = ""
    customer: Shown = "hidden"
    limits: Limits = field(default_factory=Limits)
    options: Options = []

    def command(self) -> NewField:
        """The field for the service."""
        return NewField(
            key=self.key, target=self.target, kind=self.type, label=self.label, help=self.help,
            customer=self.customer, limits=self.limits, options=self.options,
        )  # fmt: skip


class UpdateField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts to change; omitted parts keep their values. `limits` and `options` replace the present ones.

    Tickets keep an option that the list leaves out, but it cannot be chosen any more.
    """

    type: Kind | UnsetType = UNSET
    label: Name | UnsetType = UNSET
    help: Help | UnsetType = UNSET
    customer: Shown | UnsetType = UNSET
    limits: Limits | UnsetType = UNSET
    options: Options | UnsetType = UNSET

    def command(self) -> FieldChanges:
        """The changes for the service."""
        return FieldChanges(
            kind=self.type,
            label=self.label,
            help=self.help,
            customer=self.customer,
            limits=self.limits,
            options=self.options,
        )


class FieldOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of all fields in their new order."""

    keys: Annotated[list[Key], Meta(max_length=MAX_FIELDS)]
