"""The values of a ticket's fields: what a caller may set, and the form in which it is kept."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.features.fields import queries as field_queries
from deskbell.features.fields.configuration import Configuration
from deskbell.features.tickets.custom_fields import field_problems
from deskbell.kernel.access import step
from deskbell.kernel.errors import Problem
from deskbell.kernel.fields import CustomField, FieldValue, Kind, is_empty, read_value
from deskbell.runtime.database import UnitOfWork

__all__ = ["valued"]


class _Wanted(Struct):
    """The values by name in their order, and the lookups among the new ones with the place that names them."""

    values: dict[str, FieldValue]
    lookups: list[tuple[str, str, str]] = []
    problems: list[Problem] = []


@step("`create` and `change_locked`")
async def valued(
    uow: UnitOfWork,
    configuration: Configuration,
    present: Sequence[CustomField],
    custom_fields: list[CustomField] | UnsetType,
    fields: Mapping[str, FieldValue] | UnsetType,
    problems: list[Problem],
    category_id: UUID | None = None,
) -> list[CustomField] | UnsetType:
    """The values after a change of a ticket of a category, or UNSET without one; problems are added to the list.

    `custom_fields` replaces what the caller may set and leaves the rest; `fields` is merged. A value that stays is not checked
    again, so that an option that was retired since, or a limit that did not bind it, refuses nothing.
    """
    if custom_fields is UNSET and (fields is UNSET or not fields):
        return UNSET
    staff = uow.actor.is_staff

    def may_set(name: str) -> bool:
        return configuration.may_write(name, staff=staff, category_id=category_id)

    before = {each.name: each.value for each in present}
    wanted = _Wanted(dict(before))
    if custom_fields is not UNSET:
        problems += field_problems(custom_fields)
        kept = {name: value for name, value in before.items() if not may_set(name)}
        wanted.values = kept | {each.name: each.value for each in custom_fields if each.name not in kept}
        for index, each in enumerate(custom_fields):
            if each.name in kept and before[each.name] == each.value:
                continue  # sent back as it was read
            _set(
                configuration,
                before,
                wanted,
                each.name,
                each.value,
                f"custom_fields.{index}.value",
                may_set=may_set(each.name),
            )
    for name, value in ({} if fields is UNSET else fields).items():
        if name not in configuration.by_key:
            wanted.problems.append(Problem.at(f"fields.{name}", "field.unknown", key=name))
        else:
            _set(configuration, before, wanted, name, value, f"fields.{name}", may_set=may_set(name))
    problems += wanted.problems
    problems += await _unknown(uow, wanted)
    after = [CustomField(name, value) for name, value in wanted.values.items()]
    return UNSET if after == list(present) else after


def _set(
    configuration: Configuration,
    before: Mapping[str, FieldValue],
    wanted: _Wanted,
    name: str,
    value: FieldValue,
    path: str,
    *,
    may_set: bool,
) -> None:
    field = configuration.by_key.get(name)
    if not may_set or (field is None and configuration.defined_only and name not in before and not is_empty(value)):
        wanted.problems.append(Problem.at(path, "field.unknown", key=name))
    elif field is None or (name in before and before[name] == value and type(before[name]) is type(value)):
        wanted.values[name] = value
    elif is_empty(value):
        wanted.values.pop(name, None)
    elif isinstance(found := read_value(field, value, path=path), Problem):
        wanted.problems.append(found)
    else:
        wanted.values[name] = found
        if field.kind is Kind.LOOKUP:
            wanted.lookups.append((path, str(found), field.limits.lookup or ""))


async def _unknown(uow: UnitOfWork, wanted: _Wanted) -> list[Problem]:
    """A problem for each lookup that names no object of the organization."""
    if not wanted.lookups:
        return []
    kinds = await field_queries.existing(uow.db, [UUID(text) for _, text, _ in wanted.lookups])
    return [
        Problem.at(path, "field.lookup", kind=kind)
        for path, text, kind in wanted.lookups
        if kinds.get(UUID(text)) != kind
    ]
