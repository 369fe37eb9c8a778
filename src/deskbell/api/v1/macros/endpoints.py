"""v1: macros, their preview and their use."""

from typing import Annotated, Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from deskbell.api.shared.requests import DeskbellRequest, expected_version, say_for
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.macros.shapes import (
    ApplyMacro,
    CreateMacro,
    MacroView,
    PreviewMacro,
    PreviewView,
    UpdateMacro,
)
from deskbell.api.v1.operations.shapes import BulkResult
from deskbell.features.macros import applying, service
from deskbell.features.macros.records import WholeMacro
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission
from deskbell.runtime.markdown import rendered

TAG: Final = ["Macros"]
_WRITES: Final = (Permission.MACRO_MANAGE, Permission.WEBHOOK_MANAGE)
"""For shared macros and mails to addresses, and for calls of webhooks."""


def _answer(whole: WholeMacro) -> Response[Success[MacroView]]:
    return tagged(MacroView.of(whole), service.etag(whole))


@get("/macros", permission=Permission.MACRO_USE, more=(Permission.MACRO_MANAGE,), tags=TAG, summary="List macros")
async def list_macros(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["title"]] = "title",
    order: FromQuery[Order] = "asc",
    search: Annotated[str | None, QueryParameter(max_length=200, description="Text contained in the title")] = None,
    active: Annotated[bool | None, QueryParameter(description="Only those that are switched on, or off")] = None,
) -> Paginated[MacroView]:
    """Lists your own macros and the shared ones, without those of groups that you are not in, by title."""
    asked = PageRequest.numbered(page, limit, cursor, sort=sort, order=order)
    found = await service.list_macros(uow, search, asked, active=active)
    return Paginated([MacroView.of(each) for each in found.items], Pagination.of(found))


@get(
    "/macros/{macro_id:str}", permission=Permission.MACRO_USE, more=(Permission.MACRO_MANAGE,), tags=TAG,
    summary="Get a macro",
)  # fmt: skip
async def get_macro(uow: Uow, macro_id: FromPath[UUID]) -> Response[Success[MacroView]]:
    """Returns a macro."""
    return _answer(await service.get(uow, macro_id))


@post(
    "/macros", permission=Permission.MACRO_USE, more=_WRITES, tags=TAG, summary="Create a macro",
)  # fmt: skip
async def create_macro(uow: Uow, data: JSONBody[CreateMacro]) -> Response[Success[MacroView]]:
    """Creates a macro of your own; leads may create shared ones."""
    whole = await service.create(uow, data.command())
    return tagged(MacroView.of(whole), service.etag(whole), new_at=f"/macros/{whole.macro.id}")


@put(
    "/macros/{macro_id:str}", permission=Permission.MACRO_USE, more=_WRITES, tags=TAG, summary="Update a macro",
)  # fmt: skip
async def update_macro(
    uow: Uow, request: DeskbellRequest, macro_id: FromPath[UUID], data: JSONBody[UpdateMacro]
) -> Response[Success[MacroView]]:
    """Updates the given fields."""
    return _answer(await service.update(uow, macro_id, data.command(), expected_version(request)))


@delete(
    "/macros/{macro_id:str}", permission=Permission.MACRO_USE, more=(Permission.MACRO_MANAGE,), tags=TAG,
    summary="Delete a macro", status_code=200,
)  # fmt: skip
async def delete_macro(uow: Uow, request: DeskbellRequest, macro_id: FromPath[UUID]) -> Done:
    """Deletes a macro. What was done with it remains."""
    await service.delete(uow, macro_id, expected_version(request))
    return Done("Macro deleted")


@post(
    "/macros/{macro_id:str}/preview", permission=(Permission.MACRO_USE, Permission.TICKET_READ),
    more=(Permission.MACRO_MANAGE,), tags=TAG, summary="Preview a macro", status_code=200,
)  # fmt: skip
async def preview_macro(
    uow: Uow, request: DeskbellRequest, macro_id: FromPath[UUID], data: JSONBody[PreviewMacro]
) -> Success[list[PreviewView]]:
    """Shows what the macro would do to up to 100 tickets: changes, rendered words, and what would refuse it."""
    found, say = await applying.preview(uow, macro_id, data.ticket_ids), say_for(request)
    length = sum(len(each.comment.body) for each in found if each.comment)
    return Success(await rendered(lambda: [PreviewView.of(each, say) for each in found], length))


@post(
    "/macros/{macro_id:str}/apply", permission=(Permission.MACRO_USE, Permission.TICKET_UPDATE),
    more=(
        Permission.MACRO_MANAGE, Permission.TICKET_READ, Permission.TICKET_ASSIGN,
        Permission.COMMENT_CREATE, Permission.COMMENT_INTERNAL, Permission.FILE_UPLOAD,
    ),
    tags=TAG, summary="Apply a macro", status_code=200,
)  # fmt: skip
async def apply_macro(
    uow: Uow, request: DeskbellRequest, macro_id: FromPath[UUID], data: JSONBody[ApplyMacro]
) -> Success[BulkResult]:
    """Applies the macro to up to 500 tickets, each for itself, and reports each result. A refused ticket stays as it was.

    All of it is one operation, which can be undone; words and files stay.
    """
    words = data.comment.record() if data.comment else None
    done = await applying.apply(uow, request.app.state.storage, macro_id, data.ticket_ids, words)
    return Success(BulkResult.of(done, say_for(request)))


ROUTES = [list_macros, get_macro, create_macro, update_macro, delete_macro, preview_macro, apply_macro]
