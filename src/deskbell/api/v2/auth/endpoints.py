"""v2: sign-in, sign-up, sign-out, and the links in account mails."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from litestar import Response
from litestar.datastructures import CacheControlHeader, Cookie, State
from litestar.params import JSONBody
from msgspec.structs import replace

from deskbell.api.shared.auth import SESSION_COOKIE, credentials_of
from deskbell.api.shared.requests import DeskbellRequest, client_address
from deskbell.api.shared.routing import Public, Uow, get, post
from deskbell.api.v2.auth.shapes import (
    ForgotPassword,
    Login,
    Notice,
    Refresh,
    Register,
    ResetPassword,
    SessionView,
    SignedInView,
    VerifyEmail,
)
from deskbell.api.v2.envelope import One
from deskbell.api.v2.users.shapes import UserView
from deskbell.features.access import service
from deskbell.features.access.records import SignedIn
from deskbell.features.access.service.sessions import Device
from deskbell.features.people.service import profiles
from deskbell.kernel.errors import Forbidden, Invalid, Unauthenticated
from deskbell.kernel.permissions import Permission

TAG = ["Authentication"]


NEVER_STORED: Final = CacheControlHeader(no_store=True)


@contextmanager
def email_worded() -> Iterator[None]:
    """Replaces the messages for an invalid address with the document's wording."""
    try:
        yield
    except Invalid as refusal:
        problems = [replace(each, code="v2.email") if each.path == "email" else each for each in refusal.problems]
        raise Invalid(problems) from refusal


@post(
    "/auth/register", permission=Public.ANONYMOUS, tags=TAG, summary="Create an account", also=(202,),
    refuses=(Forbidden,),
)  # fmt: skip
async def register(
    uow: Uow, request: DeskbellRequest, state: State, data: JSONBody[Register]
) -> Response[One[SignedInView] | One[Notice]]:
    """Creates an account, signs in and mails a link to confirm the address.

    Returns 202 without tokens if the address belongs to an existing contact of the organization: the mailed link must
    be opened before the first sign-in.
    """
    with email_worded():
        signed_in = await service.sign_up(
            uow,
            state.token_keys,
            name=data.name.strip(),
            email=data.email,
            password=data.password,
            organization_id=data.organization_id,
            organization_name=data.organization_name.strip() if data.organization_name else None,
            device=_device(request),
        )
    if signed_in is None:
        notice: Response[Any] = _notice("Please open the link that we have mailed you; then you can sign in.", 202)
        return notice
    return _signed_in(state, signed_in, 201)


@post(
    "/auth/login", permission=Public.ANONYMOUS, tags=TAG, summary="Sign in", status_code=200,
    refuses=(Forbidden, Unauthenticated),
)  # fmt: skip
async def login(uow: Uow, request: DeskbellRequest, state: State, data: JSONBody[Login]) -> Response[One[SignedInView]]:
    """Returns an access token and a refresh token for an email address and password. Also sets the session cookie."""
    with email_worded():
        signed_in = await service.sign_in(
            uow,
            state.token_keys,
            email=data.email,
            password=data.password,
            organization_id=data.organization_id,
            code=data.code,
            device=_device(request),
        )
    return _signed_in(state, signed_in, 200)


@post(
    "/auth/refresh", permission=Public.ANONYMOUS, tags=TAG, summary="Refresh the access token", status_code=200,
    refuses=(Unauthenticated,),
)  # fmt: skip
async def refresh(uow: Uow, state: State, data: JSONBody[Refresh]) -> Response[One[SignedInView]]:
    """Returns a new access token and a new refresh token. A refresh token works once; using it again ends the session."""
    return _signed_in(state, await service.refresh(uow, state.token_keys, data.refresh_token), 200)


@post("/auth/logout", permission=Permission.PROFILE, tags=TAG, summary="Sign out", status_code=200)
async def logout(uow: Uow, state: State) -> Response[One[Notice]]:
    """Ends this session. Its tokens are refused immediately."""
    await service.sign_out(uow)
    answer = _notice("Signed out", 200)
    answer.set_cookie(_cookie(state, "", 0))
    return answer


@get("/auth/session", permission=Permission.PROFILE, tags=TAG, summary="Get the current session",
     cache_control=NEVER_STORED)  # fmt: skip
async def get_session(uow: Uow, request: DeskbellRequest, state: State) -> One[SessionView]:
    """Returns the current user and the access token's expiry."""
    return One(SessionView(UserView.of(await profiles.myself(uow)), _expiry(uow, request, state)))


@post(
    "/auth/forgot-password", permission=Public.ANONYMOUS, tags=TAG, summary="Request a password reset", status_code=200
)
async def forgot_password(uow: Uow, data: JSONBody[ForgotPassword]) -> One[Notice]:
    """Mails a link to reset the password if the address has an account. The response is the same if it has none."""
    with email_worded():
        await service.request_password_reset(uow, data.email)
    return One(Notice("If there is an account with this address, a link to choose a new password is on its way to it."))


@post("/auth/reset-password", permission=Public.ANONYMOUS, tags=TAG, summary="Reset the password", status_code=200)
async def reset_password(uow: Uow, data: JSONBody[ResetPassword]) -> One[Notice]:
    """Sets a new password with the token from a mailed link and ends all sessions."""
    await service.reset_password(uow, data.token, data.new_password)
    return One(Notice("Your password is changed. Please sign in with it."))


@post("/auth/verify-email", permission=Public.ANONYMOUS, tags=TAG, summary="Verify an address", status_code=200)
async def verify_email(uow: Uow, data: JSONBody[VerifyEmail]) -> One[Notice]:
    """Confirms an address with the token from the link mailed to it."""
    await service.verify_email(uow, data.token)
    return One(Notice("Thank you, your address is confirmed."))


def _signed_in(state: State, signed_in: SignedIn, status_code: int) -> Response[Any]:
    return Response(
        One(SignedInView.of(signed_in)),
        status_code=status_code,
        headers={"Cache-Control": "no-store"},
        cookies=[_cookie(state, signed_in.token, signed_in.expires_in)],
    )


def _notice(message: str, status_code: int) -> Response[One[Notice]]:
    return Response(One(Notice(message)), status_code=status_code)


def _cookie(state: State, token: str, max_age: int) -> Cookie:
    secure = state.settings.base_url.startswith("https://")
    return Cookie(SESSION_COOKIE, path="/", value=token, max_age=max_age, secure=secure, httponly=True, samesite="lax")


def _device(request: DeskbellRequest) -> Device:
    return Device(request.headers.get("user-agent"), client_address(request))


def _expiry(uow: Uow, request: DeskbellRequest, state: State) -> datetime | None:
    """The expiry of this request's access token; None for an API key."""
    kind, credential = credentials_of(request)
    if kind == "key":
        return None
    return datetime.fromtimestamp(state.token_keys.read_access(credential, uow.now).expires_at, UTC)


ROUTES = [register, login, refresh, logout, get_session, forgot_password, reset_password, verify_email]
