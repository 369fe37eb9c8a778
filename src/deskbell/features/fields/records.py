"""Rows of fields."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.fields import Definition, Kind, Limits, Option, Shown, Target


class Field(Struct, frozen=True, kw_only=True):
    """A field of tickets or contacts. `key` and `target` never change; `number` identifies it in the index of values."""

    id: UUID
    key: str
    number: int
    target: Target
    kind: Kind
    label: str
    help: str
    customer: Shown
    limits: Limits
    options: list[Option]
    position: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None

    @property
    def definition(self) -> Definition:
        """The parts that checking its values takes."""
        return Definition(
            key=self.key, number=self.number, target=self.target, kind=self.kind, label=self.label, help=self.help,
            customer=self.customer, limits=self.limits, options=self.options,
        )  # fmt: skip


class NewField(Struct, frozen=True, kw_only=True):
    """A new field."""

    key: str
    target: Target
    kind: Kind
    label: str
    help: str = ""
    customer: Shown = "hidden"
    limits: Limits = Limits()
    options: list[Option] = []


class FieldChanges(Struct, frozen=True, kw_only=True):
    """New values; UNSET keeps the present ones. `options` is the whole list: one that is missing from it is retired."""

    kind: Kind | UnsetType = UNSET
    label: str | UnsetType = UNSET
    help: str | UnsetType = UNSET
    customer: Shown | UnsetType = UNSET
    limits: Limits | UnsetType = UNSET
    options: list[Option] | UnsetType = UNSET


class FieldOrder(Struct, frozen=True):
    """The keys of all fields in their order."""

    keys: list[str]
