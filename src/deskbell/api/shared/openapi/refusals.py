"""The errors that an operation can return, as its contract renders them."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar.handlers import HTTPRouteHandler

from deskbell.api.shared.openapi.handlers import mentions
from deskbell.api.shared.routing import REFUSES, Public, access_of
from deskbell.kernel.errors import (
    Conflict,
    DeskbellError,
    Forbidden,
    Invalid,
    MalformedRequest,
    NotFound,
    PayloadTooLarge,
    Problem,
    StaleVersion,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

_SAMPLES: Final[tuple[DeskbellError, ...]] = (
    MalformedRequest("malformed_json", reason="Input data was truncated"),
    Unauthenticated(),
    Forbidden(),
    NotFound("ticket"),
    Conflict("already_exists"),
    StaleVersion('"4"'),
    PayloadTooLarge(1_000_000),
    Invalid([Problem.at("subject", "missing")]),
    TooManyRequests(30),
    Unavailable(),
)
_MEANING: Final[dict[type[DeskbellError], str]] = {
    MalformedRequest: "The request is malformed",
    Unauthenticated: "Credentials are missing or invalid",
    Forbidden: "The caller lacks the permission",
    NotFound: "The object does not exist or is not visible to the caller",
    Conflict: "The object already exists, or its state does not allow this",
    StaleVersion: "The object has changed since the version in `If-Match`; `ETag` holds the current version",
    PayloadTooLarge: "The body is too large",
    Invalid: "Fields or parameters are invalid; each is named",
    TooManyRequests: "The rate limit is exceeded",
    Unavailable: "The database is temporarily unavailable",
}
_HEADERS: Final[dict[type[DeskbellError], tuple[str, ...]]] = {
    Unauthenticated: ("WWW-Authenticate",),
    StaleVersion: ("ETag",),
    TooManyRequests: ("Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),
    Unavailable: ("Retry-After",),
}


class Refusals:
    """A contract's errors as shared responses of the document."""

    def __init__(self, render: Callable[[DeskbellError], Any], status_of: Callable[[DeskbellError], int]) -> None:
        self._status_of = status_of
        self._samples = [(status_of(each), each, render(each)) for each in _SAMPLES]

    def shape(self) -> Any:
        """The type of an error's body."""
        return type(self._samples[0][2])

    def components(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The shared responses, by name."""
        found: dict[str, Any] = {}
        for status in sorted({status for status, _, _ in self._samples}):
            kinds = [(sample, body) for each, sample, body in self._samples if each == status]
            content: dict[str, Any] = {"schema": schema}
            bodies = {_camel(sample.code): msgspec.to_builtins(body) for sample, body in kinds}
            if len(bodies) == 1:
                content["example"] = next(iter(bodies.values()))
            else:
                content["examples"] = {name: {"value": body} for name, body in bodies.items()}
            headers = {name: _ref("headers", name) for sample, _ in kinds for name in _HEADERS.get(type(sample), ())}
            found[_name(status)] = {
                "description": ". ".join(_MEANING[type(sample)] for sample, _ in kinds) + ".",
                **({"headers": headers} if headers else {}),
                "content": {"application/json": content},
            }
        return found

    def of(self, handler: HTTPRouteHandler, operation: dict[str, Any], method: str) -> dict[str, Any]:
        """The errors of one operation, by status."""
        statuses = sorted(
            {self._status_of(each) for each in _SAMPLES if type(each) in set(_kinds(handler, operation, method))}
        )
        return {str(status): _ref("responses", _name(status)) for status in statuses}


def _kinds(handler: HTTPRouteHandler, operation: dict[str, Any], method: str) -> Iterator[type[DeskbellError]]:
    access = access_of(handler)
    writes = method != "get"
    yield from (TooManyRequests, Unavailable, *handler.opt.get(REFUSES, ()))
    if access is not Public.ANONYMOUS:
        yield Unauthenticated
        if writes or not isinstance(access, Public):
            yield Forbidden
    places = {each.get("in") for each in operation.get("parameters", ())}
    if "path" in places:
        yield NotFound
    if places or "requestBody" in operation or (writes and method == "post" and access is not Public.ANONYMOUS):
        yield Invalid
    if "requestBody" in operation:
        yield from (MalformedRequest, PayloadTooLarge)
    if writes:
        yield Conflict
    if mentions(handler, "expected_version"):
        yield from (StaleVersion, Invalid)


def _ref(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _name(status: int) -> str:
    return "".join(word.capitalize() for word in HTTPStatus(status).phrase.replace("-", " ").split())


def _camel(code: str) -> str:
    first, *rest = code.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)
