"""Commands on rules. A rule holds for the next change of a ticket once it is saved."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.fields.configuration import current
from deskbell.features.rules.checking import actions_of, checked, meanings, writes
from deskbell.features.rules.events import (
    RuleCreated,
    RuleDeleted,
    RuleRestored,
    RuleStopped,
    RuleSwitchedOff,
    RuleUpdated,
)
from deskbell.features.rules.files import change_of, files_in, keep, offered
from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.recomputing import Recompute, recompute_moments
from deskbell.features.rules.records import (
    Firing,
    NewRule,
    Rule,
    RuleChanges,
    RuleVersion,
    SwitchedOff,
    TakenEffect,
)
from deskbell.features.rules.scheduling import scheduled
from deskbell.features.tickets.queries import references
from deskbell.features.tickets.queries.rules import rules_version
from deskbell.features.tickets.rules import SINCE, Schedule, Timing
from deskbell.kernel.access import step
from deskbell.kernel.changes import difference, one_line, require_text
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.fields import MOMENTS
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.kernel.rules.vocabulary import FIELD, OPERATORS, OperatorShape
from deskbell.runtime import pages
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.reactions import enqueue
from deskbell.runtime.references import when_gone
from deskbell.runtime.sql import sql

MAX_ENABLED: Final = {"trigger": 200, "automation": 100, "schedule": 50}
"""The maximum number of enabled rules of an organization, by kind."""
_SAVED: Final = (
    "name", "enabled", "occasions", "condition", "actions", "names", "stop", "runs_as", "stopped_at", "version", "place",
    "switched_off", "updated_at", "deleted_at", "timing", "schedule", "armed_at", "next_at", "recomputing",
)  # fmt: skip


async def list_rules(uow: UnitOfWork, page: PageRequest) -> Page[Rule]:
    """A page of the organization's rules, in the order in which they fire."""
    uow.actor.require(Permission.RULE_READ)
    return await pages.page(uow.db, queries.RULES, queries.IN_ORDER, page, where=sql("r.deleted_at is null"))


async def list_etag(uow: UnitOfWork) -> str:
    """The entity tag of the whole list: it changes with every rule and with the order."""
    uow.actor.require(Permission.RULE_READ)
    return f'"{await rules_version(uow.db)}"'


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


async def list_firings(
    uow: UnitOfWork, rule_id: UUID, page: PageRequest
) -> tuple[Page[Firing], dict[int, list[TakenEffect]]]:
    """A page of a rule's firings, newest first, and the effects that have been taken, by firing. Raises `NotFound`."""
    uow.actor.require(Permission.RULE_READ, Permission.TICKET_READ)
    await get(uow, rule_id)
    found = await queries.firings_of(uow.db, rule_id, page)
    return found, await queries.effects_of(uow.db, [each.id for each in found.items])


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


async def anchors(uow: UnitOfWork) -> list[str]:
    """The moments of a ticket from which automations count, the organization's own dates included."""
    uow.actor.require(Permission.RULE_READ)
    configured = await current(uow.db, uow.actor.organization_id)
    return [*SINCE, *(f"{FIELD}{key}" for key, each in configured.by_key.items() if each.kind in MOMENTS)]


async def create(uow: UnitOfWork, new: NewRule, file_ids: Sequence[UUID] = ()) -> Rule:
    """Adds a rule after the others; `file_ids` are uploads that its actions may name.

    Raises `Invalid` naming every mistake, `Conflict` for more than the limit.
    """
    uow.actor.require(Permission.RULE_MANAGE)
    require_text(name=new.name)
    await queries.note_change(uow.db, uow.actor.organization_id)
    rule = Rule(
        id=new_id(), place=await queries.last_place(uow.db) + 1, kind=new.kind,
        name=one_line(new.name), enabled=new.enabled, occasions=new.occasions, condition={"when": new.when},
        actions=new.actions, names=[], stop=new.stop, timing=new.timing, schedule=new.schedule,
        armed_at=None,
        runs_as=await _author(uow, new), version=0, switched_off=None, created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    found = await offered(uow, None, (), file_ids)
    rule = await _armed(uow, None, replace(rule, names=await checked(uow, written(rule), found.files), version=1))
    await uow.db.execute(queries.RULES.insert(rule, organization_id=uow.actor.organization_id))
    await keep(uow, rule, found)
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
    after = _changed(rule, changes)
    after = replace(after, runs_as=await _author(uow, written(after)))
    found = await offered(uow, rule.id, rule.names, changes.file_ids)
    changed = difference(rule, after)
    is_read = changes.file_ids is not UNSET or changed.keys() - {"name", "enabled", "stop"}
    if is_read or (after.enabled and not rule.enabled):
        after = replace(after, names=await checked(uow, written(after), found.files))
    if (files := change_of(rule.names, after.names)) is not None:
        changed["files"] = files
    if not changed:
        return rule
    await keep(uow, after, found)
    after = await _save(uow, rule, after)
    uow.record(RuleUpdated(rule_id=rule.id, changes=changed))
    return after


def _changed(rule: Rule, changes: RuleChanges) -> Rule:
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    given.pop("file_ids", None)
    chosen = "for" if rule.schedule is not None else "when"
    for name, key in (("when", "when"), ("for", "chosen")):
        if key in given:
            if name != chosen:
                raise Invalid.field(name, "rule.one_kind")
            given["condition"] = {"when": given.pop(key)}
    if "name" in given:
        given["name"] = one_line(given["name"])
    for part, kind in (("timing", Timing), ("schedule", Schedule)):
        changed = {name: given.pop(name) for name in kind.__struct_fields__ if name in given}
        if changed:
            present = getattr(rule, part)
            if present is None:
                raise Invalid.field(next(iter(changed)), "rule.one_kind")
            given[part] = replace(present, **changed)
    return replace(rule, **given)


async def delete(uow: UnitOfWork, rule_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a rule; `restore` brings it back for 30 days. What it did stays. Raises `NotFound`, `StaleVersion`."""
    uow.actor.require(Permission.RULE_MANAGE)
    rule = await _locked(uow, rule_id, expected_version)
    await uow.db.execute(queries.RULES.update(replace(rule, deleted_at=uow.now, next_at=None), "deleted_at", "next_at"))
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
    saved = wanted.definition
    after = replace(
        rule, name=saved.name, enabled=saved.enabled, occasions=saved.occasions, condition={"when": saved.when},
        actions=saved.actions, stop=saved.stop, runs_as=saved.runs_as, timing=saved.timing,
        schedule=saved.schedule, switched_off=None, deleted_at=None,
    )  # fmt: skip
    if after == rule:
        return rule
    if rule.deleted_at is not None:
        after = replace(after, place=await queries.last_place(uow.db) + 1)
    after = replace(after, names=await checked(uow, saved, files_in(wanted.names)))
    after = await _save(uow, rule, after)
    uow.record(RuleRestored(rule_id=rule_id, name=after.name, version=wanted.version))
    return after


async def stop(uow: UnitOfWork, rule_id: UUID) -> Rule:
    """Switches a rule off immediately; what it has still to do is left out. Raises `NotFound`."""
    uow.actor.require(Permission.RULE_MANAGE)
    rule = await _locked(uow, rule_id)
    if rule.switched_off == "stopped":
        return rule
    after = await _save(uow, rule, replace(rule, enabled=False, switched_off="stopped", stopped_at=uow.now))
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
    await _save(uow, rule, replace(rule, enabled=False, switched_off=reason))
    uow.record(RuleSwitchedOff(rule_id=rule.id, name=rule.name, reason=reason))


async def _author(uow: UnitOfWork, rule: NewRule) -> str | None:
    """The author of a rule's words: the one who is named, or the actor."""
    if rule.runs_as is not None or not writes(actions_of(rule)):
        return rule.runs_as
    person = await references.find_person(uow.db, uow.actor.user_id) if uow.actor.user_id is not None else None
    if person is None:
        raise Invalid.field("runs_as", "rule.author_missing")
    return person.email


async def _save(uow: UnitOfWork, before: Rule, after: Rule) -> Rule:
    """Writes a rule as its next version."""
    after = await _armed(uow, before, replace(after, version=after.version + 1, updated_at=uow.now))
    await uow.db.execute(queries.RULES.update(after, *_SAVED))
    await _keep_version(uow, after)
    return after


async def _armed(uow: UnitOfWork, before: Rule | None, after: Rule) -> Rule:
    """A rule that is being saved. An automation that is switched on, or fires at other times, counts from now on.

    Raises `Conflict` where too many are enabled.
    """
    if not after.enabled:
        return replace(after, armed_at=None, next_at=None, recomputing=False)
    is_on = before is not None and before.enabled and before.deleted_at is None
    if not is_on:
        limit = MAX_ENABLED[after.kind]
        if await queries.enabled_of(uow.db, after.kind) >= limit:
            raise Conflict("rule.too_many", limit=limit)
        after = replace(after, switched_off=None)
    if after.schedule is not None:
        return await scheduled(uow, before if is_on else None, after)
    if after.timing is None or (is_on and before is not None and before.timing == after.timing):
        return after
    await enqueue(uow, recompute_moments, Recompute(uow.actor.organization_id))
    return replace(after, armed_at=uow.now, recomputing=True)


@step("commands that authorise their actor")
def written(rule: Rule) -> NewRule:
    """A rule as it is written."""
    return NewRule(
        name=rule.name, enabled=rule.enabled, occasions=rule.occasions, when=rule.condition["when"],
        actions=rule.actions, stop=rule.stop, runs_as=rule.runs_as, timing=rule.timing,
        schedule=rule.schedule,
    )  # fmt: skip


async def _keep_version(uow: UnitOfWork, rule: Rule) -> None:
    saved = RuleVersion(
        rule_id=rule.id, version=rule.version, definition=written(rule), names=rule.names, saved_at=uow.now,
        saved_by=uow.actor.user_id,
    )  # fmt: skip
    await uow.db.execute(queries.VERSIONS.insert(saved, organization_id=uow.actor.organization_id))


async def _locked(uow: UnitOfWork, rule_id: UUID, expected_version: Precondition | None = None) -> Rule:
    await queries.note_change(uow.db, uow.actor.organization_id)
    rule = await queries.RULES.find(uow.db, sql("r.id = {} and r.deleted_at is null", rule_id)) or _missing()
    if expected_version is not None:
        expected_version.demand(etag(rule), rule)
    return rule


def _missing() -> Rule:
    raise NotFound("rule")
