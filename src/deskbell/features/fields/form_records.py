"""Rows of forms."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.forms import FormItem


class Form(Struct, frozen=True, kw_only=True):
    """The fields of the tickets of some categories, in their order. `is_default`: also for those that have no form."""

    id: UUID
    name: str
    is_default: bool
    category_ids: list[UUID]
    items: list[FormItem]
    created_at: datetime
    updated_at: datetime


class NewForm(Struct, frozen=True, kw_only=True):
    """A form to create. The items have their conditions as written."""

    name: str
    is_default: bool = False
    category_ids: list[UUID] = []
    items: list[FormItem] = []


class FormChanges(Struct, frozen=True, kw_only=True):
    """New values of some fields; UNSET leaves a field unchanged."""

    name: str | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET
    category_ids: list[UUID] | UnsetType = UNSET
    items: list[FormItem] | UnsetType = UNSET
