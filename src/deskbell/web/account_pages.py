"""The pages that the links in mails about accounts lead to. Their script sends the link's token to contract v1."""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import QueryParameter
from litestar.response import Redirect

from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD
from deskbell.features.notifications import service as notifications
from deskbell.runtime.database import Database
from deskbell.web.page import page

Token = Annotated[str, QueryParameter(description="The token of the mailed link, which the page's script reads")]
Page = Request[Any, Any, State]


@get("/app/verify-email")
async def verify_email(request: Page, token: Token = "") -> Response[str]:
    """Confirms an address."""
    return _link_page(request, "verify_email.html", token)


@get("/app/change-email")
async def change_email(request: Page, token: Token = "") -> Response[str]:
    """Changes an account's address."""
    return _link_page(request, "change_email.html", token)


@get("/app/reset-password")
async def reset_password(request: Page, token: Token = "") -> Response[str]:
    """Sets a new password. Offers a new link in place of an expired one."""
    return _link_page(request, "reset_password.html", token)


@get("/app/accept-invitation")
async def accept_invitation(request: Page, token: Token = "") -> Response[str]:
    """Sets the first password of an invited person."""
    return _link_page(request, "accept_invitation.html", token)


@get("/app/unsubscribe")
async def ask_to_unsubscribe(request: Page, token: Token = "") -> Response[str]:
    """Asks whether notifications by mail shall end. Programs that only look at links change nothing."""
    return page(request, "unsubscribe.html", status_code=200 if token else 400, is_complete=bool(token), is_done=False)


@post("/app/unsubscribe", status_code=200)
async def unsubscribe(request: Page, token: Token = "") -> Response[str]:
    """Ends notifications by mail for the person of the mail's token, by one click (RFC 8058). The body is not read."""
    database: Database = request.app.state.database
    async with database.unit(None) as uow:
        is_done = await notifications.unsubscribe(uow, token)
    return page(request, "unsubscribe.html", status_code=200 if is_done else 400, is_complete=is_done, is_done=is_done)


@get("/app")
async def app_home() -> Redirect:
    """Redirects to the start page."""
    return Redirect("/")


HANDLERS: Final[list[Any]] = [
    verify_email,
    change_email,
    reset_password,
    accept_invitation,
    ask_to_unsubscribe,
    unsubscribe,
    app_home,
]


def _link_page(request: Page, template: str, token: str) -> Response[str]:
    """The page; 400 with an explanation for a link without its token. The token itself is not part of the page."""
    return page(
        request,
        template,
        status_code=200 if token else 400,
        is_complete=bool(token),
        shortest_password=SHORTEST_PASSWORD,
        longest_password=LONGEST_PASSWORD,
    )
