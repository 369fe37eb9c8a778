"""`/`: the start page of a server."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from deskbell import __version__
from deskbell.runtime.settings import Settings
from deskbell.web.demo_sign_ins import PASSWORD, SIGN_INS
from deskbell.web.outbox import is_mail_shown
from deskbell.web.page import page

_BASES: Final = {"v1": "/api/v1", "v2": "/api/v2", "platform": "/v1", "routes": "/", "portals": "/"}


def home_page(titles: Mapping[str, str]) -> HTTPRouteHandler:
    """The handler of `/`. `titles` are those of the contracts, by name."""

    @get("/")
    async def home(request: Request[Any, Any, State]) -> Response[str]:
        """The start page."""
        settings: Settings = request.app.state.settings
        return page(
            request,
            "home.html",
            version=__version__,
            password=PASSWORD,
            sign_ins=SIGN_INS if settings.demo else (),
            contracts=[(name, title, _BASES.get(name, "/")) for name, title in titles.items()],
            mail=is_mail_shown(request),
        )

    return home
