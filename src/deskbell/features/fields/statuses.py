"""Commands on statuses of the organization's own. Each gives the configuration a new version."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.fields import queries
from deskbell.features.fields.events import StatusCreated, StatusStepsChanged, StatusUpdated
from deskbell.features.fields.status_records import NewStatus, OwnStatus, StatusChanges, StatusSteps
from deskbell.kernel.changes import applied, one_line, require_text
from deskbell.kernel.errors import Conflict, Invalid, Problem
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.kernel.statuses import Step
from deskbell.kernel.words import STATUSES
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory
from deskbell.runtime.references import gone

MAX_STATUSES: Final = 100
MAX_STEPS: Final = 1_000
_TAKEN: Final = frozenset({*STATUSES, "none"})
"""Names that mean something else in a search."""

OWN: Final = Directory(
    queries.STATUSES,
    "status",
    queries.STATUSES_IN_ORDER,
    unique="name",
    taken=lambda status: Conflict("status.name_taken", name=status.name),
    created=lambda status: StatusCreated(status_id=status.id, name=status.name, category=status.category),
    updated=lambda status, changes: StatusUpdated(status_id=status.id, changes=changes),
)


async def list_statuses(uow: UnitOfWork, page: PageRequest) -> Page[OwnStatus]:
    """A page of the organization's own statuses in their order, retired ones too. Customers are shown none."""
    uow.actor.require(Permission.FIELD_READ)
    return await OWN.page(uow.db, page)


async def get(uow: UnitOfWork, status_id: UUID) -> OwnStatus:
    """A status. Raises `NotFound`."""
    uow.actor.require(Permission.FIELD_READ)
    return await OWN.get(uow.db, status_id)


def etag(status: OwnStatus) -> str:
    """The entity tag of a status."""
    return tag_of(status.name, status.customer_name, status.position, status.retired)


async def create(uow: UnitOfWork, new: NewStatus) -> OwnStatus:
    """Creates a status, last in the order. Raises `Invalid`, `Conflict` for a name in use or too many."""
    uow.actor.require(Permission.FIELD_MANAGE)
    await queries.next_version(uow.db)
    present = await queries.all_statuses(uow.db)
    if len(present) >= MAX_STATUSES:
        raise Conflict("status.too_many", limit=MAX_STATUSES)
    status = OwnStatus(
        id=new_id(), name=one_line(new.name), customer_name=_clean(new.customer_name), category=new.category,
        position=max((each.position for each in present), default=0) + 1, retired=False,
        created_at=uow.now, updated_at=uow.now,
    )  # fmt: skip
    _require_name(status.name)
    return await OWN.create(uow, status)


async def update(
    uow: UnitOfWork, status_id: UUID, changes: StatusChanges, expected_version: Precondition | None = None
) -> OwnStatus:
    """Sets the given fields; tickets keep the status, whatever its name. Raises `NotFound`, `StaleVersion`, `Conflict`."""
    uow.actor.require(Permission.FIELD_MANAGE)
    await queries.next_version(uow.db)
    status = await OWN.lock(uow.db, status_id)
    if expected_version is not None:
        expected_version.demand(etag(status), status)
    after = replace(applied(status, changes), name=status.name if changes.name is UNSET else one_line(changes.name))
    after = replace(after, customer_name=_clean(after.customer_name))
    _require_name(after.name)
    if after.retired and not status.retired:
        await gone(uow, "status", status.id)
    return await OWN.update(uow, status, after)


async def retire(uow: UnitOfWork, status_id: UUID, expected_version: Precondition | None = None) -> OwnStatus:
    """Takes a status out of the choice; tickets that have it keep it. Raises `NotFound`, `StaleVersion`."""
    uow.actor.require(Permission.FIELD_MANAGE)
    return await update(uow, status_id, StatusChanges(retired=True), expected_version)


async def list_steps(uow: UnitOfWork) -> list[Step]:
    """The steps that are allowed; without any every step is."""
    uow.actor.require(Permission.FIELD_READ)
    return await queries.steps(uow.db)


def steps_etag(steps: Sequence[Step]) -> str:
    """The entity tag of the allowed steps."""
    return tag_of(list(steps))


async def set_steps(uow: UnitOfWork, steps: Sequence[Step], expected_version: Precondition | None = None) -> list[Step]:
    """Replaces the allowed steps. Raises `StaleVersion`, `Invalid` for a status that does not exist."""
    uow.actor.require(Permission.FIELD_MANAGE)
    await queries.next_version(uow.db)
    before, after = await queries.steps(uow.db), list(steps)
    if expected_version is not None:
        expected_version.demand(steps_etag(before), StatusSteps(before))
    known = {*STATUSES, *(str(each.id) for each in await queries.all_statuses(uow.db))}
    problems = [
        Problem.at(f"steps.{i}.{side}", "status.unknown")
        for i, step in enumerate(steps)
        for side, name in (("from", step.start), ("to", step.to))
        if name not in known
    ]
    if problems:
        raise Invalid(problems)
    if before != after:
        await queries.write_steps(uow.db, uow.actor.organization_id, after)
        uow.record(
            StatusStepsChanged(organization_id=uow.actor.organization_id, changes={"steps": Change(before, after)})
        )
    return after


def _clean(name: str | None) -> str | None:
    return one_line(name or "") or None


def _require_name(name: str) -> None:
    require_text(name=name)
    if name.lower() in _TAKEN:
        raise Invalid.field("name", "status.name_of_category", name=name)
