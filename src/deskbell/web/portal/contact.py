"""The form of visitors without an account, for browsers with and without scripts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from deskbell.features.widget import service
from deskbell.features.widget.records import ContactRequest
from deskbell.kernel.errors import DeskbellError
from deskbell.runtime.limits import HOUR, Limit
from deskbell.runtime.settings import Settings
from deskbell.web.forms import LONGEST, Form, demand_own_page, read_form
from deskbell.web.help.limits import demand_allowance
from deskbell.web.help.suggesting import clean_subject, suggested
from deskbell.web.help.visiting import HelpRequest
from deskbell.web.portal.attaching import stored
from deskbell.web.portal.session import Portal, doorstep

REQUESTS: Final = Limit(20, HOUR)
"""The requests of one network address."""
MOST_FILES: Final = 5
_MOST_BYTES: Final = 10_000_000
TRAP: Final = "website"
"""A field that people do not see, and programs fill in."""


@get(["/help/contact", "/help/{organization:str}/contact"])
async def contact_page(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """The form, or thanks after it was sent."""
    async with _visited(request, organization) as at:
        typed = {"subject": clean_subject(request.query_params.get("subject", ""))}
        return at.page(
            "help/contact.html", typed=typed, wrong={}, sent="sent" in request.query_params, most_files=MOST_FILES
        )


@get(["/help/contact/suggest", "/help/{organization:str}/contact/suggest"])
async def contact_suggestions(
    request: HelpRequest, organization: FromPath[str | None] = None, subject: FromQuery[str] = ""
) -> Response[Any]:
    """Articles for a subject that is being typed: a part of a page, for its script."""
    async with _visited(request, organization) as at:
        await demand_allowance(request, at.uow)
        found = await suggested(at.at, clean_subject(subject), at.language)
        return at.page("portal/suggestions.html", suggested=found, own_requests=[])


@post(["/help/contact", "/help/{organization:str}/contact"], request_max_body_size=None)
async def send_contact(request: HelpRequest, organization: FromPath[str | None] = None) -> Response[Any]:
    """Files the request. Its author gets a mail with a link to it."""
    demand_own_page(request)
    async with _visited(request, organization) as at:
        await demand_allowance(request, at.uow, "contact", REQUESTS)
        organization_id = at.at.place.id
    given = await read_form(request, longest=longest_request(request))
    try:
        if not given.get(TRAP):
            async with (
                stored(request, organization_id, given.files) as uploads,
                _visited(request, organization, writes=True) as at,
            ):
                await at.at.enter()
                await service.ask(at.uow, request_in(given, at.language), uploads)
        async with _visited(request, organization) as at:
            return at.go("/contact?sent=1")
    except DeskbellError as error:
        async with _visited(request, organization) as at:
            return at.refused("help/contact.html", error, given, sent=False, most_files=MOST_FILES)


HANDLERS: Final[list[Any]] = [contact_page, contact_suggestions, send_contact]


def request_in(given: Form, language: str) -> ContactRequest:
    """The request in a form."""
    return ContactRequest(
        name=given.get("name").strip(), email=given.get("email").strip(), subject=given.get("subject").strip(),
        text=given.get("text").replace("\r\n", "\n").strip(), language=language,
    )  # fmt: skip


def longest_request(request: HelpRequest) -> int:
    """The size in bytes of a visitor's form with files."""
    settings: Settings = request.app.state.settings
    return min(settings.max_upload_bytes, _MOST_BYTES) + LONGEST


@asynccontextmanager
async def _visited(request: HelpRequest, organization: str | None, *, writes: bool = False) -> AsyncIterator[Portal]:
    """A visit to an organization that takes requests of visitors; elsewhere the page does not exist."""
    async with doorstep(request, organization, writes=writes) as at:
        if not at.at.snapshot.takes_requests:
            raise NotFoundException
        at.root = at.at.addresses.root
        yield at
