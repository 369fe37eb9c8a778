"""The page of one request for a guest, who came by a signed link: read, reply, solve, reopen, rate. Nothing else is reached."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from deskbell.features.guests import service
from deskbell.kernel.errors import DeskbellError, NotFound
from deskbell.kernel.guest_links import GuestKind, LinkEnded
from deskbell.web.forms import Form, form_of
from deskbell.web.help.limits import demand_allowance
from deskbell.web.help.pages import missing
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.attaching import longest_form, sent_file, stored
from deskbell.web.portal.session import Portal, doorstep
from deskbell.web.portal.tickets import TicketPlace, add_reply, give_rating, show_ticket, take_step

_OWN_REFERRER: Final = {"Referrer-Policy": "same-origin"}


@get(["/portal/guest", "/portal/{organization:str}/guest"])
async def guest_page(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The request of a link, with its conversation. Nothing is written: mail scanners open links, too."""
    async with doorstep(request, organization) as at:
        return await _answered(at, lambda place: show_ticket(at, place))


@post(["/portal/guest/reply", "/portal/{organization:str}/guest/reply"], request_max_body_size=None)
async def guest_reply(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Adds the guest's words and files. The link is checked before the form is read."""
    async with doorstep(request, organization) as at:
        found = await _found(at)
        if not isinstance(found, TicketPlace):
            return found
        organization_id = at.at.place.id
    given = await form_of(request, longest=longest_form(request))
    try:
        async with (
            stored(request, organization_id, given.files) as uploads,
            _opened(request, organization) as (at, place),
        ):
            await add_reply(at, place.ticket_id, given, uploads)
            return _back(place, "latest")
    except DeskbellError as error:
        return await _refused(request, organization, given, error)


@post(["/portal/guest/status", "/portal/{organization:str}/guest/status"])
async def guest_status(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Calls the request solved, or opens it again."""
    given = await form_of(request)
    try:
        async with _opened(request, organization) as (at, place):
            await take_step(at, place.ticket_id, given)
            return _back(place, "latest")
    except DeskbellError as error:
        return await _refused(request, organization, given, error)


@post(["/portal/guest/rating", "/portal/{organization:str}/guest/rating"])
async def guest_rating(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Rates how the request was handled, once."""
    given = await form_of(request)
    try:
        async with _opened(request, organization) as (at, place):
            await give_rating(at, place.ticket_id, given)
            return _back(place, "rating")
    except DeskbellError as error:
        return await _refused(request, organization, given, error)


@get(["/portal/guest/files/{file_id:uuid}", "/portal/{organization:str}/guest/files/{file_id:uuid}"])
async def guest_file(
    request: HelpRequest, file_id: FromPath[UUID], organization: FromPath[str | None] = None
) -> Response[Any]:
    """A file of the request's public side."""
    async with doorstep(request, organization) as at:
        return await _answered(at, lambda _: sent_file(at, file_id))


HANDLERS: Final[list[Any]] = [guest_page, guest_reply, guest_status, guest_rating, guest_file]


async def _enter(at: Portal) -> TicketPlace:
    """Enters as the guest of the address's token. Raises `NotFound`, `LinkEnded`, `TooManyRequests`."""
    await demand_allowance(at.request, at.uow)
    guest = await service.enter(at.uow, _token(at), GuestKind.LINK, organization_id=at.at.place.id)
    return TicketPlace(guest.ticket_id, f"{at.root}/guest", f"?token={_token(at)}")


def _token(at: Portal) -> str:
    return at.request.query_params.get("token", "")


async def _answered(at: Portal, show: Callable[[TicketPlace], Awaitable[Response[Any]]]) -> Response[Any]:
    """The answer of `show` for the request that the link opens, or the page of a link that opens none."""
    found = await _found(at)
    answer = await show(found) if isinstance(found, TicketPlace) else found
    answer.headers.update(_OWN_REFERRER)
    return answer


async def _found(at: Portal) -> TicketPlace | Response[Any]:
    """The request that the link opens, or the page of a link that opens none. Raises `TooManyRequests`."""
    try:
        return await _enter(at)
    except NotFound:
        return missing(at.at)
    except LinkEnded as error:
        return at.page("portal/ended.html", status_code=error.status)


@asynccontextmanager
async def _opened(request: HelpRequest, organization: str | None) -> AsyncIterator[tuple[Portal, TicketPlace]]:
    async with doorstep(request, organization, writes=True) as at:
        yield at, await _enter(at)


async def _refused(request: HelpRequest, organization: str | None, given: Form, error: DeskbellError) -> Response[Any]:
    async with doorstep(request, organization) as at:
        return await _answered(at, lambda place: show_ticket(at, place, given, error))


def _back(place: TicketPlace, part: str) -> Redirect:
    return Redirect(f"{place.path}{place.seal}#{part}", status_code=303, headers=_OWN_REFERRER)
