"""Votes: whether an article helped."""

from typing import Any, Final

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from deskbell.features.knowledge import service as knowledge
from deskbell.kernel.errors import NotFound
from deskbell.web.forms import form_of
from deskbell.web.help.limits import client_address, demand_allowance
from deskbell.web.help.pages import missing
from deskbell.web.help.visiting import HelpRequest, visit

_ANSWERS: Final = {"yes": True, "no": False}


@post(["/help/articles/{locale:str}/{slug:str}", "/help/{organization:str}/articles/{locale:str}/{slug:str}"])
async def vote(
    request: HelpRequest, locale: FromPath[str], slug: FromPath[str], organization: FromPath[str | None] = None
) -> Response[Any]:
    """Records a reader's answer, and shows the article again."""
    given = await form_of(request)
    async with visit(request, organization, writes=True) as at:
        await at.enter()
        await demand_allowance(request, at.uow)
        head = at.snapshot.find(locale, slug)
        helpful = _ANSWERS.get(given.get("helpful"))
        if head is None or helpful is None:
            return missing(at)
        browser = request.headers.get("user-agent", "")
        try:
            await knowledge.vote(at.uow, head.id, helpful=helpful, address=client_address(request), browser=browser)
        except NotFound:  # unpublished or deleted meanwhile
            return missing(at)
        return Redirect(f"{at.addresses.article(head)}?voted=1#vote", status_code=303)


HANDLERS: Final[list[Any]] = [vote]
