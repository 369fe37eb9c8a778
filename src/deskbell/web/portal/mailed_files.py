"""Files that were too large for a mail, by the link in it."""

from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from deskbell.features.mail.service.file_links import file_of_link
from deskbell.kernel.errors import NotFound
from deskbell.kernel.guest_links import LinkEnded
from deskbell.web.help.limits import demand_allowance
from deskbell.web.help.pages import missing
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.attaching import sent_file
from deskbell.web.portal.session import doorstep


@get(["/portal/mail-file", "/portal/{organization:str}/mail-file"])
async def mailed_file(
    request: HelpRequest, organization: FromPath[str | None] = None, token: FromQuery[str] = ""
) -> Response[Any]:
    """The file of a link, and nothing else of its request."""
    async with doorstep(request, organization) as at:
        await demand_allowance(request, at.uow)
        try:
            return await sent_file(at, await file_of_link(at.uow, token, at.at.place.id))
        except NotFound:
            return missing(at.at)
        except LinkEnded as error:
            return at.page("portal/ended.html", status_code=error.status)


HANDLERS: Final[list[Any]] = [mailed_file]
