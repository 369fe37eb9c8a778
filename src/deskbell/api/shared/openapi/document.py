"""Completes the framework's OpenAPI document: names, permissions, schemas, errors, headers, examples."""

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

from deskbell.api.shared.openapi.examples import Examples
from deskbell.api.shared.openapi.handlers import (
    answered_shapes,
    body_shapes,
    camel,
    docstring,
    handlers_of,
    mentions,
)
from deskbell.api.shared.openapi.refusals import Refusals
from deskbell.api.shared.openapi.schemas import Schemas
from deskbell.api.shared.openapi.shared_parts import HEADERS, NOTES, PARAMETERS, success_words, tidy_parameter
from deskbell.api.shared.routing import ALSO, PRODUCES, Access, Public, access_of, access_text, more_with
from deskbell.kernel.errors import DeskbellError
from deskbell.kernel.permissions import Permission

_EVERY: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-ID")
_SECURITY: Final[dict[Public, list[dict[str, list[str]]]]] = {
    Public.ANONYMOUS: [],
    Public.OPTIONAL: [{}, {"bearer": []}, {"apiKey": []}],
}


def complete(
    base: dict[str, Any],
    app: Any,
    render: Callable[[DeskbellError], Any],
    status_of: Callable[[DeskbellError], int],
    messages: Sequence[type] = (),
    finish: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """The complete document of a contract. `messages` are types that no route takes or answers, `finish` completes the schemas.

    Raises `ValueError` if two operations or two types have the same name.
    """
    handlers = handlers_of(app)
    refusals = Refusals(render, status_of)
    taken = [shape for handler in handlers.values() for shape in body_shapes(handler)]
    answered = [shape for handler in handlers.values() for shape in _described(handler)]
    schemas = Schemas(taken, [*answered, refusals.shape(), *messages])
    finish(schemas.components)
    operations = _Operations(schemas, refusals)
    paths: dict[str, Any] = {}
    for path, item in base["paths"].items():
        for method, operation in item.items():
            if (handler := handlers.get((path, method))) is not None:
                paths.setdefault(path, {})[method] = operations.completed(operation, handler, method)
    tags = {tag: {"name": tag} for item in paths.values() for each in item.values() for tag in each.get("tags", ())}
    return {
        "openapi": "3.1.0",
        "info": _info(base["info"]),
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"apiKey": []}],
        "tags": list(tags.values()),
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.components.items())),
            "responses": refusals.components(schemas.of(refusals.shape())),
            "parameters": PARAMETERS,
            "headers": HEADERS,
            "securitySchemes": base["components"]["securitySchemes"],
        },
    }


def _info(given: dict[str, Any]) -> dict[str, Any]:
    licence = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    return {**given, "description": f"{given['description']}\n\n{NOTES}", "license": licence}


def _described(handler: HTTPRouteHandler) -> list[Any]:
    """The types of a successful JSON response."""
    return [] if _media_types(handler) else [shape for shape in answered_shapes(handler) if shape is not None]


def _media_types(handler: HTTPRouteHandler) -> tuple[str, ...]:
    """The media types of a response that is not JSON."""
    declared: tuple[str, ...] = handler.opt.get(PRODUCES, ())
    return declared


class _Operations:
    """Completes operations. Each operation is passed once."""

    def __init__(self, schemas: Schemas, refusals: Refusals) -> None:
        self._schemas = schemas
        self._refusals = refusals
        self._examples = Examples(schemas.components)
        self._ids: set[str] = set()

    def completed(self, operation: dict[str, Any], handler: HTTPRouteHandler, method: str) -> dict[str, Any]:
        access = access_of(handler)
        whole: dict[str, Any] = {
            "tags": operation.get("tags", []),
            "summary": operation["summary"],
            "description": f"{docstring(handler)}\n\n{_permission_note(access, more_with(handler))}".strip(),
            "operationId": self._named(handler),
        }
        if not isinstance(access, Public):
            whole["x-permission"] = access_text(access)
        if more := more_with(handler):
            whole["x-more-with"] = ", ".join(more)
        whole["security"] = _SECURITY[access] if isinstance(access, Public) else [{"bearer": []}, {"apiKey": []}]
        whole["parameters"] = [tidy_parameter(each) for each in operation.get("parameters") or ()]
        if body := self._body(operation, handler):
            whole["requestBody"] = body
        refused = self._refusals.of(handler, whole, method)
        if method == "post" and access is not Public.ANONYMOUS:
            whole["parameters"].append(_ref("parameters", "IdempotencyKey"))
        if mentions(handler, "expected_version"):
            whole["parameters"].append(_ref("parameters", "IfMatch"))
        whole["responses"] = {**self._successes(operation["summary"], handler, access, method), **refused}
        return {name: part for name, part in whole.items() if name != "parameters" or part}

    def _named(self, handler: HTTPRouteHandler) -> str:
        given = handler.operation_id
        name = given if isinstance(given, str) else camel(handler.handler_name)
        if name in self._ids:
            raise ValueError(f"Two operations are called {name}: rename one function or give it an operation_id")
        self._ids.add(name)
        return name

    def _body(self, operation: dict[str, Any], handler: HTTPRouteHandler) -> dict[str, Any]:
        shapes = [shape for shape in body_shapes(handler) if shape is not None]
        if not shapes:
            own: dict[str, Any] = operation.get("requestBody") or {}
            for content in own.get("content", {}).values():
                content["example"] = self._examples.of(content["schema"])
            return own
        required = None not in body_shapes(handler)
        return {"required": required, "content": {"application/json": self._content(shapes)}}

    def _content(self, shapes: list[Any]) -> dict[str, Any]:
        found = [self._schemas.of(shape) for shape in shapes]
        schema = found[0] if len(found) == 1 else {"anyOf": found}
        return {"schema": schema, "example": self._examples.of(schema)}

    def _successes(self, summary: str, handler: HTTPRouteHandler, access: Any, method: str) -> dict[str, Any]:
        headers = {name: _ref("headers", name) for name in _EVERY}
        headers |= {name: _ref("headers", name) for name in ("ETag", "Location") if mentions(handler, name)}
        if method == "post" and access is not Public.ANONYMOUS:
            headers["Idempotent-Replayed"] = _ref("headers", "Idempotent-Replayed")
        answer: dict[str, Any] = {"description": success_words(summary, method), "headers": headers}
        if types := _media_types(handler):
            answer["content"] = {each: {"schema": {"type": "string", "format": "binary"}} for each in types}
        elif shapes := _described(handler):
            answer["content"] = {"application/json": self._content(shapes)}
        found = {str(handler.status_code): answer}
        for status in handler.opt.get(ALSO, ()):
            empty = status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
            found[str(status)] = {
                **{name: part for name, part in answer.items() if name != "content" or not empty},
                "description": HTTPStatus(status).phrase if empty else f"{HTTPStatus(status).phrase}: see above",
            }
        return found


def _permission_note(access: Access, more: Sequence[Permission]) -> str:
    if access is Public.ANONYMOUS:
        needed = "No credentials are needed."
    elif access is Public.OPTIONAL:
        needed = "Credentials are optional. Invalid ones are refused."
    else:
        needed = f"Permission: {_listed(access)}"
    return f"{needed} · more with {_listed(more)}" if more else needed


def _listed(permissions: Iterable[Permission]) -> str:
    return ", ".join(f"`{each}`" for each in permissions)


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}
