"""v1: shapes of forms."""

from datetime import datetime
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v1.custom_fields.shapes import Key
from deskbell.api.v1.fields import Name
from deskbell.features.fields.form_records import Form, FormChanges, NewForm
from deskbell.features.fields.forms import MAX_ITEMS, ShownForm, ShownItem
from deskbell.kernel.fields import Kind, Limits, Option, Shown
from deskbell.kernel.forms import Condition, FormItem, Required

Show: TypeAlias = Annotated[
    Any,
    Meta(
        description="A text of the search language with `field.<key>`, `type:`, `priority:`, `category:`, a group of texts "
        "under `all`, `any` or `none`, or null: always",
        examples=["field.kind:return"],
    ),
]


class ItemBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field in a form. `show` may name only fields above it. `customer` can only narrow what the field allows."""

    field: Key
    required: Required = "never"
    customer: Shown | None = None
    show: Show = None

    def item(self) -> FormItem:
        """The item for the service."""
        return FormItem(field=self.field, required=self.required, customer=self.customer, show=self.show)


Items: TypeAlias = Annotated[list[ItemBody], Meta(max_length=MAX_ITEMS)]
CategoryIds: TypeAlias = Annotated[list[UUID], Meta(max_length=500)]


class FormView(Struct, frozen=True, kw_only=True):
    """A form: the fields of the tickets of its categories. The default one is for all tickets without another."""

    id: UUID
    name: str
    default: bool
    category_ids: list[UUID]
    items: list[ItemBody]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, form: Form) -> "FormView":
        items = [
            ItemBody(field=each.field, required=each.required, customer=each.customer, show=each.show)
            for each in form.items
        ]
        return cls(
            id=form.id, name=form.name, default=form.is_default, category_ids=form.category_ids, items=items,
            created_at=form.created_at, updated_at=form.updated_at,
        )  # fmt: skip


class CreateForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new form. `default` takes the place of the present default form."""

    name: Name
    default: bool = False
    category_ids: CategoryIds = []
    items: Items = []

    def command(self) -> NewForm:
        """The form for the service."""
        return NewForm(
            name=self.name, is_default=self.default, category_ids=self.category_ids,
            items=[each.item() for each in self.items],
        )  # fmt: skip


class UpdateForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts to change; omitted parts keep their values. `items` and `category_ids` replace the present ones."""

    name: Name | UnsetType = UNSET
    default: bool | UnsetType = UNSET
    category_ids: CategoryIds | UnsetType = UNSET
    items: Items | UnsetType = UNSET

    def command(self) -> FormChanges:
        """The changes for the service."""
        return FormChanges(
            name=self.name, is_default=self.default, category_ids=self.category_ids,
            items=self.items if isinstance(self.items, UnsetType) else [each.item() for each in self.items],
        )  # fmt: skip


class FormField(Struct, frozen=True, kw_only=True):
    """A field as a form needs it, with the options that can be chosen."""

    key: str
    type: Kind
    label: str
    help: str
    limits: Limits
    options: list[Option]


class ShownItemView(Struct, frozen=True, kw_only=True):
    """A field of the form. `writable`: whether you may set it. `show` is the condition as data; null always shows it."""

    field: FormField
    required: Required
    writable: bool
    show: Condition | None

    @classmethod
    def of(cls, shown: ShownItem) -> "ShownItemView":
        field = shown.field
        options = [option for option in field.options if not option.retired]
        return cls(
            field=FormField(
                key=field.key, type=field.kind, label=field.label, help=field.help, limits=field.limits, options=options
            ),
            required=shown.item.required, writable=shown.writable, show=shown.item.condition,
        )  # fmt: skip


class ShownFormView(Struct, frozen=True):
    """The form of a category as you see it; without one (`form_id` is null) all fields, none of them required."""

    form_id: UUID | None
    items: list[ShownItemView]

    @classmethod
    def of(cls, shown: ShownForm) -> "ShownFormView":
        return cls(shown.form_id, [ShownItemView.of(each) for each in shown.items])
