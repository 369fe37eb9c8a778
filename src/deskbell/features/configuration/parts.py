"""The parts of the text that have objects: how each is read, and how it is created, changed and deleted."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.configuration.names import Names, meant
from deskbell.features.configuration.records import (
    TextComment,
    TextField,
    TextForm,
    TextItem,
    TextMacro,
    TextStatus,
)
from deskbell.features.fields import forms, service, statuses
from deskbell.features.fields import queries as field_queries
from deskbell.features.fields.form_records import Form, FormChanges, NewForm
from deskbell.features.fields.records import Field, FieldChanges, NewField
from deskbell.features.fields.status_records import NewStatus, OwnStatus, StatusChanges
from deskbell.features.macros import queries as macro_queries
from deskbell.features.macros import service as macros
from deskbell.features.macros.checking import names_in
from deskbell.features.macros.records import Macro, MacroAction, MacroChanges, MacroComment, MacroFile, NewMacro
from deskbell.features.rules.renaming import renamed, renames_of
from deskbell.features.rules.text import Changed, Difference
from deskbell.kernel.access import step
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.kernel.forms import FormItem
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql

T = TypeVar("T", bound=Struct)
P = TypeVar("P")


class Part(Struct, Generic[T, P], frozen=True, kw_only=True):
    """A part of the text: `T` is an object as written, `P` as stored. `key` is the field of `T` that names it."""

    name: str
    key: str
    present: Callable[[UnitOfWork, Names], Awaitable[list[tuple[T, P]]]]
    create: Callable[[UnitOfWork, T], Awaitable[P]]
    update: Callable[[UnitOfWork, P, T], Awaitable[P]]
    delete: Callable[[UnitOfWork, P], Awaitable[None]]
    arrange: Callable[[UnitOfWork, list[P]], Awaitable[None]] | None = None
    is_gone: Callable[[P], bool] = lambda _: False
    """Whether an object was deleted before, though it is still there."""
    files: Callable[[T], Sequence[str]] = lambda _: ()
    """The names of an object's files, which no import brings or takes away."""


@step("imports, which authorise their actor")
async def put(uow: UnitOfWork, part: Part[T, P], wanted: Sequence[T], known: Names) -> Difference:
    """Makes the objects of a part those of the text, and returns the difference. Raises `Invalid` below the part's name."""
    _require_once(part, wanted)
    present = {getattr(text, part.key): (text, stored) for text, stored in await part.present(uow, known)}
    created: list[str] = []
    changed: list[Changed] = []
    left_out: list[str] = []
    arranged: list[P] = []
    missing = present.keys() - {getattr(text, part.key) for text in wanted}
    left = [name for name, (_, stored) in present.items() if name in missing and not part.is_gone(stored)]
    for name in left:
        await part.delete(uow, present[name][1])
    for i, text in enumerate(wanted):
        name = getattr(text, part.key)
        there = part.files(present[name][0]) if name in present else ()
        left_out += [f"{name}: {file}" for file in part.files(text) if file not in there]
        try:
            if name not in present:
                created.append(name)
                arranged.append(await part.create(uow, text))
                continue
            before, stored = present[name]
            differing = _differing(before, text)
            arranged.append(await part.update(uow, stored, text) if differing else stored)
            changed += [Changed(name, differing)] if differing else []
        except Invalid as refused:
            raise Invalid([replace(each, path=f"{part.name}.{i}.{each.path}") for each in refused.problems]) from None
    order = [getattr(text, part.key) for text in wanted if getattr(text, part.key) in present]
    reordered = part.arrange is not None and order != [name for name in present if name not in missing]
    if part.arrange is not None:
        await part.arrange(uow, arranged)
    return Difference(created, changed, left, len(order) - len(changed), reordered, left_out)


@step("imports, which authorise their actor")
async def add_missing(uow: UnitOfWork, part: Part[T, P], text: T, known: Names) -> bool:
    """Creates an object of a part unless there is one of its name."""
    name = getattr(text, part.key).casefold()
    if any(getattr(each, part.key).casefold() == name for each, _ in await part.present(uow, known)):
        return False
    await part.create(uow, text)
    return True


def _require_once(part: Part[T, P], wanted: Sequence[T]) -> None:
    seen: set[str] = set()
    problems = []
    for i, text in enumerate(wanted):
        name = getattr(text, part.key).casefold()
        if name in seen:
            problems.append(Problem.at(f"{part.name}.{i}.{part.key}", "not_unique"))
        seen.add(name)
    if problems:
        raise Invalid(problems)


def _differing(before: Struct, after: Struct) -> list[str]:
    names = (name for name in after.__struct_fields__ if name != "files")
    return [name for name in names if getattr(before, name) != getattr(after, name)]


# -- fields ----------------------------------------------------------------------------------------------------------------


async def _fields(uow: UnitOfWork, _: Names) -> list[tuple[TextField, Field]]:
    return [(_of_field(each), each) for each in await field_queries.everything(uow.db) if each.deleted_at is None]


def _of_field(each: Field) -> TextField:
    return TextField(
        field=each.key, type=each.kind, label=each.label, target=each.target, help=each.help, customer=each.customer,
        limits=each.limits, options=each.options,
    )  # fmt: skip


async def _create_field(uow: UnitOfWork, text: TextField) -> Field:
    if await field_queries.lock(uow.db, text.field, deleted=True) is not None:
        return await _update_field(uow, await service.restore(uow, text.field), text)
    new = NewField(
        key=text.field, target=text.target, kind=text.type, label=text.label, help=text.help, customer=text.customer,
        limits=text.limits, options=text.options,
    )  # fmt: skip
    return await service.create(uow, new)


async def _update_field(uow: UnitOfWork, present: Field, text: TextField) -> Field:
    if present.target != text.target:
        raise Conflict("field.key_taken", key=present.key)
    changes = FieldChanges(
        kind=text.type,
        label=text.label,
        help=text.help,
        customer=text.customer,
        limits=text.limits,
        options=text.options,
    )
    return await service.update(uow, present.key, changes)


async def _delete_field(uow: UnitOfWork, present: Field) -> None:
    await service.delete(uow, present.key)


async def _arrange_fields(uow: UnitOfWork, fields: list[Field]) -> None:
    await service.set_order(uow, [field.key for field in fields])


FIELDS: Part[TextField, Field] = Part(
    name="fields", key="field", present=_fields, create=_create_field, update=_update_field, delete=_delete_field,
    arrange=_arrange_fields,
)  # fmt: skip


# -- statuses --------------------------------------------------------------------------------------------------------------


async def _statuses(uow: UnitOfWork, _: Names) -> list[tuple[TextStatus, OwnStatus]]:
    return [
        (
            TextStatus(
                status=each.name, category=each.category, customer_name=each.customer_name, retired=each.retired
            ),
            each,
        )
        for each in await field_queries.all_statuses(uow.db)
    ]


async def _create_status(uow: UnitOfWork, text: TextStatus) -> OwnStatus:
    new = NewStatus(name=text.status, category=text.category, customer_name=text.customer_name)
    status = await statuses.create(uow, new)
    return await statuses.retire(uow, status.id) if text.retired else status


async def _update_status(uow: UnitOfWork, present: OwnStatus, text: TextStatus) -> OwnStatus:
    if present.category != text.category:
        raise Conflict("status.name_taken", name=present.name)
    return await statuses.update(uow, present.id, StatusChanges(customer_name=text.customer_name, retired=text.retired))


async def _retire_status(uow: UnitOfWork, present: OwnStatus) -> None:
    await statuses.retire(uow, present.id)


async def _arrange_statuses(uow: UnitOfWork, wanted: list[OwnStatus]) -> None:
    for place, status in enumerate(wanted, start=1):
        if status.position != place:
            await statuses.update(uow, status.id, StatusChanges(position=place))


STATUSES: Part[TextStatus, OwnStatus] = Part(
    name="statuses", key="status", present=_statuses, create=_create_status, update=_update_status,
    delete=_retire_status, arrange=_arrange_statuses, is_gone=lambda status: status.retired,
)  # fmt: skip


# -- forms -----------------------------------------------------------------------------------------------------------------


async def _forms(uow: UnitOfWork, known: Names) -> list[tuple[TextForm, Form]]:
    found = await field_queries.all_forms(uow.db)
    return [(_of_form(each, known), each) for each in sorted(found, key=lambda each: each.name.casefold())]


def _of_form(each: Form, known: Names) -> TextForm:
    categories = sorted(name for category_id in each.category_ids if (name := known.of(category_id)) is not None)
    items = [
        TextItem(field=item.field, required=item.required, customer=item.customer, show=item.show)
        for item in each.items
    ]
    return TextForm(form=each.name, default=each.is_default, categories=categories, items=items)


async def _form_parts(uow: UnitOfWork, text: TextForm) -> FormChanges:
    problems: list[Problem] = []
    wanted = [(f"categories.{i}", name) for i, name in enumerate(text.categories)]
    found = await meant(uow, "category", wanted, problems)
    if problems:
        raise Invalid(problems)
    items = [
        FormItem(field=item.field, required=item.required, customer=item.customer, show=item.show)
        for item in text.items
    ]
    return FormChanges(is_default=text.default, category_ids=[found[name] for name in text.categories], items=items)


async def _create_form(uow: UnitOfWork, text: TextForm) -> Form:
    parts = await _form_parts(uow, text)
    empty = await forms.create(uow, NewForm(name=text.form))
    return await forms.update(uow, empty.id, parts)


async def _update_form(uow: UnitOfWork, present: Form, text: TextForm) -> Form:
    return await forms.update(uow, present.id, await _form_parts(uow, text))


async def _delete_form(uow: UnitOfWork, present: Form) -> None:
    await forms.delete(uow, present.id)


FORMS: Part[TextForm, Form] = Part(
    name="forms", key="form", present=_forms, create=_create_form, update=_update_form, delete=_delete_form
)


# -- macros ----------------------------------------------------------------------------------------------------------------


async def _macros(uow: UnitOfWork, known: Names) -> list[tuple[TextMacro, Macro]]:
    found = await macro_queries.MACROS.fetch(uow.db, sql("m.owner_id is null order by m.name_key, m.id"))
    files = await macro_queries.files_of(uow.db, [each.id for each in found])
    return [(_of_macro(each, known, files.get(each.id, ())), each) for each in found]


def _of_macro(each: Macro, known: Names, files: Sequence[MacroFile]) -> TextMacro:
    comment = None
    if each.comment is not None:
        canned = known.of(each.comment.canned_response_id)
        comment = TextComment(public=each.comment.public, body=each.comment.body, canned=canned)
    renames = renames_of(each.names, known.by_id)
    actions = renamed(each.actions, names_in(each.actions), renames, list[MacroAction]) if renames else each.actions
    return TextMacro(
        macro=each.title, group=known.of(each.group_id), active=each.active, do=actions, comment=comment,
        files=tuple(file.filename for file in files),
    )  # fmt: skip


async def _macro_parts(uow: UnitOfWork, text: TextMacro) -> MacroChanges:
    problems: list[Problem] = []
    group_id, comment = None, None
    if text.group is not None:
        group_id = (await meant(uow, "group", [("group", text.group)], problems)).get(text.group)
    if text.comment is not None:
        canned_id = None
        if text.comment.canned is not None:
            wanted = [("comment.canned", text.comment.canned)]
            canned_id = (await meant(uow, "canned", wanted, problems)).get(text.comment.canned)
        comment = MacroComment(public=text.comment.public, body=text.comment.body, canned_response_id=canned_id)
    if problems:
        raise Invalid(problems)
    return MacroChanges(group_id=group_id, active=text.active, actions=text.do, comment=comment)


async def _create_macro(uow: UnitOfWork, text: TextMacro) -> Macro:
    parts = await _macro_parts(uow, text)
    given = {name: value for name, value in msgspec.structs.asdict(parts).items() if value is not msgspec.UNSET}
    return (await macros.create(uow, NewMacro(title=text.macro, shared=True, **given))).macro


async def _update_macro(uow: UnitOfWork, present: Macro, text: TextMacro) -> Macro:
    return (await macros.update(uow, present.id, await _macro_parts(uow, text))).macro


async def _delete_macro(uow: UnitOfWork, present: Macro) -> None:
    await macros.delete(uow, present.id)


MACROS: Part[TextMacro, Macro] = Part(
    name="macros", key="macro", present=_macros, create=_create_macro, update=_update_macro, delete=_delete_macro,
    files=lambda text: text.files,
)  # fmt: skip
