"""Rules as they are written in the text of the whole configuration: by names, in their order."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType, field
from msgspec.structs import replace

from deskbell.features.rules import service
from deskbell.features.rules.checking import actions_of, checked
from deskbell.features.rules.files import files_in
from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.records import Kind, NewRule, Rule, RuleChanges
from deskbell.features.rules.renaming import renames_of, with_present_names
from deskbell.features.tickets.rules import Action, Repeat, Schedule, Timing, Words
from deskbell.kernel.changes import one_line
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql

MAX_RULES: Final = 1_000


class TextRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A rule in the text: its name is under `trigger`, `automation` or `schedule`."""

    trigger: str | UnsetType = UNSET
    automation: str | UnsetType = UNSET
    schedule: str | UnsetType = UNSET
    enabled: bool = True
    on: list[str] = []
    after: str | None = None
    since: str | None = None
    every: str | None = None
    chosen: Any = field(name="for", default=None)
    tickets: int | None = None
    when: Any = None
    repeat: Repeat | None = None
    do: list[Action]
    last_actions: list[Action] = field(name="finally", default=[])
    catch_up: bool = False
    stop: bool = False
    runs_as: str | None = None


class Changed(Struct, frozen=True):
    """An object that an import changes, and the fields that differ."""

    name: str
    fields: list[str]


class Difference(Struct, frozen=True):
    """The changes that an import makes to objects of one kind, by name."""

    created: list[str] = []
    changed: list[Changed] = []
    deleted: list[str] = []
    unchanged: int = 0
    reordered: bool = False
    left_out: list[str] = []
    """Files that the text names and an import cannot bring."""


async def written_rules(uow: UnitOfWork, present: Mapping[UUID, str]) -> list[Any]:
    """The organization's rules as they are written, in their order, with the `present` names of objects."""
    uow.actor.require(Permission.RULE_READ)
    written: list[Any] = [msgspec.to_builtins(_text_of(rule)) for rule in await _present(uow, present)]
    return written


async def put_rules(uow: UnitOfWork, texts: Sequence[dict[str, Any]], names: Mapping[UUID, str]) -> Difference:
    """Makes the rules those that are written, and returns the difference.

    A rule is the one of the same kind and name. Those that are left out are deleted, and can be restored. Raises `Invalid`
    naming every mistake, `Conflict` for more rules than the limit.
    """
    uow.actor.require(Permission.RULE_MANAGE)
    if len(texts) > MAX_RULES:
        raise Invalid.field("text", "rule.text_too_many", limit=MAX_RULES)
    wanted = [_rule_of(written, f"rules.{i}") for i, written in enumerate(texts)]
    await queries.note_change(uow.db, uow.actor.organization_id)
    present = await _present(uow, names)
    left_out: list[str] = []
    pairs = [(_without_missing(new, rule, left_out), rule) for new, rule in _paired(wanted, present)]
    await _check(uow, pairs)
    kept = {rule.id for _, rule in pairs if rule is not None}
    gone = [rule for rule in present if rule.id not in kept]
    difference = _difference(pairs, present, gone)
    await _apply(uow, pairs, gone)
    return replace(difference, left_out=left_out)


async def add_rule(uow: UnitOfWork, written: dict[str, Any]) -> bool:
    """Adds a rule after the others, without files, unless there is one of its kind and name.

    Raises `Invalid`, `Conflict` above the limit.
    """
    uow.actor.require(Permission.RULE_MANAGE)
    wanted = _rule_of(written, "definition")
    found = await queries.RULES.fetch(uow.db, sql("r.deleted_at is null and r.name = {}", wanted.name))
    if any(rule.kind == wanted.kind for rule in found):
        return False
    await service.create(uow, _without_missing(wanted, None, []))
    return True


async def _present(uow: UnitOfWork, present: Mapping[UUID, str]) -> list[Rule]:
    """The rules in their order, written with the present names of objects."""
    found = await queries.RULES.fetch(uow.db, sql("r.deleted_at is null order by r.place, r.id"))
    return [_renamed(rule, present) for rule in found]


def _renamed(rule: Rule, present: Mapping[UUID, str]) -> Rule:
    now = with_present_names(service.written(rule), renames_of(rule.names, present))
    return replace(rule, condition={"when": now.when}, actions=now.actions, timing=now.timing)


def _text_of(rule: Rule) -> TextRule:
    timing, schedule, condition = rule.timing, rule.schedule, rule.condition["when"]
    return TextRule(
        trigger=rule.name if rule.kind == "trigger" else UNSET,
        automation=rule.name if rule.kind == "automation" else UNSET,
        schedule=rule.name if schedule else UNSET, every=schedule.every if schedule else None,
        chosen=condition if schedule else None, tickets=schedule.tickets if schedule else None,
        enabled=rule.enabled, on=rule.occasions, after=timing.after if timing else None,
        since=timing.since if timing else None, when=None if schedule else condition, repeat=timing.repeat if timing else None,
        do=rule.actions, last_actions=timing.last_actions if timing else [],
        catch_up=timing is not None and timing.catch_up, stop=rule.stop, runs_as=rule.runs_as,
    )  # fmt: skip


def _rule_of(written: dict[str, Any], path: str) -> NewRule:
    try:
        rule = msgspec.convert(written, TextRule)
    except msgspec.ValidationError as error:
        _refuse(path, str(error))
    names = [each for each in (rule.trigger, rule.automation, rule.schedule) if each is not UNSET]
    if len(names) != 1 or not names[0].strip():
        _refuse(path, "write its name under trigger, automation or schedule")
    timing = None
    if rule.automation is not UNSET:
        timing = Timing(
            after=rule.after or "", since=rule.since or "", repeat=rule.repeat, last_actions=rule.last_actions,
            catch_up=rule.catch_up,
        )  # fmt: skip
    schedule = None if rule.schedule is UNSET else Schedule(rule.every or "", rule.tickets)
    return NewRule(
        name=one_line(names[0]), enabled=rule.enabled, occasions=rule.on, actions=rule.do, stop=rule.stop,
        when=rule.when if schedule is None else rule.chosen, runs_as=rule.runs_as, timing=timing, schedule=schedule,
    )  # fmt: skip


def _refuse(path: str, problem: str) -> NoReturn:
    raise Invalid.field(path, "rule.text_unreadable", problem=problem)


def _without_missing(wanted: NewRule, rule: Rule | None, left_out: list[str]) -> NewRule:
    """A rule without the files that the present one does not have; their names are added to `left_out`."""
    there = files_in([] if rule is None else rule.names)
    missing = {file for action in actions_of(wanted) for file in _files_of(action) if file not in there}
    if not missing:
        return wanted
    left_out += sorted(f"{wanted.name}: {file}" for file in missing)
    timing = wanted.timing
    if timing is not None:
        timing = replace(timing, last_actions=[_without(action, missing) for action in timing.last_actions])
    return replace(wanted, actions=[_without(action, missing) for action in wanted.actions], timing=timing)


def _files_of(action: Action) -> list[str]:
    return [file for words in (action.reply, action.note) if words is not UNSET for file in words.files]


def _without(action: Action, missing: set[str]) -> Action:
    for key in ("reply", "note"):
        words: Words | UnsetType = getattr(action, key)
        if words is not UNSET:
            kept = replace(words, files=[file for file in words.files if file not in missing])
            action = replace(action, **{key: kept})
    return action


async def _check(uow: UnitOfWork, pairs: Sequence[tuple[NewRule, Rule | None]]) -> None:
    """Raises `Invalid` with the mistakes of all rules, below their places."""
    problems: list[Problem] = []
    for i, (rule, present) in enumerate(pairs):
        try:
            await checked(uow, rule, files_in([] if present is None else present.names))
        except Invalid as refused:
            problems += [replace(each, path=f"rules.{i}.{each.path}") for each in refused.problems]
    if problems:
        raise Invalid(problems)


def _key(kind: Kind, name: str, seen: Counter[tuple[str, str]]) -> tuple[str, str, int]:
    """The identity of a rule: of several with one name, their order counts."""
    seen[kind, name] += 1
    return kind, name, seen[kind, name]


def _paired(wanted: Sequence[NewRule], present: Sequence[Rule]) -> Iterator[tuple[NewRule, Rule | None]]:
    seen: Counter[tuple[str, str]] = Counter()
    known = {_key(rule.kind, rule.name, seen): rule for rule in present}
    asked: Counter[tuple[str, str]] = Counter()
    for rule in wanted:
        yield rule, known.get(_key(rule.kind, rule.name, asked))


def _fields(wanted: NewRule, rule: Rule) -> list[str]:
    """The fields in which a rule differs from the text."""
    before = msgspec.to_builtins(service.written(rule))
    after = msgspec.to_builtins(replace(wanted, runs_as=wanted.runs_as or rule.runs_as))
    return [name for name in before if before[name] != after[name]]


def _difference(
    pairs: Sequence[tuple[NewRule, Rule | None]], present: Sequence[Rule], gone: Sequence[Rule]
) -> Difference:
    kept = [rule for _, rule in pairs if rule is not None]
    changed = [
        Changed(rule.name, fields) for wanted, rule in pairs if rule is not None and (fields := _fields(wanted, rule))
    ]
    missing = {rule.id for rule in gone}
    return Difference(
        created=[wanted.name for wanted, rule in pairs if rule is None],
        changed=changed,
        deleted=[rule.name for rule in gone],
        unchanged=len(kept) - len(changed),
        reordered=[rule.id for rule in kept] != [rule.id for rule in present if rule.id not in missing],
    )


async def _apply(uow: UnitOfWork, pairs: Sequence[tuple[NewRule, Rule | None]], gone: Sequence[Rule]) -> None:
    for each in gone:
        await service.delete(uow, each.id)
    order = []
    for wanted, rule in pairs:
        saved = await service.create(uow, wanted) if rule is None else await _update(uow, wanted, rule)
        order.append(saved.id)
    await service.put_in_order(uow, order)


async def _update(uow: UnitOfWork, wanted: NewRule, rule: Rule) -> Rule:
    if not _fields(wanted, rule):
        return rule
    changes = RuleChanges(
        name=wanted.name, enabled=wanted.enabled, occasions=wanted.occasions, actions=wanted.actions,
        when=wanted.when if wanted.schedule is None else UNSET, chosen=UNSET if wanted.schedule is None else wanted.when,
        stop=wanted.stop, runs_as=wanted.runs_as or rule.runs_as,
    )  # fmt: skip
    if wanted.timing is not None:
        timing = wanted.timing
        changes = replace(
            changes, after=timing.after, since=timing.since, repeat=timing.repeat, last_actions=timing.last_actions,
            catch_up=timing.catch_up,
        )  # fmt: skip
    if wanted.schedule is not None:
        changes = replace(changes, every=wanted.schedule.every, tickets=wanted.schedule.tickets)
    return await service.update(uow, rule.id, changes)
