"""v1: export of the event journal."""

from typing import Annotated

from litestar.params import QueryParameter

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.export.shapes import EventExport, EventView
from deskbell.features.eventlog import service
from deskbell.kernel.permissions import Permission
from deskbell.runtime.journal.description import EVENT_VALUES

MAX_EVENTS = 1000


Since = Annotated[str | None, QueryParameter(description="`next` of the previous export. Default: the first event")]


Limit = Annotated[int, QueryParameter(ge=1, le=MAX_EVENTS, description="Maximum number of events")]


@get("/export/events", permission=Permission.EXPORT, more=EVENT_VALUES, tags=["Export"], summary="Export events")
async def export_events(uow: Uow, since: Since = None, limit: Limit = 500) -> Success[EventExport]:
    """Returns every event exactly once. New events are only ever appended, also under concurrent writes.

    Sort the events of a ticket by `id` to get the order in which they happened.
    """
    page = await service.export(uow, since, limit)
    return Success(EventExport([EventView.of(event) for event in page.events], page.next, page.caught_up))


ROUTES = [export_events]
