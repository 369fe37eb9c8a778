"""v1: shapes of categories."""

from msgspec import UNSET, Struct, UnsetType

from deskbell.api.v1.fields import Name, Text


class CreateCategory(Struct, frozen=True, forbid_unknown_fields=True):
    """A new category."""

    name: Name
    description: Text = ""


class UpdateCategory(Struct, frozen=True, forbid_unknown_fields=True):
    """The fields to change; omitted fields keep their values."""

    name: Name | UnsetType = UNSET
    description: Text | UnsetType = UNSET
