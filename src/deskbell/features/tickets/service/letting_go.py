"""Deleting what tickets refer to: each of them loses it by a change of its own, by whoever deleted it."""

from typing import Final
from uuid import UUID

from deskbell.features.categories import service as categories
from deskbell.features.groups import service as groups
from deskbell.features.tags import service as tags
from deskbell.features.tickets.queries import leaving
from deskbell.features.tickets.queries import tickets as queries
from deskbell.features.tickets.queries.leaving import Deleted
from deskbell.features.tickets.service.changing import let_go
from deskbell.kernel.access import step
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition
from deskbell.runtime.database import UnitOfWork

__all__ = ["AT_ONCE", "delete_category", "delete_group", "delete_tag", "take_off"]

AT_ONCE: Final = 100
"""Up to so many tickets are changed with the deletion itself; a job comes for more."""


async def delete_group(uow: UnitOfWork, group_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a group; its tickets stay, without one. Raises `NotFound`, `StaleVersion`."""
    uow.actor.require(Permission.GROUP_MANAGE)
    await groups.hide(uow, group_id, expected_version)
    await _take_off_few(uow, Deleted("group", group_id))


async def delete_tag(uow: UnitOfWork, tag_id: UUID) -> None:
    """Deletes a tag and takes it off all tickets. Raises `NotFound`."""
    uow.actor.require(Permission.TAG_MANAGE)
    await tags.hide(uow, tag_id)
    await _take_off_few(uow, Deleted("tag", tag_id))


async def delete_category(uow: UnitOfWork, category_id: UUID) -> None:
    """Deletes a category; its tickets stay, without one. Raises `NotFound`."""
    uow.actor.require(Permission.CATEGORY_MANAGE)
    await categories.hide(uow, category_id)
    await _take_off_few(uow, Deleted("category", category_id))


async def _take_off_few(uow: UnitOfWork, deleted: Deleted) -> None:
    if not await leaving.more_have_it_than(uow.db, deleted, AT_ONCE):
        await take_off(uow, deleted, AT_ONCE)


@step("deletions that are authorised, and the job that completes them")
async def take_off(uow: UnitOfWork, deleted: Deleted, how_many: int) -> bool:
    """Takes what was deleted off so many tickets, and forgets it once no ticket has it. False while some still do.

    From the deletion on nobody can give it to a ticket, so that what is found to be gone here stays so.
    """
    ticket_ids = await leaving.lock_having(uow.db, deleted, how_many)
    tickets = await queries.by_ids(uow.db, ticket_ids) if ticket_ids else {}
    for ticket in sorted(tickets.values(), key=lambda each: each.number):
        await let_go(uow, ticket)
    if await leaving.any_has(uow.db, deleted):
        return False
    match deleted.kind:
        case "group":
            await groups.remove(uow, deleted.id)
        case "tag":
            await tags.remove(uow, deleted.id)
        case "category":
            await categories.remove(uow, deleted.id)
    return True
