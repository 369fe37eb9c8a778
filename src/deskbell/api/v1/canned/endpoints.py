"""v1: canned responses and their rendering for a ticket."""

from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.canned.shapes import CannedView, CreateCanned, RenderBody, RenderedView, UpdateCanned
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.files.shapes import FileView
from deskbell.features.canned import service
from deskbell.features.canned.records import CannedChanges, CannedResponse, NewCanned
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.markdown import to_html

TAG: Final = ["Canned responses"]


@get("/canned-responses", permission=Permission.CANNED_READ, tags=TAG, summary="List canned responses")
async def list_canned(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["title"]] = "title",
    order: FromQuery[Order] = "asc",
    search: Annotated[
        str | None, QueryParameter(max_length=200, description="Text contained in title, content or shortcut")
    ] = None,
) -> Paginated[CannedView]:
    """Lists the canned responses that you may use by title: your own, and shared ones that are not another group's."""
    found = await service.list_responses(uow, search, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([CannedView.of(each) for each in found.items], Pagination.of(found))


@get(
    "/canned-responses/{response_id:str}", permission=Permission.CANNED_READ, tags=TAG, summary="Get a canned response"
)
async def get_canned(uow: Uow, response_id: FromPath[UUID]) -> Response[Success[CannedView]]:
    """Returns a canned response."""
    return _answer(await service.get(uow, response_id))


@post("/canned-responses", permission=Permission.CANNED_WRITE, tags=TAG, summary="Create a canned response")
async def create_canned(uow: Uow, data: JSONBody[CreateCanned]) -> Success[CannedView]:
    """Creates a canned response."""
    new = NewCanned(
        title=data.title, content=data.content, shortcut=data.shortcut, shared=data.shared, group_id=data.group_id,
        file_ids=data.file_ids,
    )  # fmt: skip
    return Success(CannedView.of(await service.create(uow, new)))


@put(
    "/canned-responses/{response_id:str}", permission=Permission.CANNED_WRITE, tags=TAG,
    summary="Update a canned response",
)  # fmt: skip
async def update_canned(
    uow: Uow, request: DeskbellRequest, response_id: FromPath[UUID], data: JSONBody[UpdateCanned]
) -> Response[Success[CannedView]]:
    """Updates the given fields. With `If-Match`, only if it has not changed since."""
    changes = CannedChanges(
        title=data.title, content=data.content, shortcut=data.shortcut, shared=data.shared, group_id=data.group_id,
        file_ids=data.file_ids,
    )  # fmt: skip
    return _answer(await service.update(uow, response_id, changes, expected_version(request)))


def _answer(response: CannedResponse) -> Response[Success[CannedView]]:
    return tagged(CannedView.of(response), service.etag(response))


@delete(
    "/canned-responses/{response_id:str}", permission=Permission.CANNED_WRITE, tags=TAG,
    summary="Delete a canned response", status_code=200,
)  # fmt: skip
async def delete_canned(uow: Uow, request: DeskbellRequest, response_id: FromPath[UUID]) -> Done:
    """Deletes a canned response. Comments written with it remain."""
    await service.delete(uow, response_id, expected_version(request))
    return Done("Canned response deleted")


@post(
    "/canned-responses/{response_id:str}/render", permission=(Permission.CANNED_READ, Permission.TICKET_READ), tags=TAG,
    summary="Render a canned response for a ticket", status_code=200,
)  # fmt: skip
async def render_canned(uow: Uow, response_id: FromPath[UUID], data: JSONBody[RenderBody]) -> Success[RenderedView]:
    """Replaces the variables with values of the ticket, its requester, you and your organization. Nothing is sent."""
    rendered = await service.render_for_ticket(uow, response_id, data.ticket_id)
    return Success(RenderedView(rendered.text, to_html(rendered.text), rendered.unknown))


@post(
    "/canned-responses/{response_id:str}/files", permission=(Permission.CANNED_READ, Permission.FILE_UPLOAD), tags=TAG,
    summary="Copy the files of a canned response",
)  # fmt: skip
async def copy_canned_files(uow: Uow, request: DeskbellRequest, response_id: FromPath[UUID]) -> Success[list[FileView]]:
    """Makes uploads of yours that are copies of the response's files, to attach to one reply or note."""
    copied = await service.copy_files(uow, request.app.state.storage, response_id)
    return Success([FileView.of(each) for each in copied])


@post(
    "/canned-responses/{response_id:str}/uses", permission=Permission.CANNED_READ, tags=TAG, summary="Count a use",
    status_code=200,
)  # fmt: skip
async def count_canned_use(uow: Uow, response_id: FromPath[UUID]) -> Done:
    """Counts that you put the response into a reply or note. Its `version` stays."""
    await service.count_use(uow, response_id)
    return Done("Use counted")


ROUTES = [
    list_canned,
    get_canned,
    create_canned,
    update_canned,
    delete_canned,
    render_canned,
    copy_canned_files,
    count_canned_use,
]
