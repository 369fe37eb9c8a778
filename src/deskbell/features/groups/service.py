"""Commands on groups. Adding an existing member or removing a missing one changes and records nothing."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from msgspec import UNSET

from deskbell.features.groups import queries
from deskbell.features.groups.events import (
    GroupCreated,
    GroupDeleted,
    GroupMemberAdded,
    GroupMemberChanged,
    GroupMemberRemoved,
    GroupUpdated,
)
from deskbell.features.groups.records import Group, GroupChanges, GroupMember, GroupRole
from deskbell.kernel.access import step
from deskbell.kernel.changes import one_line, require_text, stripped
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory
from deskbell.runtime.references import gone

GROUPS: Final = Directory(
    queries.GROUPS,
    "group",
    queries.BY_NAME,
    unique="name",
    taken=lambda group: Conflict("group.name_taken", name=group.name),
    soft=True,
    created=lambda group: GroupCreated(group_id=group.id, name=group.name, description=group.description),
    updated=lambda group, changes: GroupUpdated(group_id=group.id, changes=changes),
)


async def list_groups(uow: UnitOfWork, page: PageRequest) -> Page[Group]:
    """A page of the organization's groups, by name."""
    uow.actor.require(Permission.GROUP_READ)
    return await GROUPS.page(uow.db, page)


async def get(uow: UnitOfWork, group_id: UUID) -> tuple[Group, list[GroupMember]]:
    """A group and its members. Raises `NotFound`."""
    uow.actor.require(Permission.GROUP_READ)
    group = await GROUPS.get(uow.db, group_id)
    return group, await queries.members_of(uow.db, group.id)


async def create(
    uow: UnitOfWork, name: str, description: str, member_ids: Sequence[UUID], lead_ids: Sequence[UUID] = ()
) -> tuple[Group, list[GroupMember]]:
    """Creates a group with its members.

    Raises `Conflict` for a name in use, `Invalid` for a user who is no agent or a lead who is no member.
    """
    uow.actor.require(Permission.GROUP_MANAGE)
    require_text(name=name)
    await _demand_agents(uow, member_ids)
    _demand_members(lead_ids, member_ids)
    group = Group(new_id(), one_line(name), description.strip(), 0, 0, uow.now, uow.now)
    await GROUPS.create(uow, group)
    for user_id in dict.fromkeys(member_ids):
        await _put_in(uow, group.id, user_id, "lead" if user_id in lead_ids else "member")
    return await get(uow, group.id)


def etag(group: Group, members: Sequence[GroupMember]) -> str:
    """The entity tag of a group: its name, description and members."""
    return tag_of(group.name, group.description, sorted((str(member.id), member.role) for member in members))


async def update(
    uow: UnitOfWork, group_id: UUID, changes: GroupChanges, expected_version: Precondition | None = None
) -> tuple[Group, list[GroupMember]]:
    """Sets the given fields. Members keep their roles unless `lead_ids` is given.

    Raises `NotFound`, `StaleVersion`, `Conflict` for a name in use, `Invalid` for a user who is no agent or a lead
    who is no member.
    """
    uow.actor.require(Permission.GROUP_MANAGE)
    group = await _locked(uow, group_id, expected_version)
    require_text(name=changes.name)
    present = await queries.member_roles(uow.db, group.id)
    wanted = list(dict.fromkeys(present if changes.member_ids is UNSET else changes.member_ids))
    if changes.member_ids is not UNSET:
        await _demand_agents(uow, changes.member_ids, but=present)
    leads = [each for each in wanted if present.get(each) == "lead"] if changes.lead_ids is UNSET else changes.lead_ids
    _demand_members(leads, wanted)
    await GROUPS.update(uow, group, GroupChanges(one_line(changes.name), stripped(changes.description)))
    for user_id in [each for each in present if each not in wanted]:
        await _take_out(uow, group.id, user_id)
    for user_id in wanted:
        await _set_role(uow, group.id, user_id, present.get(user_id), "lead" if user_id in leads else "member")
    return await get(uow, group.id)


async def delete(uow: UnitOfWork, group_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a group and frees its name. Raises `NotFound`, `StaleVersion`.

    `tickets` then removes it from each ticket and calls `remove`.
    """
    uow.actor.require(Permission.GROUP_MANAGE)
    group = await _locked(uow, group_id, expected_version)
    tickets = await queries.tickets_in(uow.db, group.id)
    await queries.remove_members(uow.db, group.id)
    await gone(uow, "group", group.id)
    await GROUPS.delete(uow, group, GroupDeleted(group_id=group.id, name=group.name, tickets=tickets))


@step("deletions that are authorised, and the job that completes them")
async def remove(uow: UnitOfWork, group_id: UUID) -> None:
    """Deletes the row of a deleted group, which no ticket refers to any more. `delete` recorded the event."""
    await GROUPS.purge(uow.db, group_id)


async def add_member(
    uow: UnitOfWork, group_id: UUID, user_id: UUID, role: GroupRole | None = None
) -> tuple[Group, list[GroupMember]]:
    """Adds an agent to a group, or changes their role in it. Raises `NotFound`, `Invalid` for a user who is no agent."""
    uow.actor.require(Permission.GROUP_MANAGE)
    group = await _locked(uow, group_id)
    if user_id not in await queries.staff_among(uow.db, [user_id]):
        raise Invalid.field("user_id", "agent.unknown")
    present = (await queries.member_roles(uow.db, group.id)).get(user_id)
    await _set_role(uow, group.id, user_id, present, role or present or "member")
    return await get(uow, group.id)


async def remove_member(uow: UnitOfWork, group_id: UUID, user_id: UUID) -> None:
    """Removes an agent from a group. Raises `NotFound` for an unknown group."""
    uow.actor.require(Permission.GROUP_MANAGE)
    group = await _locked(uow, group_id)
    if user_id in await queries.member_roles(uow.db, group.id):
        await _take_out(uow, group.id, user_id)


@step("commands that authorise their actor")
async def set_groups_of(uow: UnitOfWork, user_id: UUID, group_ids: Sequence[UUID], path: str = "groups") -> None:
    """Replaces the groups of an agent. Raises `Invalid` for ids that are no groups; `path` names the field."""
    known = await queries.existing(uow.db, group_ids)
    problems = [
        Problem.at(f"{path}.{i}", "group.unknown") for i, group_id in enumerate(group_ids) if group_id not in known
    ]
    if problems:
        raise Invalid(problems)
    present = await queries.groups_of(uow.db, user_id)
    for group_id in sorted(known - present):
        await _put_in(uow, group_id, user_id, "member")
    for group_id in sorted(present - known):
        await _take_out(uow, group_id, user_id)


async def _locked(uow: UnitOfWork, group_id: UUID, expected_version: Precondition | None = None) -> Group:
    group = await GROUPS.lock(uow.db, group_id)
    if expected_version is not None:
        expected_version.demand(etag(group, await queries.members_of(uow.db, group.id)))
    return group


async def _set_role(uow: UnitOfWork, group_id: UUID, user_id: UUID, present: GroupRole | None, role: GroupRole) -> None:
    if present is None:
        await _put_in(uow, group_id, user_id, role)
    elif role != present:
        await queries.change_member(uow.db, group_id, user_id, role)
        uow.record(GroupMemberChanged(group_id=group_id, user_id=user_id, changes={"role": Change(present, role)}))


async def _put_in(uow: UnitOfWork, group_id: UUID, user_id: UUID, role: GroupRole) -> None:
    await queries.add_member(uow.db, uow.actor.organization_id, group_id, user_id, role, uow.now)
    uow.record(GroupMemberAdded(group_id=group_id, user_id=user_id, role=role))


async def _take_out(uow: UnitOfWork, group_id: UUID, user_id: UUID) -> None:
    await queries.remove_member(uow.db, group_id, user_id)
    uow.record(GroupMemberRemoved(group_id=group_id, user_id=user_id))


async def _demand_agents(uow: UnitOfWork, user_ids: Sequence[UUID], but: Collection[UUID] = ()) -> None:
    """Raises `Invalid` for users who are no agents. Ignores those in `but`: an unchanged member list must not fail."""
    staff = await queries.staff_among(uow.db, user_ids)
    problems = [
        Problem.at(f"member_ids.{i}", "agent.unknown")
        for i, user_id in enumerate(user_ids)
        if user_id not in staff and user_id not in but
    ]
    if problems:
        raise Invalid(problems)


def _demand_members(lead_ids: Sequence[UUID], member_ids: Sequence[UUID]) -> None:
    """Raises `Invalid` for leads who are no members."""
    problems = [
        Problem.at(f"lead_ids.{i}", "group.lead_no_member")
        for i, user_id in enumerate(lead_ids)
        if user_id not in member_ids
    ]
    if problems:
        raise Invalid(problems)
