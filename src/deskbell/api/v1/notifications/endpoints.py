"""v1: notifications."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, QueryParameter

from deskbell.api.shared.routing import Uow, delete, get, patch
from deskbell.api.v1.envelope import Done, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.notifications.shapes import NotificationPage, NotificationView, ReadAll
from deskbell.features.notifications import service
from deskbell.kernel.paging import DEFAULT_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG = ["Notifications"]


@get(
    "/notifications",
    permission=Permission.NOTIFICATION_READ,
    more=(Permission.TICKET_READ, Permission.COMMENT_READ, Permission.COMMENT_INTERNAL, Permission.WEBHOOK_MANAGE),
    tags=TAG,
    summary="List notifications",
)
async def list_notifications(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = DEFAULT_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["created_at"]] = "created_at",
    order: FromQuery[Order] = "desc",
    unread: Annotated[bool, QueryParameter(description="Only unread notifications")] = False,
) -> NotificationPage:
    """Lists your notifications, newest first."""
    found = await service.list_own(
        uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order), unread=unread
    )
    views = [NotificationView.of(each) for each in found.items]
    return NotificationPage(views, Pagination.of(found), await service.count_unread(uow))


@patch(
    "/notifications/{notification_id:str}/read",
    permission=Permission.NOTIFICATION_READ,
    more=(Permission.TICKET_READ, Permission.COMMENT_READ, Permission.COMMENT_INTERNAL, Permission.WEBHOOK_MANAGE),
    tags=TAG,
    summary="Mark a notification as read",
)
async def mark_read(uow: Uow, notification_id: FromPath[UUID]) -> Success[NotificationView]:
    """Marks one of your notifications as read. Repeating the request has no effect."""
    return Success(NotificationView.of(await service.mark_read(uow, notification_id)))


@patch(
    "/notifications/read-all",
    permission=Permission.NOTIFICATION_READ,
    tags=TAG,
    summary="Mark all notifications as read",
)
async def mark_all_read(uow: Uow) -> Success[ReadAll]:
    """Marks all your notifications as read."""
    return Success(ReadAll(await service.mark_all_read(uow)), "All notifications are read")


@delete(
    "/notifications/{notification_id:str}",
    permission=Permission.NOTIFICATION_READ,
    tags=TAG,
    summary="Delete a notification",
    status_code=200,
)
async def delete_notification(uow: Uow, notification_id: FromPath[UUID]) -> Response[Done]:
    """Deletes one of your notifications."""
    await service.delete(uow, notification_id)
    return Response(Done("Notification deleted"))


ROUTES = [list_notifications, mark_read, mark_all_read, delete_notification]
