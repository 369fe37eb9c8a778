"""Rules as a text: one YAML of all of them, by names, in their order. Importing it makes the rules those of the text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final, NoReturn

import msgspec
import yaml
from msgspec import UNSET, Struct, UnsetType, field
from msgspec.structs import replace

from deskbell.features.rules import queries, service
from deskbell.features.rules.checking import checked
from deskbell.features.rules.records import Kind, NewRule, Rule, RuleChanges
from deskbell.features.tickets.rules import Action, Repeat, Timing
from deskbell.kernel.changes import one_line
from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql

MAX_TEXT: Final = 2_000_000
"""The maximum length of a text of rules, in characters."""
MAX_RULES: Final = 1_000


class TextRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A rule in the text: its name is under `trigger` or `automation`."""

    trigger: str | UnsetType = UNSET
    automation: str | UnsetType = UNSET
    enabled: bool = True
    on: list[str] = []
    after: str | None = None
    since: str | None = None
    when: Any = None
    repeat: Repeat | None = None
    do: list[Action]
    last_actions: list[Action] = field(name="finally", default=[])
    catch_up: bool = False
    stop: bool = False
    runs_as: str | None = None


class Document(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole text."""

    rules: list[dict[str, Any]]


class ChangedRule(Struct, frozen=True):
    """A rule that an import changes, and the fields that differ."""

    name: str
    fields: list[str]


class Difference(Struct, frozen=True):
    """The changes of an import: rules by name."""

    created: list[str]
    changed: list[ChangedRule]
    deleted: list[str]
    unchanged: int
    reordered: bool


async def export(uow: UnitOfWork) -> str:
    """The organization's rules as a text."""
    uow.actor.require(Permission.RULE_READ)
    written = [msgspec.to_builtins(_text_of(rule)) for rule in await _present(uow)]
    return str(yaml.safe_dump({"rules": written}, sort_keys=False, allow_unicode=True, width=100))


async def import_text(uow: UnitOfWork, text: str, *, dry_run: bool) -> Difference:
    """Makes the rules those of a text, and returns the difference; with `dry_run` nothing is changed.

    A rule is the one of the same kind and name. Those that the text leaves out are deleted, and can be restored. Raises
    `Invalid` naming every mistake, `Conflict` for more rules than the limit.
    """
    uow.actor.require(Permission.RULE_MANAGE)
    wanted = _read(text)
    await queries.note_change(uow.db, uow.actor.organization_id)
    present = await _present(uow)
    await _check(uow, wanted)
    pairs = list(_paired(wanted, present))
    kept = {rule.id for _, rule in pairs if rule is not None}
    gone = [rule for rule in present if rule.id not in kept]
    difference = _difference(pairs, present, gone)
    if not dry_run:
        await _apply(uow, pairs, gone)
    return difference


async def _present(uow: UnitOfWork) -> list[Rule]:
    return await queries.RULES.fetch(uow.db, sql("r.deleted_at is null order by r.place, r.id"))


def _text_of(rule: Rule) -> TextRule:
    timing = rule.timing
    return TextRule(
        trigger=rule.name if timing is None else UNSET, automation=UNSET if timing is None else rule.name,
        enabled=rule.enabled, on=rule.occasions, after=timing.after if timing else None,
        since=timing.since if timing else None, when=rule.condition["when"], repeat=timing.repeat if timing else None,
        do=rule.actions, last_actions=timing.last_actions if timing else [],
        catch_up=timing is not None and timing.catch_up, stop=rule.stop, runs_as=rule.runs_as,
    )  # fmt: skip


class _Loader(yaml.SafeLoader):
    """Reads plain YAML. Aliases are refused: a few lines of them can make gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


# In YAML 1.1 `on:` is a boolean, as a key too; here it is the key of occasions.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool" or first not in "oOyYnN"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _read(text: str) -> list[NewRule]:
    if len(text) > MAX_TEXT:
        raise Invalid.field("text", "rule.text_too_long", limit=MAX_TEXT)
    try:
        document = msgspec.convert(yaml.load(text, _Loader), Document)  # noqa: S506 - the loader is the safe one, narrowed
    except (yaml.YAMLError, msgspec.ValidationError, RecursionError) as error:
        raise Invalid.field("text", "rule.text_unreadable", problem=str(error).splitlines()[0]) from None
    if len(document.rules) > MAX_RULES:
        raise Invalid.field("text", "rule.text_too_many", limit=MAX_RULES)
    return [_rule_of(written, f"rules.{i}") for i, written in enumerate(document.rules)]


def _rule_of(written: dict[str, Any], path: str) -> NewRule:
    try:
        rule = msgspec.convert(written, TextRule)
    except msgspec.ValidationError as error:
        _refuse(path, str(error))
    name = rule.trigger if rule.automation is UNSET else rule.automation
    if (rule.trigger is UNSET) == (rule.automation is UNSET) or name is UNSET or not name.strip():
        _refuse(path, "write its name under trigger or automation")
    timing = None
    if rule.automation is not UNSET:
        timing = Timing(
            after=rule.after or "", since=rule.since or "", repeat=rule.repeat, last_actions=rule.last_actions,
            catch_up=rule.catch_up,
        )  # fmt: skip
    return NewRule(
        name=one_line(name), enabled=rule.enabled, occasions=rule.on, when=rule.when, actions=rule.do, stop=rule.stop,
        runs_as=rule.runs_as, timing=timing,
    )  # fmt: skip


def _refuse(path: str, problem: str) -> NoReturn:
    raise Invalid.field(path, "rule.text_unreadable", problem=problem)


async def _check(uow: UnitOfWork, wanted: Sequence[NewRule]) -> None:
    """Raises `Invalid` with the mistakes of all rules, below their places."""
    problems: list[Problem] = []
    for i, rule in enumerate(wanted):
        try:
            await checked(uow, rule)
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
        yield rule, known.get(_key("trigger" if rule.timing is None else "automation", rule.name, asked))


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
        ChangedRule(rule.name, fields)
        for wanted, rule in pairs
        if rule is not None and (fields := _fields(wanted, rule))
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
        name=wanted.name, enabled=wanted.enabled, occasions=wanted.occasions, when=wanted.when, actions=wanted.actions,
        stop=wanted.stop, runs_as=wanted.runs_as or rule.runs_as,
    )  # fmt: skip
    if wanted.timing is not None:
        timing = wanted.timing
        changes = replace(
            changes, after=timing.after, since=timing.since, repeat=timing.repeat, last_actions=timing.last_actions,
            catch_up=timing.catch_up,
        )  # fmt: skip
    return await service.update(uow, rule.id, changes)
