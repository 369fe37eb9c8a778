"""The values of contacts' fields: what a command may set, what readers are shown, and the conditions that lists take."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from deskbell.features.access.events import MemberUpdated
from deskbell.features.fields import queries as field_queries
from deskbell.features.fields.configuration import current
from deskbell.features.fields.records import Field
from deskbell.features.organizations.calendar import organization_zone
from deskbell.features.people.queries import contact_values
from deskbell.features.people.records.contacts import Contact
from deskbell.kernel.access import step
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.fields import CustomField, FieldValue, Kind, is_empty, read_value
from deskbell.kernel.search.language import parse
from deskbell.kernel.search.problems import QueryProblem
from deskbell.kernel.search.values import ValueTest, Written, value_test
from deskbell.kernel.search.vocabulary import Vocabulary
from deskbell.runtime.database import UnitOfWork

_FAMILY: Final = "field."
_CONDITIONS: Final = Vocabulary(
    fields=(), dates=(), words={}, families=(_FAMILY,), may_be_me=frozenset(), may_be_none=frozenset(), bare_words=False
)


@step("reads of contacts, which authorise their actor")
async def shown(uow: UnitOfWork, contacts: Sequence[Contact]) -> list[Contact]:
    """The contacts with the values of fields that exist: those of deleted fields are kept and not shown."""
    if not any(contact.custom_fields for contact in contacts):
        return list(contacts)
    known = (await current(uow.db, uow.actor.organization_id)).contact_by_key
    return [
        replace(contact, custom_fields=[each for each in contact.custom_fields if each.name in known])
        for contact in contacts
    ]


@step("commands on contacts, which authorise their actor")
async def valued(
    uow: UnitOfWork, present: Sequence[CustomField], fields: Mapping[str, FieldValue]
) -> list[CustomField]:
    """The values after a change; None clears one. A value that stays is not checked again. Raises `Invalid`."""
    known = (await current(uow.db, uow.actor.organization_id)).contact_by_key
    before = {each.name: each.value for each in present}
    after = dict(before)
    problems: list[Problem] = []
    lookups: list[tuple[str, str, str]] = []
    for key, value in fields.items():
        path = f"fields.{key}"
        field = known.get(key)
        if field is None:
            problems.append(Problem.at(path, "field.unknown", key=key))
        elif is_empty(value):
            after.pop(key, None)
        elif key in before and before[key] == value and type(before[key]) is type(value):
            continue
        elif isinstance(found := read_value(field, value, path=path), Problem):
            problems.append(found)
        else:
            after[key] = found
            if field.kind is Kind.LOOKUP:
                lookups.append((path, str(found), field.limits.lookup or ""))
    if lookups:
        kinds = await field_queries.existing(uow.db, [UUID(text) for _, text, _ in lookups])
        problems += [
            Problem.at(path, "field.lookup", kind=kind) for path, text, kind in lookups if kinds.get(UUID(text)) != kind
        ]
    if problems:
        raise Invalid(problems)
    return [CustomField(name, value) for name, value in after.items()]


@step("lists of contacts, which authorise their actor")
async def conditions(uow: UnitOfWork, text: str | None, name: str) -> list[ValueTest]:
    """The conditions of a text such as `field.plan:gold field.seats>10`. Raises `Invalid` that points at a mistake."""
    if text is None or not text.strip():
        return []
    known = (await current(uow.db, uow.actor.organization_id)).contact_by_key
    calendar = (await organization_zone(uow.db))[1]
    tests = []
    try:
        for part in parse(text, now=uow.now.astimezone(calendar), ports=False, vocabulary=_CONDITIONS).filters:
            key = part.field.removeprefix(_FAMILY)
            position = max(text.lower().find(part.field), 0)
            if (field := known.get(key)) is None:
                raise QueryProblem("search.field_unknown", position, len(part.field), key=key)
            written = Written(part.field, part.comparison, part.values, part.none, part.negated, position)
            tests.append(value_test(field, written, uow.now, calendar))
    except QueryProblem as problem:
        raise Invalid([replace(problem.problem, path=name)]) from problem
    return tests


@step("the job that removes deleted fields for good")
async def take_off(uow: UnitOfWork, field: Field, limit: int) -> int:
    """Removes a deleted field's values from some contacts, and returns the number of these."""
    user_ids = await contact_values.lock_contacts_with(uow.db, field.number, limit)
    for user_id in user_ids:
        before = await contact_values.values_of(uow.db, user_id)
        after = [each for each in before if each.name != field.key]
        await contact_values.set_values(uow.db, user_id, after, uow.now)
        uow.record(MemberUpdated(user_id=user_id, changes={"custom_fields": Change(before, after)}))
    return len(user_ids)
