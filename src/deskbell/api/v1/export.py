"""v1: the journal, for those who keep a copy of it elsewhere."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar.params import QueryParameter
from msgspec import Struct

from deskbell.api.shared.routing import Uow, get
from deskbell.api.v1.envelope import Success
from deskbell.features.eventlog import service
from deskbell.features.eventlog.records import ExportedEvent
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

MAX_EVENTS = 1000

Since = Annotated[str | None, QueryParameter(description="`next` of the export before; without it, from the beginning")]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_EVENTS, description="Events at most")]


class EventView(Struct, frozen=True, kw_only=True):
    """An event as it was written; `data` has the fields of its `type`. `actor_id` is null for Deskbell itself."""

    id: int
    type: str
    timestamp: datetime
    actor_id: UUID | None
    subject_type: str
    subject_id: UUID
    ticket_id: UUID | None
    internal: bool
    imported: bool
    request_id: str | None
    data: dict[str, Any]

    @classmethod
    def of(cls, event: ExportedEvent) -> "EventView":
        """An event in v1's form."""
        return cls(
            id=event.id, type=event.type, timestamp=event.timestamp, actor_id=event.actor_id,
            subject_type=event.subject_type, subject_id=event.subject_id, ticket_id=event.ticket_id,
            internal=event.internal, imported=event.imported, request_id=event.request_id,
            data=msgspec.json.decode(event.data, type=dict[str, Any]),
        )  # fmt: skip


class EventExport(Struct, frozen=True):
    """A part of the journal. Ask again with `since` = `next`; `caught_up` says that nothing more could be read yet."""

    events: list[EventView]
    next: str
    caught_up: bool


@get("/export/events", permission=Permission.EXPORT, tags=["Export"], summary="Export events")
async def export_events(uow: Uow, since: Since = None, limit: Limit = 500) -> Success[EventExport]:
    """Every event, once each, in an order to which nothing is ever added in between, however many people are writing.

    Events of one ticket come in the order in which they happened where they are ordered by `id`.
    """
    page = await service.export(uow, since, limit)
    return Success(EventExport([EventView.of(event) for event in page.events], page.next, page.caught_up))


ROUTES = [export_events]
