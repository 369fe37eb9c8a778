"""v2: canned responses."""

from litestar.params import JSONBody

from deskbell.api.shared.routing import Uow, delete, get, patch, post
from deskbell.api.v2.canned_responses.shapes import CannedView, CreateCanned, UpdateCanned
from deskbell.api.v2.envelope import Many, One
from deskbell.api.v2.fields import LimitParam, PageParam, ResponseId, SearchParam, numbered
from deskbell.features.canned import service
from deskbell.features.canned.records import CannedChanges, NewCanned
from deskbell.kernel.paging import DEFAULT_LIMIT
from deskbell.kernel.permissions import Permission

TAG = ["Canned responses"]


@get("/canned-responses", permission=Permission.CANNED_READ, tags=TAG, summary="List canned responses")
async def list_canned(
    uow: Uow, page: PageParam = 1, limit: LimitParam = DEFAULT_LIMIT, search: SearchParam = None
) -> Many[CannedView]:
    """Lists the organization's canned responses by title."""
    return Many.of(await service.list_responses(uow, search, numbered(page, limit)), CannedView.of)


@post("/canned-responses", permission=Permission.CANNED_WRITE, tags=TAG, summary="Create a canned response")
async def create_canned(uow: Uow, data: JSONBody[CreateCanned]) -> One[CannedView]:
    """Creates a canned response. Variables such as `{{requester.name}}` are replaced on use."""
    new = NewCanned(title=data.title, content=data.content, shortcut=data.shortcut)
    return One(CannedView.of(await service.create(uow, new)))


@patch(
    "/canned-responses/{response_id:str}", permission=Permission.CANNED_WRITE, tags=TAG,
    summary="Update a canned response",
)  # fmt: skip
async def update_canned(uow: Uow, response_id: ResponseId, data: JSONBody[UpdateCanned]) -> One[CannedView]:
    """Updates the given fields. `shortcut: null` removes the shortcut."""
    changes = CannedChanges(title=data.title, content=data.content, shortcut=data.shortcut)
    return One(CannedView.of(await service.update(uow, response_id, changes)))


@delete(
    "/canned-responses/{response_id:str}", permission=Permission.CANNED_WRITE, tags=TAG,
    summary="Delete a canned response",
)  # fmt: skip
async def delete_canned(uow: Uow, response_id: ResponseId) -> None:
    """Deletes a canned response. Comments written with it remain."""
    await service.delete(uow, response_id)


ROUTES = [list_canned, create_canned, update_canned, delete_canned]
