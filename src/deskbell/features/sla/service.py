"""Service-level policies: one for each priority; the documented defaults apply until an organization changes them."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID, uuid5

import msgspec

from deskbell.features.sla.events import SlaPolicyUpdated
from deskbell.features.sla.queries import clocks
from deskbell.features.sla.queries import policies as queries
from deskbell.features.sla.records import PolicyChanges, PolicyEffect, SlaPolicy
from deskbell.kernel.errors import Invalid, NotFound, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.kernel.sla_clock import DEFAULT_POLICIES, Policy
from deskbell.kernel.words import Priority
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import Db

PRIORITIES: Final = tuple(reversed(Priority))
"""The priorities that have a policy, most urgent first."""


async def policies_in_force(db: Db) -> Mapping[str, Policy]:
    """The targets of each priority of the entered organization, for the clocks."""
    stored = await queries.stored_policies(db)
    return {
        priority: Policy(found.first_response_seconds, found.resolution_seconds)
        if (found := stored.get(priority)) is not None
        else default
        for priority, default in DEFAULT_POLICIES.items()
    }


async def list_policies(uow: UnitOfWork) -> list[SlaPolicy]:
    """The organization's policies, most urgent first."""
    uow.actor.require(Permission.SLA_READ)
    stored = await queries.stored_policies(uow.db)
    return [stored.get(priority) or _default(uow.actor.organization_id, priority) for priority in PRIORITIES]


async def get_policy(uow: UnitOfWork, priority: str) -> SlaPolicy:
    """The policy of a priority. Raises `NotFound` for an unknown priority."""
    uow.actor.require(Permission.SLA_READ)
    return next((each for each in await list_policies(uow) if each.priority == priority), None) or _missing()


async def update_policy(uow: UnitOfWork, policy_id: UUID, changes: PolicyChanges) -> SlaPolicy:
    """Sets new targets. Raises `NotFound` for an unknown id, `Invalid` for a bad target."""
    uow.actor.require(Permission.SLA_MANAGE)
    priority = next((each for each in PRIORITIES if _id(uow.actor.organization_id, each) == policy_id), None)
    return await set_policy(uow, priority, changes) if priority is not None else _missing()


def etag(policy: SlaPolicy) -> str:
    """The entity tag of a policy: its targets."""
    return tag_of(policy.first_response_seconds, policy.resolution_seconds)


def list_etag(policies: Sequence[SlaPolicy]) -> str:
    """The entity tag of all policies together."""
    return tag_of(*(etag(policy) for policy in policies))


async def set_policy(
    uow: UnitOfWork, priority: str, changes: PolicyChanges, expected_version: Precondition | None = None
) -> SlaPolicy:
    """Sets the targets of a priority. Raises `NotFound` for an unknown priority, `StaleVersion`.

    Equal values are no change; without a change no event is recorded.
    """
    uow.actor.require(Permission.SLA_MANAGE)
    if priority not in DEFAULT_POLICIES:
        return _missing()
    _demand_targets({"": changes})
    default = _default(uow.actor.organization_id, Priority(priority))
    policy = await queries.lock_policy(uow.db, uow.actor.organization_id, default, uow.now)
    if expected_version is not None:
        expected_version.demand(etag(policy), policy)
    return await _write(uow, policy, changes)


async def set_policies(
    uow: UnitOfWork, changes: Mapping[Priority, PolicyChanges], expected_version: Precondition | None = None
) -> list[SlaPolicy]:
    """Sets the targets of some priorities, all or none; returns all policies. Raises `Invalid`, `StaleVersion`."""
    uow.actor.require(Permission.SLA_MANAGE)
    _demand_targets({f"{priority}.": each for priority, each in changes.items()})
    await uow.begin()
    locked = [
        await queries.lock_policy(uow.db, uow.actor.organization_id, _default(uow.actor.organization_id, each), uow.now)
        for each in PRIORITIES
        if each in changes
    ]
    if expected_version is not None:
        expected_version.demand(list_etag(await list_policies(uow)))
    for policy in locked:
        await _write(uow, policy, changes[policy.priority])
    return await list_policies(uow)


async def preview(uow: UnitOfWork, changes: Mapping[Priority, PolicyChanges]) -> list[PolicyEffect]:
    """The effect of new targets on open tickets, most urgent priority first. Raises `Invalid` for a bad target."""
    uow.actor.require(Permission.SLA_MANAGE)
    _demand_targets({f"{priority}.": each for priority, each in changes.items()})
    changed = [
        msgspec.structs.replace(policy, **_given(changes[policy.priority]))
        for policy in await list_policies(uow)
        if policy.priority in changes
    ]
    found = await clocks.effects(uow.db, changed, uow.now)
    return [found.get(each.priority) or PolicyEffect(each.priority, 0, 0, 0) for each in changed]


def _given(changes: PolicyChanges) -> dict[str, int | None]:
    return {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not msgspec.UNSET}


def _demand_targets(changes: Mapping[str, PolicyChanges]) -> None:
    """Raises `Invalid` for targets that are not positive; the keys begin the paths of their fields."""
    problems = [
        Problem.at(f"{place}{name}", "sla.target")
        for place, each in changes.items()
        for name, value in _given(each).items()
        if value is not None and value <= 0
    ]
    if problems:
        raise Invalid(problems)


async def _write(uow: UnitOfWork, policy: SlaPolicy, changes: PolicyChanges) -> SlaPolicy:
    """Writes a locked policy. Equal values change and record nothing."""
    given = _given(changes)
    recorded = {
        name: Change(getattr(policy, name), value) for name, value in given.items() if getattr(policy, name) != value
    }
    if not recorded:
        return policy
    changed = msgspec.structs.replace(policy, **given, updated_at=uow.now)
    await queries.write_policy(uow.db, changed, uow.now)
    uow.record(SlaPolicyUpdated(policy_id=policy.id, priority=policy.priority, changes=recorded))
    return changed


def _default(organization_id: UUID, priority: Priority) -> SlaPolicy:
    default = DEFAULT_POLICIES[priority]
    return SlaPolicy(
        id=_id(organization_id, priority),
        priority=priority,
        first_response_seconds=default.first_response_seconds,
        resolution_seconds=default.resolution_seconds,
    )


def _id(organization_id: UUID, priority: str) -> UUID:
    """The id of a policy, derived from organization and priority, so that reading the defaults writes nothing."""
    return uuid5(organization_id, f"sla-policy:{priority}")


def _missing() -> SlaPolicy:
    raise NotFound("SLA policy")
