"""Commands on rules. A rule holds for the next change of a ticket once it is saved."""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.rules import queries
from deskbell.features.rules.events import RuleCreated, RuleDeleted, RuleUpdated
from deskbell.features.rules.records import NewRule, Rule, RuleChanges
from deskbell.features.tickets.rules import OCCASIONS, UNASSIGNED, Action, Meaning, condition_of
from deskbell.kernel.changes import difference, one_line, require_text
from deskbell.kernel.errors import Conflict, Invalid, NotFound, Problem
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.rules.matching import Name, names_in
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.search.groups import parse_group
from deskbell.runtime import pages
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql

MAX_ENABLED: Final = 200
"""The maximum number of enabled rules of an organization."""
MAX_ACTIONS: Final = 20
MAX_SIZE: Final = 64_000
"""The maximum size of a rule's condition and actions, in bytes of JSON."""


async def list_rules(uow: UnitOfWork, page: PageRequest) -> Page[Rule]:
    """A page of the organization's rules, in the order in which they fire."""
    uow.actor.require(Permission.RULE_READ)
    return await pages.page(uow.db, queries.RULES, queries.IN_ORDER, page)


async def get(uow: UnitOfWork, rule_id: UUID) -> Rule:
    """A rule. Raises `NotFound`."""
    uow.actor.require(Permission.RULE_READ)
    return await queries.RULES.find(uow.db, sql("r.id = {}", rule_id)) or _missing()


async def check(uow: UnitOfWork, when: Any) -> None:
    """Reads a condition. Raises `Invalid` for `when` with each mistake and its position."""
    uow.actor.require(Permission.RULE_READ)
    await _meanings(uow, when, [])


async def create(uow: UnitOfWork, new: NewRule) -> Rule:
    """Adds a rule after the others. Raises `Invalid` naming every mistake, `Conflict` for more than the limit."""
    uow.actor.require(Permission.RULE_MANAGE)
    require_text(name=new.name)
    await queries.note_change(uow.db, uow.actor.organization_id)
    names = await _checked(uow, new.occasions, new.when, new.actions)
    if new.enabled:
        await _require_room(uow)
    rule = Rule(
        id=new_id(), place=await queries.last_place(uow.db) + 1, name=one_line(new.name), enabled=new.enabled,
        occasions=new.occasions, condition={"when": new.when}, actions=new.actions, names=names, stop=new.stop,
        version=1, created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    await uow.db.execute(queries.RULES.insert(rule, organization_id=uow.actor.organization_id))
    uow.record(RuleCreated(rule_id=rule.id, name=rule.name))
    return rule


async def update(uow: UnitOfWork, rule_id: UUID, changes: RuleChanges) -> Rule:
    """Sets the given fields. Raises `NotFound`, `Invalid` naming every mistake, `Conflict` for more than the limit."""
    uow.actor.require(Permission.RULE_MANAGE)
    require_text(name=changes.name)
    rule = await _locked(uow, rule_id)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    if "when" in given:
        given["condition"] = {"when": given.pop("when")}
    if "name" in given:
        given["name"] = one_line(given["name"])
    after = replace(rule, **given)
    if {"condition", "actions", "occasions"} & given.keys():
        after = replace(after, names=await _checked(uow, after.occasions, after.condition["when"], after.actions))
    changed = difference(rule, after)
    changed.pop("names", None)
    if not changed:
        return rule
    if after.enabled and not rule.enabled:
        await _require_room(uow)
    after = replace(after, version=rule.version + 1, updated_at=uow.now)
    fields = ("name", "enabled", "occasions", "condition", "actions", "names", "stop", "version", "updated_at")
    await uow.db.execute(queries.RULES.update(after, *fields))
    uow.record(RuleUpdated(rule_id=rule.id, changes=changed))
    return after


async def delete(uow: UnitOfWork, rule_id: UUID) -> None:
    """Deletes a rule. What it did stays. Raises `NotFound`."""
    uow.actor.require(Permission.RULE_MANAGE)
    rule = await _locked(uow, rule_id)
    await queries.remove(uow.db, rule_id)
    uow.record(RuleDeleted(rule_id=rule_id, name=rule.name))


async def put_in_order(uow: UnitOfWork, rule_ids: Sequence[UUID]) -> None:
    """Orders all rules. Raises `Conflict` if these are not exactly the organization's rules, as after another's change."""
    uow.actor.require(Permission.RULE_MANAGE)
    await queries.note_change(uow.db, uow.actor.organization_id)
    if len(set(rule_ids)) != len(rule_ids) or set(rule_ids) != await queries.ids(uow.db):
        raise Conflict("rule.order_of_others")
    await queries.put_in_order(uow.db, rule_ids)


async def _locked(uow: UnitOfWork, rule_id: UUID) -> Rule:
    await queries.note_change(uow.db, uow.actor.organization_id)
    return await queries.RULES.find(uow.db, sql("r.id = {}", rule_id)) or _missing()


def _missing() -> Rule:
    raise NotFound("rule")


async def _require_room(uow: UnitOfWork) -> None:
    if await queries.enabled_count(uow.db) >= MAX_ENABLED:
        raise Conflict("rule.too_many", limit=MAX_ENABLED)


async def _checked(uow: UnitOfWork, occasions: Sequence[str], when: Any, actions: Sequence[Action]) -> list[Meaning]:
    problems = [Problem.at(f"do.{i}", "rule.one_action") for i, each in enumerate(actions) if len(_keys(each)) != 1]
    if not occasions or any(each not in OCCASIONS for each in occasions):
        problems.append(Problem.at("on", "rule.occasion", allowed=OCCASIONS))
    if not actions or len(actions) > MAX_ACTIONS:
        problems.append(Problem.at("do", "rule.actions", limit=MAX_ACTIONS))
    size = len(msgspec.json.encode([when, actions]))
    if size > MAX_SIZE:
        problems.append(Problem.at("when", "rule.too_large", limit=MAX_SIZE, count=size))
    if problems:
        raise Invalid(problems)
    return await _meanings(uow, when, actions)


def _keys(action: Action) -> list[str]:
    return [name for name in action.__struct_fields__ if getattr(action, name) is not UNSET]


async def _meanings(uow: UnitOfWork, when: Any, actions: Sequence[Action]) -> list[Meaning]:
    """The object that each name means: exactly one, or a problem with its place."""
    names = list(_names_of(actions))
    if when is not None:
        tree = parse_group(when, now=uow.now, vocabulary=RULES, path="when")
        names += [replace(name, path=f"when.{name.path}" if name.path else "when") for name in names_in(tree)]
    wanted = sorted({(name.kind, name.value) for name in names})
    kinds, values = [kind for kind, _ in wanted], [value for _, value in wanted]
    found = {(each.kind, each.name): each.ids for each in await queries.called(uow.db, kinds, values)} if wanted else {}
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


def _names_of(actions: Sequence[Action]) -> Iterator[Name]:
    for i, action in enumerate(actions):
        if action.assign is not UNSET and action.assign != UNASSIGNED:
            yield Name("person", action.assign, f"do.{i}.assign", 0)
        for key in ("set", "fill"):
            fields = getattr(action, key)
            for kind in ("group", "category") if fields is not UNSET else ():
                if (name := getattr(fields, kind)) is not UNSET:
                    yield Name(kind, name, f"do.{i}.{key}.{kind}", 0)
