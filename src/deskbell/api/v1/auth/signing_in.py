"""v1: the answer to a sign-in, with tokens for programs or a cookie for the web app."""

from litestar import Response
from litestar.datastructures import Cookie, State
from msgspec import UNSET

from deskbell.api.shared.auth import WEB_COOKIE, demand_own_page
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.v1.auth.shapes import SessionForm, TokenView, WebSessionView
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.invitations.shapes import MemberView
from deskbell.features.access.records import SessionKind, SignedIn
from deskbell.features.access.service.sessions import LONGEST_WEB_SESSION


def kind_of(request: DeskbellRequest, form: SessionForm) -> SessionKind:
    """The kind of session to start. Raises `Forbidden` for a cookie that another site's page asks for.

    Otherwise that page could sign the browser in to an account of its own, and read what is written there.
    """
    if form == "tokens":
        return "tokens"
    demand_own_page(request)
    return "web"


def signed_in_answer(
    state: State, signed_in: SignedIn, message: str | None = None, status_code: int = 200
) -> Response[Success[TokenView] | Success[WebSessionView]]:
    """The tokens of a sign-in, or the cookie and nothing secret in the body."""
    said = UNSET if message is None else message
    if not signed_in.cookie:
        return Response(Success(TokenView.of(signed_in), said), status_code=status_code)
    view = WebSessionView(signed_in.expires_at, MemberView.of(signed_in.member))
    # The browser keeps it for as long as the session can live; the server ends it sooner if it is not used.
    cookie = web_cookie(state, signed_in.cookie, int(LONGEST_WEB_SESSION.total_seconds()))
    return Response(Success(view, said), status_code=status_code, cookies=[cookie])


def web_cookie(state: State, value: str, max_age: int) -> Cookie:
    """The web app's cookie; an age of 0 removes it."""
    secure = state.settings.base_url.startswith("https://")
    return Cookie(WEB_COOKIE, path="/", value=value, max_age=max_age, secure=secure, httponly=True, samesite="lax")
