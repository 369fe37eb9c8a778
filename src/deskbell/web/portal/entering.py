"""The ways into the portal and out of it: password, mailed link, sign-up, sign-out."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from deskbell.features.access import service
from deskbell.features.access.errors import AddressUnconfirmed, TwoFactorRequired, WrongCode
from deskbell.features.access.policy import LONGEST_PASSWORD, SHORTEST_PASSWORD
from deskbell.features.access.records import SignedIn
from deskbell.features.access.service.sessions import Device
from deskbell.kernel.errors import DeskbellError
from deskbell.runtime.limits import HOUR, Limit
from deskbell.web.forms import Form, form_of
from deskbell.web.help.address import PORTAL
from deskbell.web.help.limits import client_address, demand_allowance
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.session import Portal, doorstep, portal, session_cookie

_SIGN_UPS: Final = Limit(20, HOUR)
_LINKS: Final = Limit(20, HOUR)
_PASSWORDS: Final = {"shortest": SHORTEST_PASSWORD, "longest": LONGEST_PASSWORD}


@get(["/portal/sign-in", "/portal/{organization:str}/sign-in"])
async def sign_in_page(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The form that signs in with a password."""
    async with doorstep(request, organization) as at:
        typed = {"next": request.query_params.get("next", "")}
        return at.page("portal/sign_in.html", typed=typed, wrong={}, asks_code=False)


@post(["/portal/sign-in", "/portal/{organization:str}/sign-in"])
async def sign_in(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Signs in with a password, and with a code where the account has a second factor."""
    form = await form_of(request)
    async with doorstep(request, organization) as at:
        try:
            signed_in = await service.sign_in(
                at.uow, request.app.state.token_keys, email=form.get("email"), password=form.get("password"),
                organization_id=at.at.place.id, code=form.get("code") or None, device=_device(request), kind="portal",
            )  # fmt: skip
            if not signed_in.member.verified:
                raise AddressUnconfirmed
        except DeskbellError as error:
            await at.uow.rollback()
            asks_code = isinstance(error, TwoFactorRequired | WrongCode) or bool(form.get("code"))
            return at.refused("portal/sign_in.html", error, form, asks_code=asks_code)
        return _entered(at, signed_in, form)


@get(["/portal/sign-up", "/portal/{organization:str}/sign-up"])
async def sign_up_page(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The form that makes an account."""
    async with doorstep(request, organization) as at:
        return at.page("portal/sign_up.html", typed={}, wrong={}, **_PASSWORDS)


@post(["/portal/sign-up", "/portal/{organization:str}/sign-up"])
async def sign_up(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Makes an account. Its mailed link comes before the first sign-in: others may have written by mail from the address."""
    form = await form_of(request)
    async with doorstep(request, organization, writes=True) as at:
        await demand_allowance(request, at.uow, "sign-up", _SIGN_UPS)
        await at.uow.commit()  # a refused attempt counts, too
        await at.uow.begin()
        try:
            await service.sign_up(
                at.uow, request.app.state.token_keys, name=form.get("name").strip(), email=form.get("email"),
                password=form.get("password"), organization_id=at.at.place.id, device=_device(request), confirm_first=True,
            )  # fmt: skip
        except DeskbellError as error:
            await at.uow.rollback()
            return at.refused("portal/sign_up.html", error, form, **_PASSWORDS)
        return at.page("portal/mailed.html", confirming=True)


@get(["/portal/mail-link", "/portal/{organization:str}/mail-link"])
async def mail_link_page(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The form that asks for a link in place of a password."""
    async with doorstep(request, organization) as at:
        return at.page("portal/mail_link.html", typed={}, wrong={})


@post(["/portal/mail-link", "/portal/{organization:str}/mail-link"])
async def mail_link(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Mails a link that signs in. The answer is the same for every address."""
    form = await form_of(request)
    async with doorstep(request, organization, writes=True) as at:
        await at.at.enter()
        await demand_allowance(request, at.uow, "mail-link", _LINKS)
        try:
            await service.request_sign_in_link(at.uow, form.get("email"), f"{PORTAL}/{at.at.place.id}")
        except DeskbellError as error:
            await at.undo()
            return at.refused("portal/mail_link.html", error, form)
        return at.page("portal/mailed.html", confirming=False)


@get(["/portal/link", "/portal/{organization:str}/link"])
async def link_page(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The page of a mailed link. Only its button signs in: mail scanners open links, too."""
    async with doorstep(request, organization) as at:
        answer = at.page("portal/link.html", token=request.query_params.get("token", "")[:256], wrong={})
        answer.headers["Referrer-Policy"] = "same-origin"
        return answer


@post(["/portal/link", "/portal/{organization:str}/link"])
async def follow_link(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Signs in with the token of a mailed link."""
    form = await form_of(request)
    async with doorstep(request, organization, writes=True) as at:
        await demand_allowance(request, at.uow)
        try:
            signed_in = await service.sign_in_by_link(
                at.uow, request.app.state.token_keys, form.get("token"), at.at.place.id, _device(request)
            )
        except DeskbellError as error:
            await at.uow.rollback()
            return at.refused("portal/link.html", error, form, token="")
        return _entered(at, signed_in, form)


@post(["/portal/sign-out", "/portal/{organization:str}/sign-out"])
async def sign_out(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Ends the session."""
    await form_of(request)
    async with portal(request, organization, writes=True) as at:
        await service.sign_out(at.uow)
        answer = Redirect(at.at.addresses.home(), status_code=303)
        answer.set_cookie(session_cookie(request, ""))
        return answer


HANDLERS: Final[list[Any]] = [
    sign_in_page, sign_in, sign_up_page, sign_up, mail_link_page, mail_link, link_page, follow_link, sign_out,
]  # fmt: skip


def _entered(at: Portal, signed_in: SignedIn, form: Form) -> Redirect:
    """Leads to the page that was asked for before the sign-in, if it is one of this portal."""
    path = form.get("next")
    inside = path.startswith(f"{at.root}/") and "\\" not in path and "//" not in path and path.isprintable()
    answer = Redirect(path if inside else at.root, status_code=303)
    answer.set_cookie(session_cookie(at.request, signed_in.cookie))
    return answer


def _device(request: HelpRequest) -> Device:
    return Device(request.headers.get("user-agent"), client_address(request))
