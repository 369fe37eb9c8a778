"""v1: sign-in, sign-up, sign-out, and the links in account mails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from litestar import Response
from litestar.datastructures import State
from litestar.params import JSONBody

from deskbell.api.shared.auth import WEB_COOKIE
from deskbell.api.shared.requests import DeskbellRequest, client_address
from deskbell.api.shared.routing import Public, Uow, get, post
from deskbell.api.shared.signing_in import device_of
from deskbell.api.v1.auth.shapes import (
    AcceptInvitation,
    EmailBody,
    Login,
    Me,
    RefreshBody,
    ResetPassword,
    SignUp,
    SteppedUp,
    StepUp,
    TokenBody,
    TokenView,
    WebSessionView,
)
from deskbell.api.v1.auth.signing_in import kind_of, signed_in_answer, web_cookie
from deskbell.api.v1.envelope import NEVER_STORED, Done, Success
from deskbell.features.access import service
from deskbell.features.people.service import profiles
from deskbell.kernel.errors import Forbidden, Invalid, Problem, Unauthenticated
from deskbell.kernel.permissions import Permission

_DOCUMENT_WORDS: Final = {"organization_id": "organizationId", "new_password": "newPassword"}


@contextmanager
def _in_document_words() -> Iterator[None]:
    """Uses the camelCase names of support-desk.md for the fields in a refusal."""
    try:
        yield
    except Invalid as error:
        problems = [Problem(p.code, _DOCUMENT_WORDS.get(p.path, p.path), p.params) for p in error.problems]
        raise Invalid(problems) from error


TAG = ["Authentication"]


@post(
    "/auth/login", permission=Public.ANONYMOUS, tags=TAG, summary="Sign in", status_code=200,
    cache_control=NEVER_STORED, refuses=(Forbidden, Unauthenticated),
)  # fmt: skip
async def login(
    uow: Uow, request: DeskbellRequest, state: State, data: JSONBody[Login]
) -> Response[Success[TokenView] | Success[WebSessionView]]:
    """Returns an access token and a refresh token for an email address and password.

    401 `TWO_FACTOR_REQUIRED` means that the password is correct and the account also needs a `code`: send all again with
    it. With `"session": "cookie"` the response sets an HttpOnly cookie and has no tokens. That, and each write with the
    cookie, needs the header `X-Deskbell: web` and is accepted from the server's own pages only.
    """
    kind = kind_of(request, data.session)
    signed_in = await service.sign_in(
        uow,
        state.token_keys,
        email=data.email,
        password=data.password,
        organization_id=data.organization_id,
        code=data.code,
        device=device_of(request),
        kind=kind,
    )
    return signed_in_answer(state, signed_in)


@post(
    "/auth/signup", permission=Public.ANONYMOUS, tags=TAG, summary="Sign up", cache_control=NEVER_STORED, also=(202,),
    refuses=(Forbidden,),
)  # fmt: skip
async def sign_up(
    uow: Uow, request: DeskbellRequest, state: State, data: JSONBody[SignUp]
) -> Response[Success[TokenView] | Done]:
    """Creates an account, signs in and mails a link to confirm the address.

    Returns 202 without tokens if the address belongs to an existing contact of the organization: the mailed link must
    be opened before the first sign-in.
    """
    with _in_document_words():
        signed_in = await service.sign_up(
            uow,
            state.token_keys,
            name=data.name.strip(),
            email=data.email,
            password=data.password,
            organization_id=data.organization_id,
            organization_name=data.organization.strip() if data.organization else None,
            phone=data.phone,
            device=device_of(request),
        )
    if signed_in is None:
        return Response(Done("Please open the link that we have mailed you; then you can sign in."), status_code=202)
    message = "Welcome! Please confirm your address with the link that we have mailed you."
    return Response(Success(TokenView.of(signed_in), message), status_code=201)


@post(
    "/auth/refresh", permission=Public.ANONYMOUS, tags=TAG, summary="Refresh the access token", status_code=200,
    cache_control=NEVER_STORED, refuses=(Unauthenticated,),
)  # fmt: skip
async def refresh(uow: Uow, state: State, data: JSONBody[RefreshBody]) -> Success[TokenView]:
    """Returns a new access token and a new refresh token. A refresh token works once; using it again ends the session."""
    return Success(TokenView.of(await service.refresh(uow, state.token_keys, data.refresh_token)))


@post("/auth/logout", permission=Permission.PROFILE, tags=TAG, summary="Sign out", status_code=200)
async def logout(uow: Uow, request: DeskbellRequest, state: State) -> Response[Done]:
    """Ends this session. Its tokens or its cookie are refused immediately."""
    await service.sign_out(uow)
    answer = Response(Done("Signed out"))
    if WEB_COOKIE in request.cookies:
        answer.set_cookie(web_cookie(state, "", 0))
    return answer


@post(
    "/auth/step-up", permission=Permission.PROFILE, tags=TAG, summary="Confirm your password", status_code=200,
    cache_control=NEVER_STORED, refuses=(Unauthenticated,),
)  # fmt: skip
async def step_up(uow: Uow, request: DeskbellRequest, state: State, data: JSONBody[StepUp]) -> Success[SteppedUp]:
    """Confirms that you are the one who uses this session, for ten minutes.

    The web app's cookie lives long, so creating an API key and starting two-factor setup with it answer 403
    `STEP_UP_REQUIRED` when you last gave your password more than ten minutes ago.
    """
    until = await service.step_up(
        uow, state.token_keys, password=data.password, code=data.code, ip=client_address(request)
    )
    return Success(SteppedUp(until))


@post(
    "/auth/forgot-password", permission=Public.ANONYMOUS, tags=TAG, summary="Request a password reset", status_code=200
)
async def forgot_password(uow: Uow, data: JSONBody[EmailBody]) -> Done:
    """Mails a link to reset the password if the address has an account. The response is the same if it has none."""
    await service.request_password_reset(uow, data.email)
    return Done("If there is an account with this address, a link to choose a new password is on its way to it.")


@post("/auth/reset-password", permission=Public.ANONYMOUS, tags=TAG, summary="Reset the password", status_code=200)
async def reset_password(uow: Uow, data: JSONBody[ResetPassword]) -> Done:
    """Sets a new password with the token from a mailed link and ends all sessions."""
    with _in_document_words():
        await service.reset_password(uow, data.token, data.new_password)
    return Done("Your password is changed. Please sign in with it.")


@post("/auth/verify-email", permission=Public.ANONYMOUS, tags=TAG, summary="Confirm an address", status_code=200)
async def verify_email(uow: Uow, data: JSONBody[TokenBody]) -> Done:
    """Confirms an address with the token from the link mailed to it, after sign-up or a change of address."""
    await service.verify_email(uow, data.token)
    return Done("Thank you, your address is confirmed.")


@post(
    "/auth/resend-verification", permission=Permission.PROFILE, tags=TAG, summary="Resend the confirmation mail",
    status_code=200,
)  # fmt: skip
async def resend_verification(uow: Uow) -> Done:
    """Mails the confirmation link again, unless your address is already confirmed."""
    await service.resend_verification(uow)
    return Done("If your address is not confirmed yet, a new link is on its way to it.")


@post(
    "/auth/accept-invitation", permission=Public.ANONYMOUS, tags=TAG, summary="Accept an invitation", status_code=200,
    cache_control=NEVER_STORED, refuses=(Forbidden,),
)  # fmt: skip
async def accept_invitation(
    uow: Uow, request: DeskbellRequest, state: State, data: JSONBody[AcceptInvitation]
) -> Response[Success[TokenView] | Success[WebSessionView]]:
    """Sets a password with the token of an invitation and signs in, with tokens or a cookie as `POST /auth/login` does."""
    signed_in = await service.accept_invitation(
        uow, state.token_keys, token=data.token, name=data.name, password=data.password, device=device_of(request),
        kind=kind_of(request, data.session),
    )  # fmt: skip
    return signed_in_answer(state, signed_in, "Welcome!")


@get("/auth/me", permission=Permission.PROFILE, tags=TAG, summary="Get the current user")
async def me(uow: Uow) -> Success[Me]:
    """Returns your membership in this organization, your permissions and your other organizations."""
    member = await profiles.myself(uow)
    return Success(
        Me(
            id=member.user_id, name=member.name, email=member.email, role=member.role,
            organization_id=member.organization_id, phone=member.phone, avatar_url=member.avatar_url,
            title=member.title, department=member.department, verified=member.verified,
            platform_admin=uow.actor.may(Permission.PLATFORM),
            permissions=[permission for permission in Permission if uow.actor.may(permission)],
            organizations=await service.my_organizations(uow),
        )
    )  # fmt: skip


ROUTES = [
    login,
    sign_up,
    refresh,
    logout,
    step_up,
    forgot_password,
    reset_password,
    verify_email,
    resend_verification,
    accept_invitation,
    me,
]
