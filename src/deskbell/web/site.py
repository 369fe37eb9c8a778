"""The site: API documents, reference pages and all other routes outside the contracts."""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.response import File, Redirect
from litestar.static_files import create_static_files_router

from deskbell.kernel.errors import DeskbellError, TooManyRequests
from deskbell.runtime.messages import language_of, sentence
from deskbell.web import account_pages, desk, outbox, probes, robots
from deskbell.web.embed import calls, chatting, script
from deskbell.web.help import feeds, votes
from deskbell.web.help import pages as help_pages
from deskbell.web.help.visiting import HelpCentres
from deskbell.web.home import home_page
from deskbell.web.metrics import metrics
from deskbell.web.page import FILES, page, render
from deskbell.web.portal import (
    asking,
    attaching,
    contact,
    entering,
    guest,
    listing,
    mailed_files,
    own_data,
    profile,
    rating,
    tickets,
)
from deskbell.web.portal.session import SignInNeeded
from deskbell.web.probes import Readiness

_PORTAL: Final = (entering, listing, mailed_files, asking, tickets, guest, profile, attaching, rating, own_data)
ASSETS: Final = Path(__file__).parent / "assets"


def build_site(state: dict[str, Any], titles: Mapping[str, str], document: Callable[[str], dict[str, Any]]) -> Litestar:
    """The application of all routes outside the contracts. `titles` are the contracts' titles by name."""

    @get("/openapi/{name:str}")
    async def openapi(name: FromPath[str]) -> Response[bytes]:
        """A contract's OpenAPI document."""
        contract = name.removesuffix(".json")
        if contract not in titles:
            raise NotFoundException
        # Generated on the first request, which takes a second: in a thread, so as not to block the event loop.
        body = await asyncio.to_thread(lambda: msgspec.json.encode(document(contract)))
        return Response(body, media_type="application/vnd.oai.openapi+json;version=3.1")

    @get("/docs/{name:str}")
    async def reference(name: FromPath[str]) -> Response[str]:
        """A contract's reference page; its script comes from this server."""
        if name not in titles:
            raise NotFoundException
        return Response(
            render("reference.html", title=titles[name], name=name), media_type="text/html", headers=_PAGE_HEADERS
        )

    handlers: list[Any] = [*probes.HANDLERS, metrics, openapi, reference, icon, *outbox.HANDLERS, home_page(titles)]
    handlers += [
        *account_pages.HANDLERS,
        *desk.HANDLERS,
        *robots.HANDLERS,
        create_static_files_router("/pages", [FILES]),
    ]
    handlers += [
        *help_pages.HANDLERS,
        *feeds.HANDLERS,
        *votes.HANDLERS,
        *contact.HANDLERS,
        *calls.HANDLERS,
        *chatting.HANDLERS,
        *script.HANDLERS,
    ]
    handlers += [each for part in _PORTAL for each in part.HANDLERS]
    if ASSETS.is_dir():
        handlers.append(create_static_files_router("/assets", [ASSETS]))
    state = {**state, "readiness": Readiness(state["database"]), "help_centres": HelpCentres()}
    return Litestar(
        route_handlers=handlers,
        state=State(state),
        exception_handlers={HTTPException: _refuse, DeskbellError: _refuse_command, SignInNeeded: _sign_in},
        openapi_config=None,
        logging_config=None,
    )


@get("/favicon.ico", sync_to_thread=False)
def icon() -> File:
    """The icon at the path that browsers request by default."""
    return File(FILES / "bell.svg", media_type="image/svg+xml", content_disposition_type="inline")


def _refuse(request: Request[Any, Any, State], error: HTTPException) -> Response[Any]:
    """Browsers get a page, other clients an error of contract `routes`, which shares the root path."""
    if error.status_code == HTTPStatus.NOT_FOUND and "text/html" in request.headers.get("accept", ""):
        return page(request, "not_found.html", status_code=HTTPStatus.NOT_FOUND)
    code = HTTPStatus(error.status_code)
    body = {"error": code.phrase, "code": code.name, "details": {}}
    return Response(body, status_code=code, media_type=MediaType.JSON, headers=error.headers)


def _sign_in(_request: Request[Any, Any, State], needed: SignInNeeded) -> Redirect:
    return Redirect(needed.to, status_code=303)


def _refuse_command(request: Request[Any, Any, State], error: DeskbellError) -> Response[Any]:
    """A page with the reason, for a form or a search that was refused."""
    words = sentence(error.first_problem, language_of(request.headers.get("accept-language")))
    answer = page(request, "refused.html", status_code=error.status, words=words)
    if isinstance(error, TooManyRequests):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


_PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
