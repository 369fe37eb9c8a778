"""v1: the form and chat that other sites show."""

from typing import Final

from litestar import Response
from litestar.params import JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, get, put
from deskbell.api.v1.envelope import Success, tagged
from deskbell.api.v1.widget.shapes import UpdateWidget
from deskbell.features.widget import service
from deskbell.features.widget.records import Widget
from deskbell.kernel.permissions import Permission

TAG: Final = ["Widget"]


def _answer(widget: Widget) -> Response[Success[Widget]]:
    return tagged(widget, service.etag(widget))


@get("/widget", permission=Permission.WIDGET_MANAGE, tags=TAG, summary="Get the widget's settings")
async def get_widget(uow: Uow) -> Response[Success[Widget]]:
    """Returns whether other sites may show the form and the chat, and which sites."""
    return _answer(await service.get(uow))


@put("/widget", permission=Permission.WIDGET_MANAGE, tags=TAG, summary="Set up the widget")
async def update_widget(uow: Uow, request: DeskbellRequest, data: JSONBody[UpdateWidget]) -> Response[Success[Widget]]:
    """Sets the given fields. `origins` are the sites that may show the widget, such as `https://shop.example`."""
    return _answer(await service.update(uow, data.command(), expected_version(request)))


ROUTES = [get_widget, update_widget]
