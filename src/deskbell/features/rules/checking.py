"""Reading rules as they are written: each name means exactly one object, each mistake is named with its place."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from deskbell.features.access.addresses import clean_address
from deskbell.features.canned import template
from deskbell.features.fields import queries as field_queries
from deskbell.features.fields.configuration import Configuration, current
from deskbell.features.rules.files import KIND as FILE
from deskbell.features.rules.files import Files
from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.records import NewRule
from deskbell.features.tickets.rules import (
    LAST,
    OCCASIONS,
    SINCE,
    UNASSIGNED,
    Action,
    Distribution,
    Escalation,
    Fields,
    Letter,
    Meaning,
    Notice,
    Schedule,
    condition_of,
)
from deskbell.kernel.access import step
from deskbell.kernel.durations import parse_length
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.fields import MOMENTS, Definition, FieldValue, Kind, is_empty, read_value
from deskbell.kernel.rules.matching import Name, names_in
from deskbell.kernel.rules.recurrence import parse_recurrence
from deskbell.kernel.rules.vocabulary import FIELD, REQUESTER_FIELD, RULES, SCHEDULES, ticket_field
from deskbell.kernel.search.groups import parse_group
from deskbell.kernel.search.problems import QueryProblem
from deskbell.kernel.search.values import Written, value_test
from deskbell.kernel.search.vocabulary import Vocabulary
from deskbell.runtime.database import UnitOfWork

MAX_ACTIONS: Final = 20
MAX_SIZE: Final = 64_000
"""The maximum size of a rule's condition and actions, in bytes of JSON."""
MAX_RECIPIENTS: Final = 20
MAX_FILES: Final = 10
"""The maximum number of files of one reply or note."""
ROLES: Final = ("requester", "assignee", "group", "leads", "followers")
"""The words of `to` in a mail; every other is an address."""
NO_FILES: Final[Files] = {}
SHORTEST_REPEAT: Final = timedelta(minutes=10)


@step("commands that authorise their actor")
async def checked(uow: UnitOfWork, rule: NewRule, files: Files = NO_FILES) -> list[Meaning]:
    """The objects that a rule's names mean; `files` are those that it may name. Raises `Invalid` naming every mistake."""
    problems = list(_in_timing(rule))
    for path, actions in _lists_of(rule):
        problems += _in_actions(actions, path)
    size = len(msgspec.json.encode([rule.when, rule.actions, rule.timing, rule.schedule]))
    if size > MAX_SIZE:
        problems.append(Problem.at(_reading_of(rule).path, "rule.too_large", limit=MAX_SIZE, count=size))
    if problems:
        raise Invalid(problems)
    names = [name for path, actions in _lists_of(rule) for name in names_of(actions, path)]
    if rule.runs_as is not None:
        names.append(Name("person", rule.runs_as, "runs_as", 0))
    if rule.timing is not None and rule.timing.since.startswith(FIELD):
        names.append(Name("field", rule.timing.since.removeprefix(FIELD), "since", 0))
    found = await meanings(uow, rule.when, names, _reading_of(rule), files)
    if any(each.kind in ("field", "contact_field") for each in found):
        await _require_values(uow, rule)
    return found


async def _require_values(uow: UnitOfWork, rule: NewRule) -> None:
    """Raises `Invalid` for values that fields do not take, in conditions and in actions."""
    configuration = await current(uow.db, uow.actor.organization_id)
    problems = list(_in_condition(rule.when, configuration, uow.now, _reading_of(rule)))
    if rule.timing is not None and (field := _field_of(rule.timing.since, configuration)) is not None:
        problems += [] if field.kind in MOMENTS else [Problem.at("since", "rule.since", allowed=(*SINCE, "field.…"))]
    lookups: list[tuple[str, str, str]] = []
    for path, actions in _lists_of(rule):
        for i, action in enumerate(actions):
            for key in ("set", "fill"):
                fields: Fields | UnsetType = getattr(action, key)
                if fields is not UNSET and fields.fields is not UNSET:
                    problems += _in_values(fields.fields, configuration, f"{path}.{i}.{key}.fields", lookups)
    kinds = await field_queries.existing(uow.db, [UUID(text) for _, text, _ in lookups]) if lookups else {}
    problems += [
        Problem.at(path, "field.lookup", kind=kind) for path, text, kind in lookups if kinds.get(UUID(text)) != kind
    ]
    if problems:
        raise Invalid(problems)


class _Reading(Struct, frozen=True):
    """Where a condition is written, and the operators that it may use."""

    path: str
    vocabulary: Vocabulary


_WHEN: Final = _Reading("when", RULES)
_FOR: Final = _Reading("for", SCHEDULES)


def _reading_of(rule: NewRule) -> _Reading:
    return _WHEN if rule.schedule is None else _FOR


def _in_condition(when: Any, configuration: Configuration, now: datetime, reading: _Reading) -> Iterator[Problem]:
    tree = None if when is None else parse_group(when, now=now, vocabulary=reading.vocabulary, path=reading.path)
    for text in () if tree is None else tree.texts():
        for part, places in zip(text.query.filters, text.places, strict=True):
            if (field := _field_of(ticket_field(part.field), configuration)) is None:
                continue
            at = places[0] if places else 0
            try:
                value_test(
                    field, Written(part.field, part.comparison, part.values, part.none, part.negated, at), now, UTC
                )
            except QueryProblem as problem:
                yield replace(problem.problem, path=_below(reading, text.path))


def _field_of(operator: str, configuration: Configuration) -> Definition | None:
    if operator.startswith(REQUESTER_FIELD):
        return configuration.contact_by_key.get(operator.removeprefix(REQUESTER_FIELD))
    return configuration.by_key.get(operator.removeprefix(FIELD)) if operator.startswith(FIELD) else None


def _below(reading: _Reading, path: str) -> str:
    return f"{reading.path}.{path}" if path else reading.path


def _in_values(
    fields: Mapping[str, FieldValue], configuration: Configuration, path: str, lookups: list[tuple[str, str, str]]
) -> Iterator[Problem]:
    for key, value in fields.items():
        field = configuration.by_key.get(key)
        if field is None or is_empty(value):
            continue
        found = read_value(field, value, path=f"{path}.{key}")
        if isinstance(found, Problem):
            yield found
        elif field.kind is Kind.LOOKUP:
            lookups.append((f"{path}.{key}", str(found), field.limits.lookup or ""))


def _lists_of(rule: NewRule) -> list[tuple[str, list[Action]]]:
    """The lists of actions of a rule, with the paths that lead to them."""
    last = [] if rule.timing is None else rule.timing.last_actions
    return [("do", rule.actions), ("finally", last)] if last else [("do", rule.actions)]


def actions_of(rule: NewRule) -> list[Action]:
    """All actions of a rule."""
    return [action for _, actions in _lists_of(rule) for action in actions]


def _in_schedule(rule: NewRule, schedule: Schedule) -> Iterator[Problem]:
    if rule.occasions:
        yield Problem.at("on", "rule.one_kind")
    if rule.timing is not None:
        yield Problem.at("after", "rule.one_kind")
    try:
        parse_recurrence(schedule.every)
    except ValueError:
        yield Problem.at("every", "rule.every")


def _in_timing(rule: NewRule) -> Iterator[Problem]:
    timing = rule.timing
    if rule.schedule is not None:
        yield from _in_schedule(rule, rule.schedule)
        return
    if timing is None:
        if not rule.occasions or any(each not in OCCASIONS for each in rule.occasions):
            yield Problem.at("on", "rule.occasion", allowed=OCCASIONS)
        return
    if rule.occasions:
        yield Problem.at("on", "rule.one_kind")
    if timing.since not in SINCE and not timing.since.startswith(FIELD):
        yield Problem.at("since", "rule.since", allowed=(*SINCE, "field.…"))
    before = timing.after.startswith("-")
    if before and not timing.since.startswith(("due.", FIELD)):
        yield Problem.at("after", "rule.before_what")
    yield from duration_problems(timing.after.removeprefix("-"), "after", may_work=True)
    if timing.repeat is not None:
        yield from duration_problems(timing.repeat.every, "repeat.every", least=SHORTEST_REPEAT, may_work=True)


def duration_problems(
    text: str, path: str, *, least: timedelta | None = None, may_work: bool = False
) -> Iterator[Problem]:
    """The problems of a length of time; with `may_work` it may be one of working time."""
    if not may_work and "working" in text.split():
        yield Problem.at(path, "rule.working_time")
        return
    try:
        length = parse_length(text)
    except ValueError:
        yield Problem.at(path, "rule.duration", value=text)
        return
    duration = length if isinstance(length, timedelta) else timedelta(days=length.days) + length.time
    if least is not None and duration < least:
        yield Problem.at(path, "rule.repeat_too_often")


def _in_actions(actions: Sequence[Action], path: str) -> Iterator[Problem]:
    for i, each in enumerate(actions):
        if len(_keys(each)) != 1:
            yield Problem.at(f"{path}.{i}", "rule.one_action")
        if each.snooze is not UNSET:
            yield from duration_problems(each.snooze, f"{path}.{i}.snooze")
        for key in ("follow", "unfollow"):
            if getattr(each, key) == []:
                yield Problem.at(f"{path}.{i}.{key}", "rule.notice_to_none")
    if not actions or len(actions) > MAX_ACTIONS:
        yield Problem.at(path, "rule.actions", limit=MAX_ACTIONS)
    yield from _in_words(actions, path)


def writes(actions: Sequence[Action]) -> bool:
    """Whether actions write words, which need an author; a macro may."""
    return any(each is not UNSET for action in actions for each in (action.reply, action.note, action.macro))


def _in_words(actions: Sequence[Action], path: str) -> Iterator[Problem]:
    for i, action in enumerate(actions):
        for key in ("reply", "note"):
            words = getattr(action, key)
            if words is UNSET:
                continue
            if (words.text is UNSET) == (words.canned is UNSET):
                yield Problem.at(f"{path}.{i}.{key}", "rule.words")
            elif words.text is not UNSET:
                yield from _in_text(words.text, f"{path}.{i}.{key}.text")
            if len(words.files) > MAX_FILES:
                yield Problem.at(f"{path}.{i}.{key}.files", "too_many_entries", limit=MAX_FILES)
        if action.mail is not UNSET:
            yield from letter_problems(action.mail, f"{path}.{i}.mail")
        if action.notify is not UNSET:
            yield from notice_problems(action.notify, f"{path}.{i}.notify")


def notice_problems(notice: Notice, path: str) -> Iterator[Problem]:
    """The problems of a notification's text and recipients."""
    yield from _in_text(notice.text, f"{path}.text")
    if not (notice.people or notice.groups or notice.assignee or notice.leads):
        yield Problem.at(path, "rule.notice_to_none")


def letter_problems(letter: Letter, path: str) -> Iterator[Problem]:
    """The problems of a mail's texts and recipients."""
    yield from _in_text(letter.subject, f"{path}.subject")
    yield from _in_text(letter.text, f"{path}.text")
    if not letter.to or len(letter.to) > MAX_RECIPIENTS:
        yield Problem.at(f"{path}.to", "rule.recipients", limit=MAX_RECIPIENTS)
    for i, each in enumerate(letter.to):
        if each not in ROLES and not _is_address(each):
            yield Problem.at(f"{path}.to.{i}", "rule.recipient", allowed=ROLES)


def _is_address(text: str) -> bool:
    try:
        return clean_address(text) == text.lower()
    except Invalid:
        return False


def _in_text(text: str, path: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem.at(path, "blank")
    for problem in template.problems(text):
        yield Problem.at(path, "rule.variable", problem=problem.message, at=problem.position + 1)


def _keys(action: Action) -> list[str]:
    return [name for name in action.__struct_fields__ if getattr(action, name) is not UNSET]


@step("commands that authorise their actor")
async def meanings(
    uow: UnitOfWork, when: Any, names: Sequence[Name], reading: _Reading = _WHEN, files: Files = NO_FILES
) -> list[Meaning]:
    """The object that each name means: exactly one, or a problem with its place."""
    names = list(names)
    if when is not None:
        tree = parse_group(when, now=uow.now, vocabulary=reading.vocabulary, path=reading.path)
        names += [replace(name, path=_below(reading, name.path)) for name in names_in(tree)]
    wanted = sorted({(name.kind, name.value) for name in names if name.kind != FILE})
    kinds, values = [kind for kind, _ in wanted], [value for _, value in wanted]
    called = await queries.called(uow.db, kinds, values) if wanted else []
    found: dict[tuple[str, str], Sequence[UUID]] = {(each.kind, each.name): each.ids for each in called}
    found |= {(FILE, name.value): files.get(name.value, ()) for name in names if name.kind == FILE}
    problems = [
        Problem.at(
            name.path, "rule.name_unknown" if not ids else "rule.name_ambiguous", name=name.value, at=name.at + 1,
            count=len(ids),
        )
        for name in names
        if len(ids := found[name.kind, name.value]) != 1
    ]  # fmt: skip
    if problems:
        raise Invalid(problems)
    condition_of(when, {key: ids[0] for key, ids in found.items()}, uow.now)
    return [Meaning(kind, name, ids[0]) for (kind, name), ids in found.items()]


@step("commands that authorise their actor")
def names_of(actions: Sequence[Action], path: str) -> Iterator[Name]:
    """The names in actions that have to be looked up, with their paths."""
    for i, action in enumerate(actions):
        if action.assign is not UNSET and action.assign not in (UNASSIGNED, LAST):
            yield Name("person", action.assign, f"{path}.{i}.assign", 0)
        for key in ("set", "fill"):
            fields = getattr(action, key)
            if fields is not UNSET:
                yield from _names_of_fields(fields, f"{path}.{i}.{key}")
        for key in ("escalate", "distribute"):
            move: Escalation | Distribution | UnsetType = getattr(action, key)
            if move is not UNSET and move.group is not UNSET:
                yield Name("group", move.group, f"{path}.{i}.{key}.group", 0)
        if action.macro is not UNSET:
            yield Name("macro", action.macro, f"{path}.{i}.macro", 0)
        yield from _names_in_effects(action, f"{path}.{i}")


def _names_of_fields(fields: Fields, path: str) -> Iterator[Name]:
    for kind, key in (("group", "group"), ("category", "category"), ("status", "custom_status")):
        if (name := getattr(fields, key)) is not UNSET:
            yield Name(kind, name, f"{path}.{key}", 0)
    for key in fields.fields if fields.fields is not UNSET else ():
        yield Name("field", key, f"{path}.fields.{key}", 0)


def _names_in_effects(action: Action, path: str) -> Iterator[Name]:
    for key in ("reply", "note"):
        words = getattr(action, key)
        if words is UNSET:
            continue
        if words.canned is not UNSET:
            yield Name("canned", words.canned, f"{path}.{key}.canned", 0)
        for place, name in enumerate(words.files):
            yield Name(FILE, name, f"{path}.{key}.files.{place}", 0)
    for key in ("follow", "unfollow"):
        people = getattr(action, key)
        for place, name in enumerate(() if people is UNSET else people):
            yield Name("person", name, f"{path}.{key}.{place}", 0)
    if action.notify is not UNSET:
        for place, name in enumerate(action.notify.people):
            yield Name("person", name, f"{path}.notify.people.{place}", 0)
        for place, name in enumerate(action.notify.groups):
            yield Name("group", name, f"{path}.notify.groups.{place}", 0)
    if action.webhook is not UNSET:
        yield Name("webhook", action.webhook.webhook, f"{path}.webhook.webhook", 0)
