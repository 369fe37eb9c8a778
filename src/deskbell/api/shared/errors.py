"""Converts exceptions of features, the framework and the database to refusals."""

import re
from collections.abc import Iterable
from typing import Any, Final

import msgspec
import structlog
from litestar.connection import Request
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException
from litestar.exceptions import NotFoundException as RouteNotFound

from deskbell.api.shared.validation import missing_fields
from deskbell.kernel.errors import (
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
from deskbell.kernel.shapes import problems_of
from deskbell.runtime.faults import DATABASE_ERRORS, QUERY_STOPPED, refusal_of

_log: Final = structlog.get_logger("deskbell.api")
_MISSING: Final = re.compile(r"Missing required \w+ parameter '([^']+)'")


class InternalError(DeskbellError):
    """An unexpected server error. The cause is logged with the request id and never sent to the caller."""

    code = "INTERNAL_ERROR"
    status = 500

    default = "internal_error"


class MethodNotAllowed(DeskbellError):
    """The path exists, but not for this method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405

    def __init__(self, allow: str) -> None:
        super().__init__("method_not_allowed", allowed=allow)
        self.allow = allow


class RouteMissing(NotFound):
    """No operation at this path."""

    def __init__(self) -> None:
        super().__init__("resource")


def as_refusal(request: Request[Any, Any, Any], error: Exception) -> DeskbellError:
    """Converts an exception to a refusal. Unexpected exceptions are logged and become `InternalError`."""
    if isinstance(error, DeskbellError):
        return error
    if isinstance(error, HTTPException):
        return _from_framework(request, error)
    if isinstance(error, DATABASE_ERRORS):
        found = refusal_of(error)
        if found is not None:
            if isinstance(error, QUERY_STOPPED):
                _log.warning("statement timed out", path=request.scope["path"], method=request.scope["method"])
            return found
    _log.error("request failed", exc_info=error, path=request.scope["path"], method=request.scope["method"])
    return InternalError()


def _from_framework(request: Request[Any, Any, Any], error: HTTPException) -> DeskbellError:
    if isinstance(error, ValidationException):
        return Invalid(_parameter_problems(request, error))
    if isinstance(error, MethodNotAllowedException):
        return MethodNotAllowed(allowed(str((error.headers or {}).get("allow", "")).split(", ")))
    if isinstance(error, RouteNotFound):
        return RouteMissing()
    match error.status_code:
        case 401:
            return Unauthenticated()
        case 403:
            return Forbidden()
        case 413:
            return PayloadTooLarge(request.route_handler.resolve_request_max_body_size() or 0)
        case code if 400 <= code < 500:
            return MalformedRequest()
    _log.error("request failed", exc_info=error)
    return InternalError()


def _parameter_problems(request: Request[Any, Any, Any], error: ValidationException) -> list[Problem]:
    """The problems of invalid parameters, derived again from the raw values; the framework's messages are not precise."""
    body = request.route_handler.parsed_data_field
    fields = request.route_handler.parsed_fn_signature.parameters
    shapes = {each.name: each.type for each in msgspec.structs.fields(request.route_handler.signature_model)}
    problems: list[Problem] = []
    for each in error.extra if isinstance(error.extra, list) else []:
        name = str(each.get("key") or "request").split(".", maxsplit=1)[0]
        if body is not None and each.get("message") == "'data'":  # the framework's name for an absent body
            problems += missing_fields(body.annotation)
            continue
        shown = _alias(fields.get(name), name)
        raw = _raw_parameter(request, name, shown)
        if raw is None:
            problems.append(Problem("missing", shown))
            continue
        extra = _extra_of(fields[name].raw) if name in fields else {}
        found = list(problems_of(raw, shapes.get(name, Any), shown, lax=True, extra=extra))
        problems += found or [Problem("not_a_value", shown)]
    if not problems and (missing := _MISSING.match(error.detail)):
        return [Problem("missing", missing.group(1))]
    return problems or [Problem("not_a_value", "request")]


def _extra_of(shape: Any) -> dict[str, Any]:
    """A parameter's `Meta.extra`, read from its annotations: the framework drops it for path parameters."""
    notes = (note for note in getattr(shape, "__metadata__", ()) if isinstance(note, msgspec.Meta) and note.extra)
    return {name: value for note in notes for name, value in (note.extra or {}).items()}


def _raw_parameter(request: Request[Any, Any, Any], name: str, shown: str) -> str | None:
    if name in request.path_params or shown in request.path_params:
        return str(request.path_params.get(name, request.path_params.get(shown)))
    found: str | None = request.query_params.get(shown, request.headers.get(shown))
    return found


def allowed(methods: Iterable[str]) -> str:
    """The methods of a path for `Allow` (RFC 9110, 10.2.1). HEAD is allowed wherever GET is."""
    found = {method for method in methods if method}
    return ", ".join(sorted(found | {"HEAD"} if "GET" in found else found))


def _alias(field: Any, name: str) -> str:
    definition = getattr(field, "kwarg_definition", None)
    given = (getattr(definition, place, None) for place in ("query", "header", "name"))
    return next((alias for alias in given if isinstance(alias, str) and alias), name)


def refusal_headers(refusal: DeskbellError) -> dict[str, str]:
    """The HTTP headers that a refusal requires."""
    match refusal:
        case Unauthenticated():
            return {"WWW-Authenticate": 'Bearer realm="deskbell"'}
        case TooManyRequests():
            return {"Retry-After": str(refusal.retry_after)}
        case Unavailable():
            return {"Retry-After": "1"}
        case StaleVersion():
            return {"ETag": refusal.current}
        case MethodNotAllowed() if refusal.allow:
            return {"Allow": refusal.allow}
        case _:
            return {}
