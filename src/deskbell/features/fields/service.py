"""Commands on fields. Each gives the organization's configuration a new version, which every worker then reads."""

from collections.abc import Sequence
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.fields import queries
from deskbell.features.fields.checking import broken_by, definition_problems, with_retired
from deskbell.features.fields.events import FieldCreated, FieldDeleted, FieldPurged, FieldRestored, FieldUpdated
from deskbell.features.fields.records import Field, FieldChanges, FieldOrder, NewField
from deskbell.kernel.access import step
from deskbell.kernel.changes import one_line
from deskbell.kernel.errors import Conflict, Invalid, NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.fields import CHOICES, Target
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory
from deskbell.runtime.references import gone
from deskbell.runtime.sql import sql

MAX_FIELDS: Final = 200

FIELDS: Final = Directory(
    queries.FIELDS,
    "field",
    queries.IN_ORDER,
    taken=lambda field: Conflict("field.key_taken", key=field.key),
    soft=True,
    created=lambda field: FieldCreated(
        field_id=field.id, key=field.key, target=field.target, kind=field.kind, label=field.label
    ),
    updated=lambda field, changes: FieldUpdated(field_id=field.id, key=field.key, changes=changes),
    deleted=lambda field: FieldDeleted(field_id=field.id, key=field.key, label=field.label),
)


async def list_fields(uow: UnitOfWork, page: PageRequest, target: Target | None = None) -> Page[Field]:
    """A page of the fields in their order, of tickets, contacts or both. Customers are shown none."""
    uow.actor.require(Permission.FIELD_READ)
    return await FIELDS.page(uow.db, page, None if target is None else sql("f.target = {}", target))


async def list_deleted(uow: UnitOfWork) -> list[Field]:
    """The deleted fields that can still be restored, in their order."""
    uow.actor.require(Permission.FIELD_MANAGE)
    return [field for field in await queries.everything(uow.db) if field.deleted_at is not None]


async def get(uow: UnitOfWork, key: str) -> Field:
    """A field. Raises `NotFound`."""
    uow.actor.require(Permission.FIELD_READ)
    found = await queries.find(uow.db, key)
    if found is None:
        raise NotFound("field")
    return found


def etag(field: Field) -> str:
    """The entity tag of a field: what can be changed of it."""
    return tag_of(field.kind, field.label, field.help, field.customer, field.limits, field.options)


async def order_etag(uow: UnitOfWork) -> str:
    """The entity tag of the order of the fields."""
    uow.actor.require(Permission.FIELD_READ)
    return tag_of_order([field for field in await queries.everything(uow.db) if field.deleted_at is None])


def tag_of_order(fields: Sequence[Field]) -> str:
    """The entity tag of this order."""
    return tag_of([field.key for field in fields])


async def create(uow: UnitOfWork, new: NewField) -> Field:
    """Defines a field, last in the order. Raises `Invalid`, and `Conflict` for a key in use or too many fields.

    Values that tickets already have under this name become values of a field of tickets; a job finds them.
    """
    uow.actor.require(Permission.FIELD_MANAGE)
    await queries.next_version(uow.db)
    present = await queries.everything(uow.db)
    if len(present) >= MAX_FIELDS:
        raise Conflict("field.too_many", limit=MAX_FIELDS)
    field = Field(
        id=new_id(), key=new.key, number=max((each.number for each in present), default=0) + 1, target=new.target,
        kind=new.kind, label=one_line(new.label), help=new.help.strip(), customer=new.customer,
        limits=new.limits, options=new.options, position=max((each.position for each in present), default=0) + 1,
        created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    _require_valid(field)
    return await FIELDS.create(uow, field)


async def update(
    uow: UnitOfWork, key: str, changes: FieldChanges, expected_version: Precondition | None = None
) -> Field:
    """Sets the given parts of a definition. An option that the list leaves out is retired.

    Raises `NotFound`, `StaleVersion`, and `Invalid` for a type or limit that present values break, with their number.
    """
    uow.actor.require(Permission.FIELD_MANAGE)
    await queries.next_version(uow.db)
    field = await _locked(uow, key, expected_version)
    kind = field.kind if changes.kind is UNSET else changes.kind
    options = field.options if changes.options is UNSET else with_retired(field.options, changes.options)
    after = replace(
        field, kind=kind, label=field.label if changes.label is UNSET else one_line(changes.label),
        help=field.help if changes.help is UNSET else changes.help.strip(),
        customer=field.customer if changes.customer is UNSET else changes.customer,
        limits=field.limits if changes.limits is UNSET else changes.limits, options=options if kind in CHOICES else [],
    )  # fmt: skip
    _require_valid(after)
    if (field.kind, field.limits) != (after.kind, after.limits):
        await _require_values_fit(uow, field, after)
    given = FieldChanges(
        kind=after.kind,
        label=after.label,
        help=after.help,
        customer=after.customer,
        limits=after.limits,
        options=after.options,
    )
    return await FIELDS.update(uow, field, given)


async def delete(uow: UnitOfWork, key: str, expected_version: Precondition | None = None) -> None:
    """Hides a field and its values everywhere. `restore` brings both back until a job removes them after 30 days."""
    uow.actor.require(Permission.FIELD_MANAGE)
    await queries.next_version(uow.db)
    field = await _locked(uow, key, expected_version)
    await queries.set_deleted(uow.db, field.id, uow.now)
    await gone(uow, "field", field.id)
    uow.record(FieldDeleted(field_id=field.id, key=field.key, label=field.label))


async def restore(uow: UnitOfWork, key: str) -> Field:
    """Brings a deleted field back with its values. Raises `NotFound`."""
    uow.actor.require(Permission.FIELD_MANAGE)
    await queries.next_version(uow.db)
    field = await queries.lock(uow.db, key, deleted=True)
    if field is None:
        raise NotFound("field")
    await queries.set_deleted(uow.db, field.id, None)
    uow.record(FieldRestored(field_id=field.id, key=field.key))
    return replace(field, deleted_at=None)


@step("the job that removes deleted fields for good")
async def purge(uow: UnitOfWork, field: Field) -> None:
    """Removes a deleted field that no ticket has a value of any more."""
    await queries.next_version(uow.db)
    await queries.remove(uow.db, field.id)
    uow.record(FieldPurged(field_id=field.id, key=field.key))


async def set_order(uow: UnitOfWork, keys: Sequence[str], expected_version: Precondition | None = None) -> list[Field]:
    """Puts the fields in an order, which names each of them once. Raises `StaleVersion`, `Invalid`."""
    uow.actor.require(Permission.FIELD_MANAGE)
    await queries.next_version(uow.db)
    fields = {field.key: field for field in await queries.everything(uow.db) if field.deleted_at is None}
    if expected_version is not None:
        expected_version.demand(tag_of(list(fields)), FieldOrder(list(fields)))
    if sorted(keys) != sorted(fields):
        raise Invalid.field("keys", "field.order", allowed=tuple(fields))
    for place, key in enumerate(keys, start=1):
        field = fields[key]
        if field.position != place:
            await queries.set_position(uow.db, field.id, place)
            uow.record(FieldUpdated(field_id=field.id, key=key, changes={"position": Change(field.position, place)}))
            fields[key] = replace(field, position=place)
    return [fields[key] for key in keys]


async def _locked(uow: UnitOfWork, key: str, expected_version: Precondition | None) -> Field:
    field = await queries.lock(uow.db, key)
    if field is None:
        raise NotFound("field")
    if expected_version is not None:
        expected_version.demand(etag(field), field)
    return field


def _require_valid(field: Field) -> None:
    if problems := list(definition_problems(field)):
        raise Invalid(problems)


async def _require_values_fit(uow: UnitOfWork, before: Field, after: Field) -> None:
    values = await queries.values_in_use(uow.db, before)
    if broken := broken_by(before.definition, after.definition, values):
        path = "type" if before.kind != after.kind else "limits"
        raise Invalid([Problem.at(path, "field.values_break", count=broken)])
