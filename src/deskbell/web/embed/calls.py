"""The calls of the form on other sites: its settings, articles that may answer, a request, a link by mail."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from deskbell.features.access import service as access
from deskbell.features.chats import service as chats
from deskbell.features.widget import service
from deskbell.runtime.limits import HOUR, Limit
from deskbell.web.embed.gate import Caller, answered
from deskbell.web.forms import read_form
from deskbell.web.help.address import PORTAL
from deskbell.web.help.colors import accents
from deskbell.web.help.suggesting import clean_subject, suggested
from deskbell.web.help.visiting import HelpRequest, visit
from deskbell.web.portal.attaching import stored
from deskbell.web.portal.contact import MOST_FILES, REQUESTS, TRAP, longest_request, request_in

_LINKS: Final = Limit(20, HOUR)


@get("/embed/{organization:str}/settings")
async def embed_settings(request: HelpRequest, organization: FromPath[str]) -> Response[Any]:
    """The name and colours of the organization, and the limits of the form."""

    async def work(_caller: Caller) -> Any:
        async with visit(request, organization) as at:
            await at.enter()
            return {
                "name": at.name, "colors": accents(at.brand.color if at.brand else None), "most_files": MOST_FILES,
                "chat": await chats.is_available(at.uow), "most_bytes": longest_request(request),
                "help": at.addresses.origin + at.addresses.home(),
            }  # fmt: skip

    return await answered(request, organization, work)


@get("/embed/{organization:str}/articles")
async def embed_articles(
    request: HelpRequest, organization: FromPath[str], subject: FromQuery[str] = ""
) -> Response[Any]:
    """Published articles about a subject that is being typed."""

    async def work(caller: Caller) -> Any:
        async with visit(request, organization) as at:
            found = await suggested(at, clean_subject(subject), caller.language)
            to = at.addresses
            return [{"title": each.title, "address": to.origin + to.article(each)} for each in found]

    return await answered(request, organization, work)


@post("/embed/{organization:str}/requests", request_max_body_size=None)
async def embed_request(request: HelpRequest, organization: FromPath[str]) -> Response[Any]:
    """Files a request. The answer holds nothing of it: its author gets a link by mail."""

    async def work(caller: Caller) -> Any:
        given = await read_form(request, longest=longest_request(request))
        if not given.get(TRAP):
            async with (
                stored(request, caller.organization_id, given.files) as uploads,
                visit(request, organization, writes=True) as at,
            ):
                await at.enter()
                await service.ask(at.uow, request_in(given, caller.language), uploads)
        return {}

    return await answered(request, organization, work, limit=("contact", REQUESTS), status=201)


@post("/embed/{organization:str}/links")
async def embed_link(request: HelpRequest, organization: FromPath[str]) -> Response[Any]:
    """Mails a link that opens all requests of an address. The answer is the same for every address."""

    async def work(caller: Caller) -> Any:
        given = await read_form(request)
        async with visit(request, organization, writes=True) as at:
            await at.enter()
            await access.request_sign_in_link(at.uow, given.get("email"), f"{PORTAL}/{caller.organization_id}")
        return {}

    return await answered(request, organization, work, limit=("mail-link", _LINKS), status=202)


HANDLERS: Final[list[Any]] = [embed_settings, embed_articles, embed_request, embed_link]
