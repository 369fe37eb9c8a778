"""OpenAPI data derived from route handlers."""

import inspect
import typing
from collections.abc import Iterator
from types import CodeType, FunctionType, UnionType
from typing import Any, Final

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Operation
from litestar.routes import HTTPRoute

_DEPTH: Final = 2


def handlers_of(app: Any) -> dict[tuple[str, str], HTTPRouteHandler]:
    """The handlers of an application by path and method, as the document names them."""
    return {
        (route.path_format, str(method).lower()): handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS" and "access" in handler.opt
    }


def camel(name: str) -> str:
    """`listTickets` for `list_tickets`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def docstring(handler: HTTPRouteHandler) -> str:
    """The docstring of a handler's function, or an empty text."""
    return inspect.cleandoc(inspect.getdoc(handler.fn) or "")


def body_shapes(handler: HTTPRouteHandler) -> list[Any]:
    """The possible types of the body; empty if the handler reads the raw body."""
    field = handler.parsed_data_field
    return [] if field is None or handler.operation_class is not Operation else _parts(field.annotation)


def answered_shapes(handler: HTTPRouteHandler) -> list[Any]:
    """The possible types of a successful response; `None` is an empty one."""
    return _parts(handler.parsed_return_field.annotation)


def _parts(shape: Any) -> list[Any]:
    origin = typing.get_origin(shape)
    if isinstance(origin, type) and issubclass(origin, Response):
        return _parts(typing.get_args(shape)[0])
    if origin in (typing.Union, UnionType):
        return [part for each in typing.get_args(shape) for part in _parts(each)]
    return [None if shape is type(None) else shape]


def mentions(handler: HTTPRouteHandler, word: str) -> bool:
    """Whether the code of a handler, or of an API function that it calls, contains a name or text.

    So `expected_version` means that `If-Match` is read and `ETag` that it is returned, without a separate declaration
    that could get out of date. The property tests compare this with actual responses.
    """
    function = inspect.unwrap(handler.fn)
    return isinstance(function, FunctionType) and _mentions(function, word, _DEPTH)


def _mentions(function: FunctionType, word: str, depth: int) -> bool:
    names = set(_names(function.__code__))
    if word in names:
        return True
    called = (function.__globals__.get(name) for name in names) if depth else ()
    return any(
        isinstance(each, FunctionType) and ".api." in each.__module__ and _mentions(each, word, depth - 1)
        for each in called
    )


def _names(code: CodeType) -> Iterator[Any]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
        elif isinstance(constant, tuple):
            yield from constant
        else:
            yield constant
