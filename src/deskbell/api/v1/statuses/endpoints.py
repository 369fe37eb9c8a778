"""v1: statuses of the organization's own, and the steps between statuses."""

from typing import Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.statuses.shapes import CreateStatus, OwnStatusView, Steps, UpdateStatus
from deskbell.features.fields import statuses
from deskbell.features.fields.status_records import OwnStatus
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.kernel.statuses import Step

TAG: Final = ["Statuses"]


def _answer(status: OwnStatus) -> Response[Success[OwnStatusView]]:
    return tagged(OwnStatusView.of(status), statuses.etag(status))


def _answer_steps(steps: list[Step]) -> Response[Success[Steps]]:
    return tagged(Steps(steps), statuses.steps_etag(steps))


@get("/statuses", permission=Permission.FIELD_READ, tags=TAG, summary="List own statuses")
async def list_statuses(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["position"]] = "position",
    order: FromQuery[Order] = "asc",
) -> Paginated[OwnStatusView]:
    """Lists the organization's own statuses in their order, retired ones too. Customers see them on their tickets alone."""
    found = await statuses.list_statuses(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([OwnStatusView.of(each) for each in found.items], Pagination.of(found))


@get("/statuses/steps", permission=Permission.FIELD_READ, tags=TAG, summary="List the steps between statuses")
async def list_status_steps(uow: Uow) -> Response[Success[Steps]]:
    """Returns the steps that the staff may take."""
    return _answer_steps(await statuses.list_steps(uow))


@put("/statuses/steps", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Set the steps between statuses")
async def set_status_steps(uow: Uow, request: DeskbellRequest, data: JSONBody[Steps]) -> Response[Success[Steps]]:
    """Replaces the steps that the staff may take. Others are refused with 409, in every contract."""
    return _answer_steps(await statuses.set_steps(uow, data.steps, expected_version(request)))


@get("/statuses/{status_id:str}", permission=Permission.FIELD_READ, tags=TAG, summary="Get an own status")
async def get_status(uow: Uow, status_id: FromPath[UUID]) -> Response[Success[OwnStatusView]]:
    """Returns a status."""
    return _answer(await statuses.get(uow, status_id))


@post("/statuses", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Create an own status")
async def create_status(uow: Uow, data: JSONBody[CreateStatus]) -> Response[Success[OwnStatusView]]:
    """Creates a status within one of the six."""
    status = await statuses.create(uow, data.command())
    return tagged(OwnStatusView.of(status), statuses.etag(status), new_at=f"/statuses/{status.id}")


@put("/statuses/{status_id:str}", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Update an own status")
async def update_status(
    uow: Uow, request: DeskbellRequest, status_id: FromPath[UUID], data: JSONBody[UpdateStatus]
) -> Response[Success[OwnStatusView]]:
    """Updates the given fields. Tickets keep the status, whatever its name."""
    return _answer(await statuses.update(uow, status_id, data.command(), expected_version(request)))


@delete(
    "/statuses/{status_id:str}", permission=Permission.FIELD_MANAGE, tags=TAG, summary="Retire an own status",
    status_code=200,
)  # fmt: skip
async def retire_status(uow: Uow, request: DeskbellRequest, status_id: FromPath[UUID]) -> Done:
    """Takes a status out of the choice. Tickets that have it keep it."""
    await statuses.retire(uow, status_id, expected_version(request))
    return Done("Status retired")


ROUTES = [list_statuses, list_status_steps, set_status_steps, get_status, create_status, update_status, retire_status]
