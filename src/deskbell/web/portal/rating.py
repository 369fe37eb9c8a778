"""The page of a mailed question: how did we do? The link of the mail chooses a rating, the button of the page gives it."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from deskbell.features.feedback.service import BEST, WORST
from deskbell.features.mail.service.rating import rate_by_link, ticket_of_link
from deskbell.kernel.errors import DeskbellError, Invalid, NotFound
from deskbell.web.forms import Form, form_of
from deskbell.web.help.limits import demand_allowance
from deskbell.web.help.pages import missing
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.session import Portal, doorstep

_RATINGS: Final = tuple(range(WORST, BEST + 1))
_LONGEST: Final = 5_000


@get(["/portal/rate", "/portal/{organization:str}/rate"])
async def rate_page(
    request: HelpRequest,
    organization: FromPath[str | None] = None,
    token: FromQuery[str] = "",
    rating: FromQuery[str] = "",
) -> Response[Any]:
    """Asks for the rating. Nothing is written: mail scanners open links, too."""
    async with doorstep(request, organization) as at:
        await demand_allowance(request, at.uow)
        return await _show(at, token, Form([("rating", rating)]))


@post(["/portal/rate", "/portal/{organization:str}/rate"])
async def rate(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Gives the rating, once."""
    given = await form_of(request)
    token = given.get("token")
    async with doorstep(request, organization, writes=True) as at:
        await demand_allowance(request, at.uow)
        try:
            if given.get("rating") not in map(str, _RATINGS):
                raise Invalid.field("rating", "not_in_range", lowest=WORST, highest=BEST)
            rating, comment = int(given.get("rating")), given.get("comment")[:_LONGEST] or None
            await rate_by_link(at.uow, token, at.at.place.id, rating, comment)
        except DeskbellError as error:
            await at.uow.rollback()
            return await _show(at, token, given, error)
        return await _show(at, token, given)


HANDLERS: Final[list[Any]] = [rate_page, rate]


async def _show(at: Portal, token: str, given: Form, error: DeskbellError | None = None) -> Response[Any]:
    try:
        found = await ticket_of_link(at.uow, token, at.at.place.id)
    except NotFound:
        return missing(at.at)
    values: dict[str, Any] = {
        "ticket": found.ticket, "feedback": found.feedback, "ratings": _RATINGS, "token": token,
    }  # fmt: skip
    if error is None:
        answer = at.page("portal/rate.html", typed=given.typed, wrong={}, **values)
    else:
        answer = at.refused("portal/rate.html", error, given, **values)
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
