"""An API contract as a Litestar application: routes, error format, OpenAPI document."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

import msgspec
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import ControllerRouterHandler
from msgspec import Struct

from deskbell import __version__
from deskbell.api.shared import openapi
from deskbell.api.shared.error_codes import error_codes
from deskbell.api.shared.errors import as_refusal, refusal_headers
from deskbell.api.shared.idempotency import Replay, note_answer
from deskbell.api.shared.requests import DeskbellRequest
from deskbell.api.shared.routing import access_of, access_text, check_route, more_with
from deskbell.api.shared.unit import MISTAKEN, open_unit, provide_uow
from deskbell.kernel.errors import DeskbellError
from deskbell.runtime.entering import ExpectationError
from deskbell.runtime.messages import Say, language_of, say_in

MAX_BODY_BYTES: Final = 1_000_000
"""Maximum size of a request body, except uploads."""

Render = Callable[[DeskbellError, Say], Any]
"""Renders a refusal to a contract's response body; `Say` supplies the messages."""


class RouteEntry(NamedTuple):
    """One operation. `permission` is `public` or a comma-separated list of the permissions that the caller needs.

    `more` lists permissions that extend what it returns or accepts.
    """

    contract: str
    method: str
    path: str
    permission: str
    name: str
    more: str


class Contract(Struct, frozen=True, kw_only=True, dict=True):
    """The parts of a contract that differ from the others."""

    name: str
    title: str
    description: str
    routes: Sequence[ControllerRouterHandler]
    render: Render
    any_case: Sequence[str] = ()
    """Query parameters whose values are case-insensitive."""
    status_of: Callable[[DeskbellError], int] = lambda refusal: refusal.status
    error_schema: str | None = None
    """The schema of an error whose `code` is the core's, so that the document lists every code."""
    messages: Sequence[type] = ()
    """Types of messages in addition to the routes' bodies, such as those of sockets, that the document describes too."""
    finish: Callable[[dict[str, Any]], None] = lambda _: None
    """Completes the document's schemas with what no type says, such as lists of words that are computed."""

    def build(self, state: dict[str, Any]) -> Litestar:
        """Builds the application. `state` holds the runtime: database, keys, settings, storage."""
        app = Litestar(
            route_handlers=list(self.routes),
            before_request=open_unit,
            after_request=note_answer,
            dependencies={"uow": Provide(provide_uow)},
            exception_handlers={Exception: self._refuse},
            request_class=DeskbellRequest,
            request_max_body_size=MAX_BODY_BYTES,
            openapi_config=OpenAPIConfig(
                title=self.title,
                version=__version__,
                description=self.description,
                components=Components(
                    security_schemes={
                        "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
                        "apiKey": SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header"),
                    }
                ),
                security=[{"bearer": []}, {"apiKey": []}],
                openapi_router=_NoPages("/schema", route_handlers=[]),
            ),
            plugins=[openapi.StructPlaceholders()],
            state=State({**state, "contract": self.name, "any_case": self._any_case}),
            logging_config=None,
            debug=False,
        )
        for handler in _handlers_of(app):
            check_route(handler)
        app.state.methods = {route.path_format: route.methods for route in app.routes if isinstance(route, HTTPRoute)}
        return app

    @cached_property
    def _any_case(self) -> re.Pattern[bytes] | None:
        names = "|".join(map(re.escape, self.any_case))
        return re.compile(rf"(?:^|&)(?:{names})=[^&]*".encode()) if names else None

    @cached_property
    def _render_headers(self) -> dict[str, str]:
        return {"Cache-Control": "no-store"}

    def _refuse(self, request: Request[Any, Any, Any], error: Any) -> Response[Any]:
        if isinstance(error, Replay):
            return error.response()
        if isinstance(error, ExpectationError):
            request.scope["state"][MISTAKEN] = True
            return Response(None)
        refusal = as_refusal(request, error)
        language = language_of(request.headers.get("accept-language"))
        return Response(
            self.render(refusal, say_in(language, self.name)),
            status_code=self.status_of(refusal),
            headers={**self._render_headers, "Content-Language": language, **refusal_headers(refusal)},
            media_type="application/json",
        )

    def entries(self, app: Litestar) -> Iterator[RouteEntry]:
        """All operations of the application."""
        for route in app.routes:
            for handler in getattr(route, "route_handlers", ()):
                if isinstance(handler, HTTPRouteHandler) and "access" in handler.opt:
                    word = access_text(access_of(handler))
                    for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                        more = ", ".join(more_with(handler))
                        yield RouteEntry(self.name, str(method), route.path_format, word, handler.handler_name, more)

    def document(self, app: Litestar) -> dict[str, Any]:
        """The OpenAPI 3.1 document."""
        base: dict[str, Any] = msgspec.to_builtins(app.openapi_schema.to_schema())
        document = openapi.complete(
            base,
            app,
            lambda refusal: self.render(refusal, say_in("en", self.name)),
            self.status_of,
            self.messages,
            self.finish,
        )
        if self.error_schema is not None:
            code = document["components"]["schemas"][self.error_schema]["properties"]["code"]
            code["enum"] = error_codes(self.name)
        return document


class _NoPages(Router):
    """Disables the framework's OpenAPI pages. The site serves the documents; a contract serves only its routes."""

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        """Registers nothing."""
        del value
        return []


def _handlers_of(app: Litestar) -> Iterator[HTTPRouteHandler]:
    """The handlers of the contract's own routes; the framework adds one for OPTIONS to each path."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from (each for each in route.route_handlers if each.http_methods != {"OPTIONS"})
