"""Exporting and importing the configuration of an organization's workflow as one text."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec
import yaml
from msgspec import UNSET, Struct
from msgspec.structs import asdict, fields, replace

from deskbell.features.configuration.names import Names, names
from deskbell.features.configuration.parts import FIELDS, FORMS, MACROS, STATUSES, Part, add_missing, put
from deskbell.features.configuration.reading import read_document
from deskbell.features.configuration.records import Differences, Document, TextStep
from deskbell.features.fields import queries as field_queries
from deskbell.features.fields import statuses
from deskbell.features.fields.configuration import current
from deskbell.features.organizations import service as organizations
from deskbell.features.organizations.records import OrganizationChanges
from deskbell.features.organizations.settings import SettingChanges
from deskbell.features.rules import text as rules
from deskbell.features.rules.text import Changed, Difference
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.permissions import Permission
from deskbell.kernel.statuses import Step
from deskbell.kernel.words import STATUSES as SIX
from deskbell.kernel.working_time import OpeningHours
from deskbell.runtime.database import UnitOfWork

READ: Final = (
    Permission.RULE_READ, Permission.FIELD_READ, Permission.MACRO_USE, Permission.CATEGORY_READ, Permission.GROUP_READ,
    Permission.CANNED_READ,
)  # fmt: skip
"""The permissions that an export takes: forms and macros name categories, groups and canned responses."""
MANAGE: Final = (Permission.RULE_MANAGE, Permission.FIELD_MANAGE, Permission.MACRO_USE, Permission.MACRO_MANAGE)


async def export(uow: UnitOfWork) -> str:
    """The configuration as a text, by names and in a fixed order."""
    uow.actor.require(*READ)
    hours = await _hours(uow)
    written = {} if hours is None else {"hours": msgspec.to_builtins(hours)}
    return await asyncio.to_thread(_dumped, written | await parts(uow))


async def parts(uow: UnitOfWork) -> dict[str, list[Any]]:
    """The parts of the configuration's text as plain data, in the order in which they refer to one another."""
    uow.actor.require(*READ)
    known = await names(uow)
    written: dict[str, list[Any]] = {}
    written["fields"] = await _written(uow, FIELDS, known)
    written["statuses"] = await _written(uow, STATUSES, known)
    written["steps"] = msgspec.to_builtins(await _steps(uow))
    written["forms"] = await _written(uow, FORMS, known)
    written["macros"] = await _written(uow, MACROS, known)
    written["rules"] = await rules.written_rules(uow, known.by_id)
    return written


def _dumped(written: dict[str, Any]) -> str:
    return str(yaml.safe_dump(written, sort_keys=False, allow_unicode=True, width=100))


async def import_text(uow: UnitOfWork, text: str, *, dry_run: bool) -> Differences:
    """Makes the configuration that of a text, in one step, and returns the difference; with `dry_run` nothing is changed.

    A part that the text leaves out stays as it is. In a part, what the text leaves out is deleted; statuses are retired. Raises
    `Invalid` naming mistakes, `Conflict` for more than a limit.
    """
    uow.actor.require(*MANAGE)
    document = await asyncio.to_thread(read_document, text)
    if not dry_run:
        return await _put_all(uow, document)
    found: list[Differences] = []
    try:
        async with uow.attempt():
            found.append(await _put_all(uow, document))
            raise _Tried
    except _Tried:
        return found[0]


async def add(uow: UnitOfWork, part: str, definition: dict[str, Any]) -> bool:
    """Adds one object of a part of the text. One that the organization has by its name stays as it is: False.

    Raises `Invalid` naming mistakes, `Conflict` for more than a limit.
    """
    uow.actor.require(*MANAGE)
    if part == "rules":
        return await rules.add_rule(uow, definition)
    try:
        document = msgspec.convert({part: [definition]}, Document)
    except msgspec.ValidationError as error:
        raise Invalid.field("definition", "rule.text_unreadable", problem=str(error)) from None
    if document.steps is not None:
        present = await _steps(uow)
        if document.steps[0] in present:
            return False
        await _put_steps(uow, [*present, *document.steps])
        return True
    found: Part[Any, Any] = next(each for each in (FIELDS, STATUSES, FORMS, MACROS) if each.name == part)
    [text] = getattr(document, part)
    return await add_missing(uow, found, text, await names(uow))


class _Tried(Exception):
    pass


async def _put_all(uow: UnitOfWork, document: Document) -> Differences:
    known = await names(uow)
    none = Difference()
    return Differences(
        hours=none if document.hours is UNSET else await _put_hours(uow, document.hours),
        fields=none if document.fields is None else await put(uow, FIELDS, document.fields, known),
        statuses=none if document.statuses is None else await put(uow, STATUSES, document.statuses, known),
        steps=none if document.steps is None else await _put_steps(uow, document.steps),
        forms=none if document.forms is None else await put(uow, FORMS, document.forms, known),
        macros=none if document.macros is None else await put(uow, MACROS, document.macros, known),
        rules=none if document.rules is None else await rules.put_rules(uow, document.rules, (await names(uow)).by_id),
    )


async def _hours(uow: UnitOfWork) -> OpeningHours | None:
    return (await current(uow.db, uow.actor.organization_id)).hours


async def _put_hours(uow: UnitOfWork, wanted: OpeningHours | None) -> Difference:
    if await _hours(uow) == wanted:
        return Difference(unchanged=1)
    uow.actor.require(Permission.ORGANIZATION_MANAGE)
    changes = OrganizationChanges(settings=SettingChanges(hours=wanted))
    try:
        await organizations.update(uow, uow.actor.organization_id, changes, own_host="")
    except Invalid as refused:
        raise Invalid([replace(each, path=each.path.removeprefix("settings.")) for each in refused.problems]) from None
    return Difference(changed=[Changed("hours", ["hours"])])


async def _written(uow: UnitOfWork, part: Part[Any, Any], known: Names) -> list[Any]:
    return [_plain(text) for text, _ in await part.present(uow, known)]


def _plain(text: Struct) -> dict[str, Any]:
    """An object of the text without fields that equal their default, which `omit_defaults` does not compare by value."""
    defaults = {each.name: each.default for each in fields(type(text))}
    kept = {name: value for name, value in asdict(text).items() if value != defaults[name]}
    written: dict[str, Any] = msgspec.to_builtins(kept)
    return written


async def _steps(uow: UnitOfWork) -> list[TextStep]:
    own = {str(each.id): each.name for each in await field_queries.all_statuses(uow.db)}
    return [
        TextStep(start=own.get(step.start, step.start), to=own.get(step.to, step.to), roles=step.roles)
        for step in await field_queries.steps(uow.db)
    ]


async def _put_steps(uow: UnitOfWork, wanted: Sequence[TextStep]) -> Difference:
    own = {each.name.casefold(): str(each.id) for each in await field_queries.all_statuses(uow.db)}
    own |= {name: name for name in SIX}
    sides = [(f"steps.{i}.{side}", name) for i, step in enumerate(wanted) for side, name in _sides(step)]
    problems = [Problem.at(path, "status.unknown") for path, name in sides if name.casefold() not in own]
    if problems:
        raise Invalid(problems)
    if await _steps(uow) == list(wanted):
        return Difference(unchanged=len(wanted))
    steps = [Step(own[step.start.casefold()], own[step.to.casefold()], step.roles) for step in wanted]
    await statuses.set_steps(uow, steps)
    return Difference(changed=[Changed("steps", ["steps"])])


def _sides(step: TextStep) -> tuple[tuple[str, str], ...]:
    return ("from", step.start), ("to", step.to)
