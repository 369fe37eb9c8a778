"""v1: commands on many tickets, their progress, and undoing them."""

from typing import Final
from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import UNSET

from deskbell.api.shared.requests import DeskbellRequest, say_for
from deskbell.api.shared.routing import Uow, delete, get, post
from deskbell.api.v1.envelope import Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.operations.shapes import (
    BulkDelete,
    BulkDeletion,
    BulkResult,
    BulkUpdate,
    OperationDetails,
    OperationView,
    Selection,
)
from deskbell.api.v1.tickets.shapes import UpdateTicket
from deskbell.features.operations import service
from deskbell.features.saved_views.service import tickets_of
from deskbell.features.tickets.listing_records import TicketFilter
from deskbell.features.tickets.service.searching import understand
from deskbell.kernel.errors import Conflict, Invalid, NotFound
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Operations"]
_TICKETS: Final = ["Tickets"]
_READ: Final = (Permission.TICKET_READ, Permission.VIEW_MANAGE, Permission.COMMENT_INTERNAL)


async def _filter(uow: Uow, chosen: Selection) -> tuple[TicketFilter, int]:
    """The filter that a query or a view is, with the number of tickets that the caller saw."""
    named = [name for name in ("ticket_ids", "query", "view_id") if getattr(chosen, name) is not UNSET]
    if len(named) != 1:
        raise Invalid.field("ticket_ids" if not named else named[1], "bulk.one_selection")
    if chosen.expected_count is UNSET:
        raise Invalid.field("expected_count", "missing")
    if chosen.view_id is not UNSET:
        try:
            return await tickets_of(uow, chosen.view_id), chosen.expected_count
        except NotFound as error:
            raise Invalid.field("view_id", "view.unknown") from error
    query = None if chosen.query is UNSET else await understand(uow, chosen.query, "query")
    return TicketFilter(search=query), chosen.expected_count


@post(
    "/tickets/bulk-update", permission=Permission.TICKET_UPDATE, more=(*_READ, Permission.TICKET_ASSIGN),
    tags=_TICKETS, summary="Update many tickets", status_code=200, refuses=(Conflict,),
)  # fmt: skip
async def bulk_update(uow: Uow, request: DeskbellRequest, data: JSONBody[BulkUpdate]) -> Success[BulkResult]:
    """Applies a change to up to 500 tickets and reports each result. A refused ticket does not stop the others.

    For a `query` or a `view_id` a job does it: `GET /operations/{operation_id}` shows its progress. 409 if they select another
    number of tickets than `expected_count`.
    """
    if data.updates == UpdateTicket():
        raise Invalid.field("updates", "nothing_to_change")
    changes = data.updates.command()
    if data.ticket_ids is not UNSET and data.query is UNSET and data.view_id is UNSET:
        bulk = await service.bulk_update(uow, data.ticket_ids, changes)
    else:
        bulk = await service.update_matching(uow, *await _filter(uow, data), changes)
    return Success(BulkResult.of(bulk, say_for(request)))


@delete(
    "/tickets/bulk-delete", permission=Permission.TICKET_DELETE, more=_READ, tags=_TICKETS,
    summary="Delete many tickets", status_code=200, refuses=(Conflict,),
)  # fmt: skip
async def bulk_delete(uow: Uow, request: DeskbellRequest, data: JSONBody[BulkDelete]) -> Success[BulkDeletion]:
    """Deletes up to 500 tickets and reports each result. A `query` or a `view_id` is a job, as with `bulk-update`."""
    if data.ticket_ids is not UNSET and data.query is UNSET and data.view_id is UNSET:
        bulk = await service.bulk_delete(uow, data.ticket_ids)
    else:
        bulk = await service.delete_matching(uow, *await _filter(uow, data))
    return Success(BulkDeletion.of(bulk, say_for(request)))


@get(
    "/operations", permission=Permission.TICKET_UPDATE, more=(Permission.TICKET_BULK_ANY,), tags=TAG,
    summary="List operations",
)  # fmt: skip
async def list_operations(
    uow: Uow, page: PageParam = 1, limit: LimitParam = DEFAULT_LIMIT, cursor: CursorParam = None
) -> Paginated[OperationView]:
    """Lists your commands on many tickets of the last 30 days, latest first; with `tickets:bulk` those of all members.

    A change of one ticket that woke rules is listed once it is undone.
    """
    found = await service.list_operations(uow, PageRequest.numbered(page, limit, cursor))
    return Paginated([OperationView.of(each) for each in found.items], Pagination.of(found))


@get(
    "/operations/{operation_id:str}", permission=Permission.TICKET_UPDATE, more=(Permission.TICKET_BULK_ANY,),
    tags=TAG, summary="Get an operation",
)  # fmt: skip
async def get_operation(uow: Uow, request: DeskbellRequest, operation_id: FromPath[UUID]) -> Success[OperationDetails]:
    """Returns how far an operation is, what was refused, and which of its effects no undo takes back.

    A change of one ticket that woke rules is an operation too (`change`): the ticket's explanation names its id.
    """
    return Success(OperationDetails.with_results(await service.get(uow, operation_id), say_for(request)))


@post(
    "/operations/{operation_id:str}/undo", permission=Permission.TICKET_UPDATE,
    more=(Permission.TICKET_BULK_ANY, Permission.TICKET_ASSIGN, Permission.TICKET_DELETE), tags=TAG,
    summary="Undo an operation", status_code=200, refuses=(Conflict,),
)  # fmt: skip
async def undo_operation(uow: Uow, request: DeskbellRequest, operation_id: FromPath[UUID]) -> Success[OperationDetails]:
    """Sets what an operation changed back, within 7 days. It wakes no rule, and can be undone itself.

    Of a change that woke rules it takes back what the rules did as well. What was changed since is kept and listed.
    More than 100 tickets are a job: follow the operation that is returned.
    """
    return Success(OperationDetails.with_results(await service.undo(uow, operation_id), say_for(request)))


ROUTES = [bulk_update, bulk_delete, list_operations, get_operation, undo_operation]
