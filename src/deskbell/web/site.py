"""Probes, API documents and reference pages."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.static_files import create_static_files_router

from deskbell.runtime.database import Database
from deskbell.runtime.migrate import pending
from deskbell.web import account_pages, outbox
from deskbell.web.home import home_page
from deskbell.web.metrics import metrics
from deskbell.web.page import FILES

__all__ = ["build_site"]

ASSETS: Final = Path(__file__).parent / "assets"


@get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is alive."""
    return {"status": "ok"}


@get("/readyz")
async def readyz(request: Request[Any, Any, State]) -> Response[dict[str, Any]]:
    """The database answers and has this version's schema."""
    database: Database = request.app.state.database
    try:
        missing = await pending(database.dsn)
    except Exception as error:  # noqa: BLE001 - whatever keeps us from the database makes us not ready
        return Response({"status": "unavailable", "reason": type(error).__name__}, status_code=503)
    if missing:
        return Response({"status": "migrating", "missing": missing}, status_code=503)
    return Response({"status": "ready"})


def build_site(state: dict[str, Any], titles: Mapping[str, str], document: Callable[[str], dict[str, Any]]) -> Litestar:
    """The application that serves what is no contract. `titles` are those of the contracts, by name."""

    @get("/openapi/{name:str}")
    async def openapi(name: FromPath[str]) -> Response[bytes]:
        """A contract's OpenAPI document."""
        contract = name.removesuffix(".json")
        if contract not in titles:
            raise NotFoundException
        # Made at the first question, which takes a second: in a thread, so that nobody else waits for it.
        body = await asyncio.to_thread(lambda: msgspec.json.encode(document(contract)))
        return Response(body, media_type="application/vnd.oai.openapi+json;version=3.1")

    @get("/docs/{name:str}")
    async def reference(name: FromPath[str]) -> Response[str]:
        """A contract's reference page; its script comes from this server."""
        if name not in titles:
            raise NotFoundException
        return Response(_page(titles[name], name), media_type="text/html", headers=_PAGE_HEADERS)

    handlers: list[Any] = [healthz, readyz, metrics, openapi, reference, *outbox.HANDLERS, home_page(titles)]
    handlers += [*account_pages.HANDLERS, create_static_files_router("/pages", [FILES])]
    if ASSETS.is_dir():
        handlers.append(create_static_files_router("/assets", [ASSETS]))
    return Litestar(route_handlers=handlers, state=State(state), openapi_config=None, logging_config=None)


_PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def _page(title: str, name: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/reference/swagger-ui.css">
<link rel="stylesheet" href="/assets/reference/reference.css">
</head>
<body>
<main id="reference"></main>
<script src="/assets/reference/swagger-ui-bundle.js"></script>
<script src="/assets/reference/reference.js" data-document="/openapi/{name}.json"></script>
</body>
</html>
"""
