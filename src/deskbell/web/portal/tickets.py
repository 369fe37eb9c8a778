"""One request of a customer: its public conversation, and what the customer may do with it."""

import re
from typing import Any, Final, NamedTuple
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from deskbell.features.feedback import service as feedback
from deskbell.features.feedback.records import Feedback
from deskbell.features.tickets import service
from deskbell.features.tickets.comment_records import Comment, NewComment
from deskbell.features.tickets.service.reading import id_of
from deskbell.kernel.errors import DeskbellError, Invalid, NotFound
from deskbell.kernel.paging import PageRequest
from deskbell.kernel.words import Status
from deskbell.runtime.markdown import to_html
from deskbell.web.forms import Form, form_of
from deskbell.web.help.pages import missing
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.attaching import MOST_FILES, attachments_of, longest_form, stored
from deskbell.web.portal.session import Portal, portal

_SHOWN: Final = 50
_LONGEST: Final = 65_536
_OWN_PICTURE: Final = re.compile(r'src="/api/v1/uploads/([0-9a-fA-F-]{36})"')
_STEPS: Final = {"solve": Status.SOLVED, "reopen": Status.OPEN}


class TicketPlace(NamedTuple):
    """The place of a request's page: the ticket, its path, and what follows each address below it (a guest's token)."""

    ticket_id: UUID
    path: str
    seal: str = ""


@get(["/portal/tickets/{number:int}", "/portal/{organization:str}/tickets/{number:int}"])
async def ticket_page(
    request: HelpRequest, number: FromPath[int], organization: FromPath[str | None] = None
) -> Response[Any]:
    """A request with its conversation, the latest part first loaded."""
    async with portal(request, organization) as at:
        return await _numbered(at, number)


@post(["/portal/tickets/{number:int}/reply", "/portal/{organization:str}/tickets/{number:int}/reply"],
      request_max_body_size=None)  # fmt: skip
async def reply(
    request: HelpRequest, number: FromPath[int], organization: FromPath[str | None] = None
) -> Response[Any]:
    """Adds the customer's words and files."""
    async with portal(request, organization) as at:
        organization_id = at.at.place.id
    given = await form_of(request, longest=longest_form(request))
    try:
        async with (
            stored(request, organization_id, given.files) as uploads,
            portal(request, organization, writes=True) as at,
        ):
            await add_reply(at, await id_of(at.uow, str(number)), given, uploads)
            return at.go(f"/tickets/{number}#latest")
    except DeskbellError as error:
        async with portal(request, organization) as at:
            return await _numbered(at, number, given, error)


@post(["/portal/tickets/{number:int}/status", "/portal/{organization:str}/tickets/{number:int}/status"])
async def change_status(
    request: HelpRequest, number: FromPath[int], organization: FromPath[str | None] = None
) -> Response[Any]:
    """Calls the request solved, or opens it again."""
    given = await form_of(request)
    async with portal(request, organization, writes=True) as at:
        try:
            await take_step(at, await id_of(at.uow, str(number)), given)
        except DeskbellError as error:
            await at.undo()
            return await _numbered(at, number, given, error)
        return at.go(f"/tickets/{number}#latest")


@post(["/portal/tickets/{number:int}/rating", "/portal/{organization:str}/tickets/{number:int}/rating"])
async def rate(request: HelpRequest, number: FromPath[int], organization: FromPath[str | None] = None) -> Response[Any]:
    """Rates how the request was handled, once."""
    given = await form_of(request)
    async with portal(request, organization, writes=True) as at:
        try:
            await give_rating(at, await id_of(at.uow, str(number)), given)
        except DeskbellError as error:
            await at.undo()
            return await _numbered(at, number, given, error)
        return at.go(f"/tickets/{number}#rating")


HANDLERS: Final[list[Any]] = [ticket_page, reply, change_status, rate]


async def _numbered(
    at: Portal, number: int, given: Form | None = None, error: DeskbellError | None = None
) -> Response[Any]:
    """The page of a signed-in customer's request."""
    try:
        place = TicketPlace(await id_of(at.uow, str(number)), f"{at.root}/tickets/{number}")
    except NotFound:
        return missing(at.at)
    return await show_ticket(at, place, given, error)


async def show_ticket(
    at: Portal, place: TicketPlace, given: Form | None = None, error: DeskbellError | None = None
) -> Response[Any]:
    """The page, after a refused form with its words and the reason."""
    try:
        ticket = await service.get(at.uow, place.ticket_id)
        asked = PageRequest.numbered(1, _SHOWN, at.request.query_params.get("cursor"), order="desc")
        found = await service.page_comments(at.uow, ticket.id, asked)
    except (NotFound, Invalid):
        return missing(at.at)
    values: dict[str, Any] = {
        "ticket": ticket, "comments": [(each, _html(at, place, each)) for each in reversed(found.items)],
        "older": found.next_cursor, "description": _with_own_pictures(at, place, to_html(ticket.description)),
        "answers": ticket.fields_for(staff=False), "labels": ticket.configuration.by_key,
        "feedback": await _rating(at, ticket.id) if ticket.done else None, "ratings": _ratings(),
        "mine": ticket.requester.id == at.uow.actor.id, "here": place.path, "seal": place.seal,
        "files": files_path(at, place),
        "asked": "asked" in at.request.query_params, "most_files": MOST_FILES, "me": at.uow.actor.id,
    }  # fmt: skip
    if error is None or given is None:
        return at.page("portal/ticket.html", typed={}, wrong={}, **values)
    return at.refused("portal/ticket.html", error, given, **values)


def files_path(at: Portal, place: TicketPlace) -> str:
    """The path above the files of a request: a guest's files are opened by the guest's token."""
    return f"{place.path}/files" if place.seal else f"{at.root}/files"


async def add_reply(at: Portal, ticket_id: UUID, given: Form, uploads: Any) -> None:
    """Adds the words and files of a form. Raises `Invalid`, `NotFound`."""
    await service.get(at.uow, ticket_id)
    body = given.get("body").replace("\r\n", "\n").strip()
    if len(body) > _LONGEST:
        raise Invalid.field("body", "too_long", limit=_LONGEST)
    if not body and not uploads:
        raise Invalid.field("body", "blank")
    files = await attachments_of(at.uow, uploads)
    words = body or ", ".join(file.filename for file in files)
    await service.add_comment(at.uow, ticket_id, NewComment(body=words, attachments=files))


async def take_step(at: Portal, ticket_id: UUID, given: Form) -> None:
    """Solves or reopens, as the form's `step` says. Raises `NotFound`, `Forbidden`."""
    status = _STEPS.get(given.get("step"))
    if status is None:
        raise NotFound("ticket")
    await service.set_status(at.uow, ticket_id, status)


async def give_rating(at: Portal, ticket_id: UUID, given: Form) -> None:
    """Gives the form's rating. Raises `Invalid`, `FeedbackGiven`, `NotFound`."""
    rating = given.get("rating")
    if not rating.isascii() or not rating.isdecimal():
        raise Invalid.field("rating", "not_in_range", lowest=feedback.WORST, highest=feedback.BEST)
    comment = given.get("comment")[:_LONGEST] or None
    await feedback.submit(at.uow, ticket_id, int(rating[:3]), comment)


async def _rating(at: Portal, ticket_id: Any) -> Feedback | None:
    try:
        return await feedback.find(at.uow, ticket_id)
    except NotFound:
        return None


def _ratings() -> list[int]:
    return list(range(feedback.WORST, feedback.BEST + 1))


def _html(at: Portal, place: TicketPlace, comment: Comment) -> str:
    html = to_html(comment.body) if comment.body_html is None else comment.body_html
    return _with_own_pictures(at, place, html)


def _with_own_pictures(at: Portal, place: TicketPlace, html: str) -> str:
    """Pictures of the conversation under the portal's own address, which its cookie or the guest's token opens."""
    files = files_path(at, place)
    return _OWN_PICTURE.sub(lambda found: f'src="{files}/{found[1]}{place.seal}"', html)
