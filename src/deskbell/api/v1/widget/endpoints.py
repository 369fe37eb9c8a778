"""v1: the form and chat that other sites show."""

from typing import Final

from litestar.params import JSONBody

from deskbell.api.shared.routing import Uow, get, put
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.widget.shapes import UpdateWidget
from deskbell.features.widget import service
from deskbell.features.widget.records import Widget
from deskbell.kernel.permissions import Permission

TAG: Final = ["Widget"]


@get("/widget", permission=Permission.WIDGET_MANAGE, tags=TAG, summary="Get the widget's settings")
async def get_widget(uow: Uow) -> Success[Widget]:
    """Returns whether other sites may show the form and the chat, and which sites."""
    return Success(await service.get(uow))


@put("/widget", permission=Permission.WIDGET_MANAGE, tags=TAG, summary="Set up the widget")
async def update_widget(uow: Uow, data: JSONBody[UpdateWidget]) -> Success[Widget]:
    """Sets the given fields. `origins` are the sites that may show the widget, such as `https://shop.example`."""
    return Success(await service.update(uow, data.command()))


ROUTES = [get_widget, update_widget]
