"""v1: mailboxes."""

from typing import Final, Literal
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.mailboxes.shapes import CreateMailbox, UpdateMailbox
from deskbell.features.mail.boxes import MailboxSettings
from deskbell.features.mail.service import boxes as service
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Mail"]


@get("/mailboxes", permission=Permission.MAIL_READ, tags=TAG, summary="List mailboxes")
async def list_mailboxes(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["name"]] = "name",
    order: FromQuery[Order] = "asc",
) -> Paginated[MailboxSettings]:
    """Lists the mailboxes by name."""
    found = await service.list_mailboxes(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated(found.items, Pagination.of(found))


@get("/mailboxes/{mailbox_id:str}", permission=Permission.MAIL_READ, tags=TAG, summary="Get a mailbox")
async def get_mailbox(uow: Uow, mailbox_id: FromPath[UUID]) -> Success[MailboxSettings]:
    """Returns a mailbox."""
    return Success(await service.get(uow, mailbox_id))


@post("/mailboxes", permission=Permission.MAIL_MANAGE, tags=TAG, summary="Create a mailbox")
async def create_mailbox(uow: Uow, data: JSONBody[CreateMailbox]) -> Success[MailboxSettings]:
    """Creates a mailbox. An address belongs to one mailbox of the server."""
    return Success(await service.create(uow, data.command()))


@put("/mailboxes/{mailbox_id:str}", permission=Permission.MAIL_MANAGE, tags=TAG, summary="Update a mailbox")
async def update_mailbox(
    uow: Uow, mailbox_id: FromPath[UUID], data: JSONBody[UpdateMailbox]
) -> Success[MailboxSettings]:
    """Updates the given fields."""
    return Success(await service.update(uow, mailbox_id, data.command()))


@delete(
    "/mailboxes/{mailbox_id:str}", permission=Permission.MAIL_MANAGE, tags=TAG, summary="Delete a mailbox",
    status_code=200,
)  # fmt: skip
async def delete_mailbox(uow: Uow, mailbox_id: FromPath[UUID]) -> Done:
    """Deletes a mailbox with its addresses. Its mails and tickets remain; the default mailbox cannot be deleted."""
    await service.delete(uow, mailbox_id)
    return Done("Mailbox deleted")


ROUTES = [list_mailboxes, get_mailbox, create_mailbox, update_mailbox, delete_mailbox]
