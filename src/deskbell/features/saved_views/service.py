"""Saving views, looking through them, and counting what they hold."""

from typing import Any, Final, NoReturn
from uuid import UUID

import msgspec
from msgspec import UNSET

from deskbell.features.saved_views import queries
from deskbell.features.saved_views.events import ViewDeleted, ViewSaved, ViewUpdated
from deskbell.features.saved_views.filters import narrowed
from deskbell.features.saved_views.records import NewView, SavedView, ViewChanges, ViewCount
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.queries.counting import count_up_to
from deskbell.features.tickets.records import SortField, Ticket, TicketSort
from deskbell.features.tickets.service.searching import understand
from deskbell.kernel.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from deskbell.kernel.events import Change
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.database import UnitOfWork

_COUNT_LIMIT: Final = 1_000
"""Up to how many tickets a view is counted whose count is not maintained."""
_MAX_VIEWS: Final = 200
"""Views that one person may save."""


async def list_views(uow: UnitOfWork, page: PageRequest) -> Page[SavedView]:
    """A page of the actor's own views and those that are shared, by name."""
    uow.actor.require(Permission.VIEW_MANAGE)
    return await queries.list_visible(uow.db, uow.actor, page)


async def get(uow: UnitOfWork, view_id: UUID) -> SavedView:
    """A view of the actor's, or a shared one. Raises `NotFound`."""
    uow.actor.require(Permission.VIEW_MANAGE)
    return await queries.find_visible(uow.db, uow.actor, view_id) or _missing()


async def count(uow: UnitOfWork, view: SavedView) -> ViewCount | None:
    """How many tickets a view holds for the actor; None when its query is no longer understood. One query at most."""
    try:
        query = understand(uow, view.query, "query")
    except Invalid:
        return None
    narrow = narrowed(uow.actor, view.filter, query)
    return ViewCount(*await count_up_to(uow.db, uow.actor, narrow, _COUNT_LIMIT))


async def list_tickets(
    uow: UnitOfWork, view_id: UUID, page: PageRequest, *, sort: SortField | None = None, descending: bool | None = None
) -> Page[Ticket]:
    """A page of a view's tickets, in its own order unless another is asked for. Raises `NotFound`, `Invalid`."""
    view = await get(uow, view_id)
    narrow = narrowed(uow.actor, view.filter, understand(uow, view.query, "query"))
    order = TicketSort(sort or view.sort, view.descending if descending is None else descending)
    return await tickets.list_tickets(uow, narrow, order, page)


async def create(uow: UnitOfWork, new: NewView) -> SavedView:
    """Saves a view. Raises `Invalid` for a blank name or a query that is not understood, `Conflict` for one too many."""
    uow.actor.require(Permission.VIEW_MANAGE)
    fields = _checked(uow, msgspec.structs.asdict(new))
    if await queries.count_of(uow.db, uow.actor.id) >= _MAX_VIEWS:
        raise Conflict(f"You have {_MAX_VIEWS} views already; delete some that you no longer use")
    view = SavedView(
        id=new_id(), owner_id=uow.actor.id, owner_name="", created_at=uow.now, updated_at=uow.now, **fields
    )
    await queries.add(uow.db, uow.actor.organization_id, view)
    uow.record(ViewSaved(view_id=view.id, name=view.name, shared=view.shared))
    return await get(uow, view.id)


async def update(uow: UnitOfWork, view_id: UUID, changes: ViewChanges) -> SavedView:
    """Sets the given fields; nothing changed, nothing is recorded. Raises `NotFound`, `Forbidden`, `Invalid`."""
    view = await _locked(uow, view_id)
    given = {name: value for name, value in msgspec.structs.asdict(changes).items() if value is not UNSET}
    fields = {name: value for name, value in _checked(uow, given).items() if value != getattr(view, name)}
    if not fields:
        return view
    changed = msgspec.structs.replace(view, **fields, updated_at=uow.now)
    await queries.write(uow.db, changed)
    told = {name: Change(getattr(view, name), value) for name, value in fields.items()}
    uow.record(ViewUpdated(view_id=view.id, changes=told))
    return changed


async def delete(uow: UnitOfWork, view_id: UUID) -> None:
    """Forgets a view. Raises `NotFound`, `Forbidden`."""
    view = await _locked(uow, view_id)
    await queries.remove(uow.db, view.id)
    uow.record(ViewDeleted(view_id=view.id, name=view.name))


async def _locked(uow: UnitOfWork, view_id: UUID) -> SavedView:
    """A view to be changed: by its owner, or by an admin where it is shared."""
    uow.actor.require(Permission.VIEW_MANAGE)
    view = await queries.lock_visible(uow.db, uow.actor, view_id) or _missing()
    if view.owner_id != uow.actor.user_id and not uow.actor.may(Permission.ORGANIZATION_MANAGE):
        raise Forbidden("Only its owner and admins may change a shared view; save one of your own instead")
    return view


def _checked(uow: UnitOfWork, fields: dict[str, Any]) -> dict[str, Any]:
    """Names and queries without surrounding space. Raises `Invalid` for a blank name and for a query nobody understands."""
    problems: list[FieldProblem] = []
    cleaned = dict(fields)
    if "name" in cleaned:
        cleaned["name"] = " ".join(cleaned["name"].split())
        if not cleaned["name"]:
            problems.append(FieldProblem("name", "This field must not be empty"))
    if "query" in cleaned:
        cleaned["query"] = cleaned["query"].strip()
        try:
            understand(uow, cleaned["query"], "query", to_keep=True)
        except Invalid as refusal:
            problems += refusal.problems
    if "columns" in cleaned:
        cleaned["columns"] = list(dict.fromkeys(cleaned["columns"]))
    if problems:
        raise Invalid(problems)
    return cleaned


def _missing() -> NoReturn:
    raise NotFound("view")
