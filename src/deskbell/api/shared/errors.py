"""Every exception as a refusal: what features raise, what the framework raises, what the database says."""

import re
from collections.abc import Iterable
from typing import Any, Final

import structlog
from litestar.connection import Request
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException
from litestar.exceptions import NotFoundException as RouteNotFound

from deskbell.api.shared.validation import Violation, Wording, missing_fields, plain_wording, query_problem
from deskbell.kernel.errors import (
    DeskbellError,
    FieldProblem,
    Forbidden,
    Invalid,
    MalformedRequest,
    NotFound,
    PayloadTooLarge,
    StaleVersion,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from deskbell.runtime.faults import DATABASE_ERRORS, QUERY_STOPPED, refusal_of

_log: Final = structlog.get_logger("deskbell.api")
_MISSING: Final = re.compile(r"Missing required \w+ parameter '([^']+)'")


class InternalError(DeskbellError):
    """A fault of ours. Its cause goes to the log under the request id, never to the caller."""

    code = "INTERNAL_ERROR"
    status = 500

    def __init__(self) -> None:
        super().__init__("Something went wrong on our side. It has been logged; please quote the request id.")


class MethodNotAllowed(DeskbellError):
    """The path exists, but not with this method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405

    def __init__(self, allow: str) -> None:
        super().__init__(f"This path takes only: {allow}" if allow else "This path does not take that method")
        self.allow = allow


class RouteMissing(NotFound):
    """No operation at this path."""

    def __init__(self) -> None:
        super().__init__("resource")


def as_refusal(request: Request[Any, Any, Any], error: Exception) -> DeskbellError:
    """The refusal that an exception means. Anything unforeseen is logged and becomes an `InternalError`."""
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
            return MalformedRequest(error.detail)
    _log.error("request failed", exc_info=error)
    return InternalError()


def _parameter_problems(request: Request[Any, Any, Any], error: ValidationException) -> list[FieldProblem]:
    wording: Wording = request.app.state.get("wording", plain_wording)
    fields = request.route_handler.parsed_fn_signature.parameters
    body = request.route_handler.parsed_data_field
    problems = []
    extra = error.extra if isinstance(error.extra, list) else []
    for each in extra:
        name = str(each.get("key") or "request")
        if body is not None and each.get("message") == "'data'":  # the framework's word for a body that is not there
            problems += missing_fields(body.annotation, wording)
            continue
        field = fields.get(name.split(".", maxsplit=1)[0])
        shape = field.raw if field is not None else Any
        problems.append(query_problem(_alias(field, name), str(each.get("message", "")), shape, wording))
    if not problems and (missing := _MISSING.match(error.detail)):
        return [FieldProblem(missing.group(1), wording(Violation(missing.group(1), "missing")))]
    return problems or [FieldProblem("request", error.detail)]


def allowed(methods: Iterable[str]) -> str:
    """The methods of a path for `Allow` (RFC 9110, 10.2.1): HEAD is served wherever GET is."""
    found = {method for method in methods if method}
    return ", ".join(sorted(found | {"HEAD"} if "GET" in found else found))


def _alias(field: Any, name: str) -> str:
    definition = getattr(field, "kwarg_definition", None)
    given = (getattr(definition, place, None) for place in ("query", "header", "name"))
    return next((alias for alias in given if isinstance(alias, str) and alias), name)


def refusal_headers(refusal: DeskbellError) -> dict[str, str]:
    """The headers that HTTP wants beside a refusal."""
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
