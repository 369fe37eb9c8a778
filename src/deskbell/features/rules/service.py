"""Commands on rules. A rule holds for the next change of a ticket once it is saved."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.rules import queries
from deskbell.features.rules.checking import checked, meanings, writes
from deskbell.features.rules.events import (
    RuleCreated,
    RuleDeleted,
    RuleRestored,
    RuleStopped,
    RuleSwitchedOff,
    RuleUpdated,
)
from deskbell.features.rules.records import Firing, NewRule, Rule, RuleChanges, RuleVersion, SwitchedOff
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.rules import Action, Meaning
from deskbell.kernel.access import step
from deskbell.kernel.changes import difference, one_line, require_text
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.kernel.rules.vocabulary import OPERATORS, OperatorShape
from deskbell.runtime import pages
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.references import when_gone
from deskbell.runtime.sql import sql

MAX_ENABLED: Final = 200
"""The maximum number of enabled rules of an organization."""
_SAVED: Final = (
    "name", "enabled", "occasions", "condition", "actions", "names", "stop", "runs_as", "stopped_at", "version",
    "switched_off", "updated_at", "deleted_at",
)  # fmt: skip


async def list_rules(uow: UnitOfWork, page: PageRequest) -> Page[Rule]:
    """A page of the organization's rules, in the order in which they fire."""
    uow.actor.require(Permission.RULE_READ)
    return await pages.page(uow.db, queries.RULES, queries.IN_ORDER, page, where=sql("r.deleted_at is null"))


async def list_etag(uow: UnitOfWork) -> str:
    """The entity tag of the whole list: it changes with every rule and with the order."""
    uow.actor.require(Permission.RULE_READ)
    return f'"{await queries.list_version(uow.db)}"'


def etag(rule: Rule) -> str:
    """The entity tag of a rule."""
    return f'"{rule.version}"'


async def get(uow: UnitOfWork, rule_id: UUID) -> Rule:
    """A rule, also a deleted one that can still be brought back. Raises `NotFound`."""
    uow.actor.require(Permission.RULE_READ)
    return await queries.RULES.find(uow.db, sql("r.id = {}", rule_id)) or _missing()


async def list_versions(uow: UnitOfWork, rule_id: UUID, page: PageRequest) -> Page[RuleVersion]:
    """A page of a rule's versions, newest first. Raises `NotFound`."""
    uow.actor.require(Permission.RULE_READ)
    await get(uow, rule_id)
    return await queries.versions_of(uow.db, rule_id, page)


async def list_firings(uow: UnitOfWork, rule_id: UUID, page: PageRequest) -> Page[Firing]:
    """A page of a rule's firings, newest first. Raises `NotFound`."""
    uow.actor.require(Permission.RULE_READ, Permission.TICKET_READ)
    await get(uow, rule_id)
    return await queries.firings_of(uow.db, rule_id, page)


async def uses(uow: UnitOfWork, object_ids: Sequence[UUID]) -> list[Rule]:
    """The rules that name one of these groups, categories and members; enabled ones are switched off when it goes."""
    uow.actor.require(Permission.RULE_READ)
    return await queries.naming(uow.db, object_ids)


async def check(uow: UnitOfWork, when: Any) -> None:
    """Reads a condition. Raises `Invalid` for `when` with each mistake and its position."""
    uow.actor.require(Permission.RULE_READ)
    await meanings(uow, when, [])


def vocabulary(uow: UnitOfWork) -> Sequence[OperatorShape]:
    """The operators of conditions."""
    uow.actor.require(Permission.RULE_READ)
    return OPERATORS


async def create(uow: UnitOfWork, new: NewRule) -> Rule:
    """Adds a rule after the others. Raises `Invalid` naming every mistake, `Conflict` for more than the limit."""
    uow.actor.require(Permission.RULE_MANAGE)
    require_text(name=new.name)
    await queries.note_change(uow.db, uow.actor.organization_id)
    runs_as = await _author(uow, new.actions, new.runs_as)
    names = await checked(uow, new.occasions, new.when, new.actions, runs_as)
    if new.enabled:
        await _require_room(uow)
    rule = Rule(
        id=new_id(), place=await queries.last_place(uow.db) + 1, name=one_line(new.name), enabled=new.enabled,
        occasions=new.occasions, condition={"when": new.when}, actions=new.actions, names=names, stop=new.stop,
        runs_as=runs_as, version=1, switched_off=None, created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    await uow.db.execute(queries.RULES.insert(rule, organization_id=uow.actor.organization_id))
    await _keep_version(uow, rule)
    uow.record(RuleCreated(rule_id=rule.id, name=rule.name))
    return rule


async def update(
    uow: UnitOfWork, rule_id: UUID, changes: RuleChanges, expected_version: Precondition | None = None
) -> Rule:
    """Sets the given fields.

    Raises `NotFound`, `StaleVersion`, `Invalid` naming every mistake, `Conflict` for more than the limit.
    """
    uow.actor.require(Permission.RULE_MANAGE)
    require_text(name=changes.name)
    rule = await _locked(uow, rule_id, expected_version)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    if "when" in given:
        given["condition"] = {"when": given.pop("when")}
    if "name" in given:
        given["name"] = one_line(given["name"])
    after = replace(rule, **given)
    after = replace(after, runs_as=await _author(uow, after.actions, after.runs_as))
    if {"condition", "actions", "occasions", "runs_as"} & given.keys() or (after.enabled and not rule.enabled):
        after = replace(after, names=await _checked(uow, after))
    changed = difference(rule, after)
    changed.pop("names", None)
    if not changed:
        return rule
    if after.enabled and not rule.enabled:
        await _require_room(uow)
        after = replace(after, switched_off=None)
    after = await _save(uow, after)
    uow.record(RuleUpdated(rule_id=rule.id, changes=changed))
    return after


async def delete(uow: UnitOfWork, rule_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a rule; `restore` brings it back for 30 days. What it did stays. Raises `NotFound`, `StaleVersion`."""
    uow.actor.require(Permission.RULE_MANAGE)
    rule = await _locked(uow, rule_id, expected_version)
    await uow.db.execute(queries.RULES.update(replace(rule, deleted_at=uow.now), "deleted_at"))
    uow.record(RuleDeleted(rule_id=rule_id, name=rule.name))


async def restore(uow: UnitOfWork, rule_id: UUID, version: int | None = None) -> Rule:
    """Brings a deleted rule back, after the others, or makes an earlier version hold again. It is a save like any other.

    Raises `NotFound`, `Invalid` for names that mean nothing any more, `Conflict` for more than the limit.
    """
    uow.actor.require(Permission.RULE_MANAGE)
    await queries.note_change(uow.db, uow.actor.organization_id)
    rule = await queries.RULES.find(uow.db, sql("r.id = {}", rule_id)) or _missing()
    wanted = await queries.VERSIONS.find(
        uow.db, sql("v.rule_id = {} and v.version = {}", rule_id, rule.version if version is None else version)
    )
    if wanted is None:
        raise NotFound("rule_version")
    written = wanted.definition
    if written.enabled and (not rule.enabled or rule.deleted_at is not None):
        await _require_room(uow)
    place = rule.place if rule.deleted_at is None else await queries.last_place(uow.db) + 1
    after = replace(
        rule, place=place, name=written.name, enabled=written.enabled, occasions=written.occasions,
        condition={"when": written.when}, actions=written.actions, stop=written.stop, runs_as=written.runs_as,
        switched_off=None, deleted_at=None,
    )  # fmt: skip
    after = replace(after, names=await _checked(uow, after))
    if after == rule:
        return rule
    after = await _save(uow, after)
    uow.record(RuleRestored(rule_id=rule_id, name=after.name, version=wanted.version))
    return after


async def stop(uow: UnitOfWork, rule_id: UUID) -> Rule:
    """Switches a rule off immediately; what it has still to do is left out. Raises `NotFound`."""
    uow.actor.require(Permission.RULE_MANAGE)
    rule = await _locked(uow, rule_id)
    if rule.switched_off == "stopped":
        return rule
    after = await _save(uow, replace(rule, enabled=False, switched_off="stopped", stopped_at=uow.now))
    uow.record(RuleStopped(rule_id=rule_id, name=rule.name))
    return after


async def put_in_order(uow: UnitOfWork, rule_ids: Sequence[UUID], expected_version: Precondition | None = None) -> str:
    """Orders all rules and returns the new entity tag of the list.

    Raises `StaleVersion`, `Conflict` if these are not exactly the organization's rules, as after another's change.
    """
    uow.actor.require(Permission.RULE_MANAGE)
    version = await queries.note_change(uow.db, uow.actor.organization_id)
    if expected_version is not None:
        expected_version.demand(f'"{version - 1}"')
    if len(set(rule_ids)) != len(rule_ids) or set(rule_ids) != await queries.ids(uow.db):
        raise Conflict("rule.order_of_others")
    await queries.put_in_order(uow.db, rule_ids)
    return f'"{version}"'


@when_gone
@step("deletions that are authorised")
async def switch_off_rules_naming(uow: UnitOfWork, _kind: str, object_id: UUID) -> None:
    """Switches off the enabled rules that name an object that goes with this unit."""
    if await queries.lock_list(uow.db):
        for rule in await queries.naming(uow.db, [object_id]):
            if rule.enabled:
                await switch_off(uow, rule, "reference_gone")


@step("deletions that are authorised, and the reaction to failures")
async def switch_off(uow: UnitOfWork, rule: Rule, reason: SwitchedOff) -> None:
    """Switches a rule off in the name of Deskbell."""
    await queries.note_change(uow.db, uow.actor.organization_id)
    await _save(uow, replace(rule, enabled=False, switched_off=reason))
    uow.record(RuleSwitchedOff(rule_id=rule.id, name=rule.name, reason=reason))


async def _checked(uow: UnitOfWork, rule: Rule) -> list[Meaning]:
    return await checked(uow, rule.occasions, rule.condition["when"], rule.actions, rule.runs_as)


async def _author(uow: UnitOfWork, actions: Sequence[Action], named: str | None) -> str | None:
    """The author of a rule's words: the one who is named, or the actor."""
    if named is not None or not writes(actions):
        return named
    person = await references.find_person(uow.db, uow.actor.user_id) if uow.actor.user_id is not None else None
    if person is None:
        raise Invalid.field("runs_as", "rule.author_missing")
    return person.email


async def _save(uow: UnitOfWork, rule: Rule) -> Rule:
    """Writes a rule as its next version."""
    rule = replace(rule, version=rule.version + 1, updated_at=uow.now)
    await uow.db.execute(queries.RULES.update(rule, *_SAVED, "place"))
    await _keep_version(uow, rule)
    return rule


async def _keep_version(uow: UnitOfWork, rule: Rule) -> None:
    written = NewRule(
        name=rule.name, enabled=rule.enabled, occasions=rule.occasions, when=rule.condition["when"],
        actions=rule.actions, stop=rule.stop, runs_as=rule.runs_as,
    )  # fmt: skip
    saved = RuleVersion(
        rule_id=rule.id, version=rule.version, definition=written, names=rule.names, saved_at=uow.now,
        saved_by=uow.actor.user_id,
    )  # fmt: skip
    await uow.db.execute(queries.VERSIONS.insert(saved, organization_id=uow.actor.organization_id))


async def _locked(uow: UnitOfWork, rule_id: UUID, expected_version: Precondition | None = None) -> Rule:
    await queries.note_change(uow.db, uow.actor.organization_id)
    rule = await queries.RULES.find(uow.db, sql("r.id = {} and r.deleted_at is null", rule_id)) or _missing()
    if expected_version is not None:
        expected_version.demand(etag(rule))
    return rule


def _missing() -> Rule:
    raise NotFound("rule")


async def _require_room(uow: UnitOfWork) -> None:
    if await queries.enabled_count(uow.db) >= MAX_ENABLED:
        raise Conflict("rule.too_many", limit=MAX_ENABLED)
