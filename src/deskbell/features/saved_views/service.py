"""Saved views: commands, their tickets and their counts."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET

from deskbell.features.fields.configuration import Configuration, current
from deskbell.features.organizations.calendar import organization_zone
from deskbell.features.saved_views import queries
from deskbell.features.saved_views.events import ViewDeleted, ViewSaved, ViewUpdated
from deskbell.features.saved_views.filters import ticket_filter
from deskbell.features.saved_views.records import (
    BUILT_IN,
    FIELD_COLUMN,
    AllCounts,
    BuiltInView,
    LiveCounts,
    NewView,
    SavedView,
    ViewChanges,
    ViewCount,
)
from deskbell.features.tickets import service as tickets
from deskbell.features.tickets.listing_records import SortField, TicketFilter, TicketSort
from deskbell.features.tickets.queries.counting import count_all_up_to, count_up_to
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.service.searching import fields_of, understand, understand_in
from deskbell.kernel.access import anyone
from deskbell.kernel.changes import one_line
from deskbell.kernel.errors import Conflict, Forbidden, Invalid, Problem
from deskbell.kernel.ids import new_id
from deskbell.kernel.paging import Page, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.preconditions import Precondition, tag_of
from deskbell.kernel.search.language import names_dates
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.directory import Directory

Fields = TypeVar("Fields", NewView, ViewChanges)

_COUNT_LIMIT: Final = 1_000
"""The highest count of a view that no precomputed count can answer."""
_MAX_VIEWS: Final = 200
"""The number of views that a user may save."""


VIEWS: Final = Directory(
    queries.VIEWS,
    "view",
    queries.BY_NAME,
    created=lambda view: ViewSaved(view_id=view.id, name=view.name, shared=view.shared),
    updated=lambda view, changes: ViewUpdated(view_id=view.id, changes=changes),
    deleted=lambda view: ViewDeleted(view_id=view.id, name=view.name),
)


async def list_views(uow: UnitOfWork, page: PageRequest) -> Page[SavedView]:
    """A page of the actor's own views and the shared ones, by name."""
    uow.actor.require(Permission.VIEW_MANAGE)
    return await VIEWS.page(uow.db, page, queries.visible_to(uow.actor))


async def get(uow: UnitOfWork, view_id: UUID) -> SavedView:
    """One of the actor's own views or a shared one. Raises `NotFound`."""
    uow.actor.require(Permission.VIEW_MANAGE)
    return await VIEWS.get(uow.db, view_id, queries.visible_to(uow.actor))


async def counts(uow: UnitOfWork, views: Sequence[SavedView]) -> list[ViewCount | None]:
    """The number of tickets in each view for the actor, with at most one query per view.

    None if the query cannot be parsed any more, or for an API key that may not read tickets.
    """
    uow.actor.require(Permission.VIEW_MANAGE)
    if not uow.actor.may(Permission.TICKET_READ):
        return [None] * len(views)
    calendar, configuration = await _to_read(uow, views)
    return [await _count(uow, view, calendar, configuration) for view in views]


async def _count(uow: UnitOfWork, view: SavedView, calendar: tzinfo, configuration: Configuration) -> ViewCount | None:
    filters = _filter_of(uow, view, calendar, configuration)
    if filters is None:
        return None
    return ViewCount(*await count_up_to(uow.db, uow.actor, filters, _COUNT_LIMIT))


async def all_counts(uow: UnitOfWork) -> AllCounts:
    """The counts of the built-in views and the first `MAX_LIMIT` that the actor sees, by name.

    The number of statements does not depend on the number of views. No view is counted for an API key that may not read
    tickets.
    """
    uow.actor.require(Permission.VIEW_MANAGE)
    saved = await queries.first_by_name(uow.db, queries.visible_to(uow.actor))
    order = await queries.order_of(uow.db, uow.actor.id)
    if not uow.actor.may(Permission.TICKET_READ):
        return AllCounts([(view, None) for view in BUILT_IN], [(view, None) for view in saved], order)
    calendar, configuration = await _to_read(uow, saved)
    wanted = [ticket_filter(uow.actor, view.filter, view.search) for view in BUILT_IN]
    asked = [_filter_of(uow, view, calendar, configuration) for view in saved]
    wanted += [each for each in asked if each is not None]
    counted = iter([ViewCount(*each) for each in await count_all_up_to(uow.db, uow.actor, wanted, _COUNT_LIMIT)])
    built_in: list[tuple[BuiltInView, ViewCount | None]] = [(view, next(counted)) for view in BUILT_IN]
    return AllCounts(
        built_in,
        [(view, None if each is None else next(counted)) for view, each in zip(saved, asked, strict=True)],
        order,
    )


async def built_in_counts(uow: UnitOfWork) -> list[ViewCount | None]:
    """The counts of the built-in views, in their order; None for an API key that may not read tickets."""
    uow.actor.require(Permission.VIEW_MANAGE)
    if not uow.actor.may(Permission.TICKET_READ):
        return [None] * len(BUILT_IN)
    wanted = [ticket_filter(uow.actor, view.filter, view.search) for view in BUILT_IN]
    return [ViewCount(*each) for each in await count_all_up_to(uow.db, uow.actor, wanted, _COUNT_LIMIT)]


async def order(uow: UnitOfWork) -> list[str]:
    """The actor's own order of views: ids of built-in and saved ones, those first that the actor put first."""
    uow.actor.require(Permission.VIEW_MANAGE)
    return await queries.order_of(uow.db, uow.actor.id)


async def set_order(uow: UnitOfWork, ids: Sequence[str]) -> list[str]:
    """Stores the actor's own order of views. It concerns the actor alone, so that it is no event.

    Raises `Invalid` for what is neither a built-in view nor an id.
    """
    uow.actor.require(Permission.VIEW_MANAGE)
    known = {view.id for view in BUILT_IN}
    chosen = []
    for place, text in enumerate(ids):
        try:
            chosen.append(text if text in known else str(UUID(text)))
        except ValueError as error:
            raise Invalid.field(f"ids.{place}", "view.unknown") from error
    chosen = list(dict.fromkeys(chosen))
    await queries.set_order(uow.db, uow.actor.id, chosen)
    return chosen


@anyone("read as Deskbell itself, for sockets; each member is sent their own count alone")
async def live_counts(uow: UnitOfWork, user_ids: Sequence[UUID]) -> LiveCounts:
    """The counts of the built-in views that change with tickets, at a cost that does not grow with the organization."""
    return await queries.live_counts(uow.db, list(user_ids))


async def _to_read(uow: UnitOfWork, views: Sequence[SavedView]) -> tuple[tzinfo, Configuration]:
    """The time zone and the fields that the queries of views are read with."""
    configuration = await fields_of(uow, *(view.query for view in views))
    dated = bool(configuration.fields) or any(names_dates(view.query) for view in views)
    return (await organization_zone(uow.db))[1] if dated else UTC, configuration


def _filter_of(uow: UnitOfWork, view: SavedView, calendar: tzinfo, configuration: Configuration) -> TicketFilter | None:
    """The filter of a view; None if its query cannot be parsed any more."""
    try:
        query = understand_in(calendar, uow, view.query, "query", configuration=configuration)
        return ticket_filter(uow.actor, view.filter, query)
    except Invalid:
        return None


async def list_tickets(
    uow: UnitOfWork, view_id: UUID, page: PageRequest, *, sort: SortField | None = None, descending: bool | None = None
) -> Page[Ticket]:
    """A page of a view's tickets, in the view's order unless `sort` is given. Raises `NotFound`, `Invalid`."""
    uow.actor.require(Permission.VIEW_MANAGE, Permission.TICKET_READ)
    view = await get(uow, view_id)
    filters = ticket_filter(uow.actor, view.filter, await understand(uow, view.query, "query"))
    order = TicketSort(sort or view.sort, view.descending if descending is None else descending)
    return await tickets.list_tickets(uow, filters, order, page)


async def tickets_of(uow: UnitOfWork, view_id: UUID) -> TicketFilter:
    """The filter that selects a view's tickets for the actor. Raises `NotFound`, `Invalid`."""
    uow.actor.require(Permission.VIEW_MANAGE)
    view = await get(uow, view_id)
    return ticket_filter(uow.actor, view.filter, await understand(uow, view.query, "query"))


async def create(uow: UnitOfWork, new: NewView) -> SavedView:
    """Saves a view. Raises `Invalid` for a blank name or a query that cannot be parsed, `Conflict` above the limit."""
    uow.actor.require(Permission.VIEW_MANAGE)
    new = await _checked(uow, new)
    if await queries.count_of(uow.db, uow.actor.id) >= _MAX_VIEWS:
        raise Conflict("view.too_many", limit=_MAX_VIEWS)
    view = SavedView(
        id=new_id(), owner_id=uow.actor.id, owner_name="", created_at=uow.now, updated_at=uow.now,
        **msgspec.structs.asdict(new),
    )  # fmt: skip
    await VIEWS.create(uow, view)
    return await get(uow, view.id)


def etag(view: SavedView) -> str:
    """The entity tag of a view: all that its owner sets."""
    return tag_of(view.name, view.shared, view.query, view.filter, view.sort, view.descending, view.columns)


async def update(
    uow: UnitOfWork, view_id: UUID, changes: ViewChanges, expected_version: Precondition | None = None
) -> SavedView:
    """Sets the given fields. Raises `NotFound`, `Forbidden`, `StaleVersion`, `Invalid`."""
    uow.actor.require(Permission.VIEW_MANAGE)
    view = await _locked(uow, view_id, expected_version)
    return await VIEWS.update(uow, view, await _checked(uow, changes))


async def delete(uow: UnitOfWork, view_id: UUID, expected_version: Precondition | None = None) -> None:
    """Deletes a view. Raises `NotFound`, `Forbidden`, `StaleVersion`."""
    uow.actor.require(Permission.VIEW_MANAGE)
    await VIEWS.delete(uow, await _locked(uow, view_id, expected_version))


async def _locked(uow: UnitOfWork, view_id: UUID, expected_version: Precondition | None) -> SavedView:
    """A view that the actor may change: owners their own, admins also shared ones."""
    view = await VIEWS.lock(uow.db, view_id, queries.visible_to(uow.actor))
    if view.owner_id != uow.actor.user_id and not uow.actor.may(Permission.ORGANIZATION_MANAGE):
        raise Forbidden("view.not_owner")
    if expected_version is not None:
        expected_version.demand(etag(view), view)
    return view


async def _checked(uow: UnitOfWork, fields: Fields) -> Fields:
    """Normalizes name, query and columns. Raises `Invalid` for a blank name and for a query that cannot be parsed."""
    problems: list[Problem] = []
    name = one_line(fields.name)
    if name == "":
        problems.append(Problem.at("name", "blank"))
    query, columns = fields.query, fields.columns
    if query is not UNSET:
        query = query.strip()
        try:
            configuration = await fields_of(uow, query)
            understand_in(UTC, uow, query, "query", to_keep=True, configuration=configuration)
        except Invalid as refusal:
            problems += refusal.problems
    if columns is not UNSET:
        columns = list(dict.fromkeys(columns))
        own = [column for column in columns if column.startswith(FIELD_COLUMN)]
        known = (await current(uow.db, uow.actor.organization_id)).by_key if own else {}
        problems += [
            Problem.at(f"columns.{columns.index(column)}", "search.field_unknown", key=key)
            for column in own
            if (key := column.removeprefix(FIELD_COLUMN)) not in known
        ]
    if problems:
        raise Invalid(problems)
    return msgspec.structs.replace(fields, name=name, query=query, columns=columns)
