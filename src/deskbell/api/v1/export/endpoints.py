"""v1: the journal, for those who keep a copy of it elsewhere."""

from typing import Annotated

from litestar.params import QueryParameter

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.export.shapes import EventExport, EventView
from deskbell.features.audit.policy import EVENT_DATA
from deskbell.features.eventlog import service
from deskbell.kernel.permissions import Permission

MAX_EVENTS = 1000


Since = Annotated[str | None, QueryParameter(description="`next` of the export before; without it, from the beginning")]


Limit = Annotated[int, QueryParameter(ge=1, le=MAX_EVENTS, description="Events at most")]


@get("/export/events", permission=Permission.EXPORT, more=EVENT_DATA, tags=["Export"], summary="Export events")
async def export_events(uow: Uow, since: Since = None, limit: Limit = 500) -> Success[EventExport]:
    """Every event, once each, in an order to which nothing is ever added in between, however many people are writing.

    Events of one ticket come in the order in which they happened where they are ordered by `id`.
    """
    page = await service.export(uow, since, limit)
    return Success(EventExport([EventView.of(event) for event in page.events], page.next, page.caught_up))


ROUTES = [export_events]
