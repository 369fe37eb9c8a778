"""v1: requests to delete a customer's data."""

from typing import Annotated, Final
from uuid import UUID

from litestar.params import FromPath, JSONBody, QueryParameter

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.own_data.shapes import AskForDeletion
from deskbell.features.own_data.records import DeletionState, ListedRequest
from deskbell.features.own_data.service import deletion
from deskbell.kernel.errors import NotFound
from deskbell.kernel.paging import DEFAULT_LIMIT, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Deletion requests"]


@get("/deletion-requests", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="List deletion requests")
async def list_deletion_requests(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    of_state: Annotated[DeletionState, QueryParameter(name="state")] = "open",
) -> Paginated[ListedRequest]:
    """Lists the requests of customers to delete their data, the newest first. `done` ones are anonymous."""
    found = await deletion.list_requests(uow, of_state, PageRequest.numbered(page, limit, cursor))
    return Paginated(found.items, Pagination.of(found))


@post(
    "/deletion-requests", permission=Permission.MEMBER_MANAGE, tags=TAG, summary="Request a deletion", status_code=200,
    refuses=(NotFound,),
)  # fmt: skip
async def request_deletion(uow: Uow, data: JSONBody[AskForDeletion]) -> Success[ListedRequest]:
    """Opens a request for a contact who asked by mail or telephone. It is then confirmed like any other."""
    return Success(await deletion.ask_for(uow, data.contact_id))


@post(
    "/deletion-requests/{user_id:str}/confirm", permission=Permission.MEMBER_MANAGE, tags=TAG,
    summary="Confirm a deletion", status_code=200,
)  # fmt: skip
async def confirm_deletion(uow: Uow, user_id: FromPath[UUID]) -> Success[ListedRequest]:
    """Ends the person's access immediately. A worker then mails them a last time and deletes their data, which is final."""
    return Success(await deletion.confirm(uow, user_id))


@post(
    "/deletion-requests/{user_id:str}/decline", permission=Permission.MEMBER_MANAGE, tags=TAG,
    summary="Decline a deletion", status_code=200,
)  # fmt: skip
async def decline_deletion(uow: Uow, user_id: FromPath[UUID]) -> Success[ListedRequest]:
    """Keeps the data. The person gets a mail and may ask again."""
    return Success(await deletion.decline(uow, user_id))


ROUTES = [list_deletion_requests, request_deletion, confirm_deletion, decline_deletion]
