"""Commands on forms, and the form of a category as a caller sees it. Each gives the configuration a new version."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import UNSET, Struct
from msgspec.structs import replace

from deskbell.features.fields import queries
from deskbell.features.fields.configuration import Configuration, current
from deskbell.features.fields.events import FormCreated, FormDeleted, FormUpdated
from deskbell.features.fields.form_records import Form, FormChanges, NewForm
from deskbell.kernel.changes import applied, one_line, require_text
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.kernel.fields import Definition
from deskbell.kernel.form_conditions import Known, category_names, condition_of, parsed
from deskbell.kernel.forms import FormItem, for_customers
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory

MAX_FORMS: Final = 100
MAX_ITEMS: Final = 200

FORMS: Final = Directory(
    queries.FORMS,
    "form",
    queries.FORMS_BY_NAME,
    created=lambda form: FormCreated(form_id=form.id, name=form.name),
    updated=lambda form, changes: FormUpdated(form_id=form.id, changes=changes),
    deleted=lambda form: FormDeleted(form_id=form.id, name=form.name),
)


class ShownItem(Struct, frozen=True):
    """A field in the form that a caller gets, and whether they may write it."""

    item: FormItem
    field: Definition
    writable: bool


class ShownForm(Struct, frozen=True):
    """The fields of a category's tickets. Without a form (`form_id` is None) these are all fields, none of them required."""

    form_id: UUID | None
    items: list[ShownItem]


async def for_category(uow: UnitOfWork, category_id: UUID | None) -> ShownForm:
    """The form of a category's tickets, or of those without one, as the actor sees it."""
    uow.actor.require(Permission.FIELD_READ)
    configuration = await current(uow.db, uow.actor.organization_id)
    form = configuration.form_of(category_id)
    items = [FormItem(field=field.key) for field in configuration.fields] if form is None else form.items
    if not uow.actor.is_staff:
        items = for_customers(items, configuration.by_key)
    return ShownForm(None if form is None else form.id, list(_shown(items, configuration, staff=uow.actor.is_staff)))


def _shown(items: Sequence[FormItem], configuration: Configuration, *, staff: bool) -> list[ShownItem]:
    return [
        ShownItem(item, field, staff or item.customer == "write")
        for item in items
        if (field := configuration.by_key.get(item.field)) is not None
    ]


async def list_forms(uow: UnitOfWork, page: PageRequest) -> Page[Form]:
    """A page of the forms by name. Customers are shown none; see `for_category`."""
    uow.actor.require(Permission.FIELD_READ)
    return await FORMS.page(uow.db, page)


async def get(uow: UnitOfWork, form_id: UUID) -> Form:
    """A form. Raises `NotFound`."""
    uow.actor.require(Permission.FIELD_READ)
    return await FORMS.get(uow.db, form_id)


def etag(form: Form) -> str:
    """The entity tag of a form."""
    return tag_of(form.name, form.is_default, form.category_ids, form.items)


async def create(uow: UnitOfWork, new: NewForm) -> Form:
    """Creates a form. Raises `Invalid` naming every mistake, `Conflict` for a category with a form or too many forms."""
    uow.actor.require(Permission.FIELD_MANAGE)
    require_text(name=new.name)
    await queries.next_version(uow.db)
    others = await queries.all_forms(uow.db)
    if len(others) >= MAX_FORMS:
        raise Conflict("form.too_many", limit=MAX_FORMS)
    await _require_categories(uow, new.category_ids, others)
    form = Form(
        id=new_id(), name=one_line(new.name), is_default=new.is_default, category_ids=new.category_ids,
        items=await _compiled(uow, new.items), created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    await _take_default(uow, form, others)
    return await FORMS.create(uow, form)


async def update(
    uow: UnitOfWork, form_id: UUID, changes: FormChanges, expected_version: Precondition | None = None
) -> Form:
    """Sets the given parts. Raises `NotFound`, `StaleVersion`, `Invalid` naming every mistake, `Conflict`."""
    uow.actor.require(Permission.FIELD_MANAGE)
    require_text(name=changes.name)
    await queries.next_version(uow.db)
    form = await FORMS.lock(uow.db, form_id)
    if expected_version is not None:
        expected_version.demand(etag(form), form)
    after = replace(applied(form, changes), name=form.name if changes.name is UNSET else one_line(changes.name))
    others = [each for each in await queries.all_forms(uow.db) if each.id != form_id]
    if changes.category_ids is not UNSET:
        await _require_categories(uow, changes.category_ids, others)
    if changes.items is not UNSET:
        after = replace(after, items=await _compiled(uow, changes.items))
    await _take_default(uow, after, others)
    return await FORMS.update(uow, form, after)


async def delete(uow: UnitOfWork, form_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a form. Values stay on their tickets. Raises `NotFound`, `StaleVersion`."""
    uow.actor.require(Permission.FIELD_MANAGE)
    await queries.next_version(uow.db)
    form = await FORMS.lock(uow.db, form_id)
    if expected_version is not None:
        expected_version.demand(etag(form), form)
    await FORMS.delete(uow, form)


async def _take_default(uow: UnitOfWork, form: Form, others: Sequence[Form]) -> None:
    """Makes a form the only default one, if it is to be one."""
    for other in others if form.is_default else ():
        if other.is_default:
            await FORMS.update(uow, other, FormChanges(is_default=False))


async def _require_categories(uow: UnitOfWork, category_ids: Sequence[UUID], others: Sequence[Form]) -> None:
    present = await queries.present_categories(uow.db, category_ids)
    problems = [
        Problem.at(f"category_ids.{i}", "not_unique" if category_id in category_ids[:i] else "category.unknown")
        for i, category_id in enumerate(category_ids)
        if category_id not in present or category_id in category_ids[:i]
    ]
    if problems:
        raise Invalid(problems)
    for other in others:
        if not present.isdisjoint(other.category_ids):
            raise Conflict("form.category_taken", name=other.name)


async def _compiled(uow: UnitOfWork, items: Sequence[FormItem]) -> list[FormItem]:
    """The items with their conditions as data. Raises `Invalid` naming every mistake."""
    if len(items) > MAX_ITEMS:
        raise Invalid.field("items", "too_many_entries", limit=MAX_ITEMS)
    # Not `current`: it would keep, under the new version, what this unit is about to change.
    present = [each for each in await queries.everything(uow.db) if each.target == "ticket" and each.deleted_at is None]
    fields = {each.key: each.definition for each in present}
    problems: list[Problem] = []
    trees = {}
    for i, item in enumerate(items):
        if item.field not in fields or any(item.field == each.field for each in items[:i]):
            code = "not_unique" if item.field in fields else "field.unknown"
            problems.append(Problem.at(f"items.{i}.field", code, key=item.field))
        if item.show is not None:
            try:
                trees[i] = parsed(item.show, f"items.{i}.show")
            except Invalid as refused:
                problems += refused.problems
    names = sorted({name for tree in trees.values() for name in category_names(tree)})
    categories = await queries.categories_called(uow.db, names) if names else {}
    above: dict[str, Definition] = {}
    compiled = []
    for i, item in enumerate(items):
        condition = None
        if i in trees:
            try:
                condition = condition_of(trees[i], Known(above, fields, categories), f"items.{i}.show")
            except Invalid as refused:
                problems += refused.problems
        compiled.append(replace(item, condition=condition))
        if item.field in fields:
            above = {**above, item.field: fields[item.field]}
    if problems:
        raise Invalid(problems)
    return compiled
