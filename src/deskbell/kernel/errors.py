"""Refusals: each has a stable code, an HTTP status and data; every API contract words them its own way."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from msgspec import Struct

__all__ = [
    "Conflict",
    "DeskbellError",
    "FieldProblem",
    "Forbidden",
    "Invalid",
    "MalformedRequest",
    "NotFound",
    "PayloadTooLarge",
    "StaleVersion",
    "TooManyRequests",
    "Unauthenticated",
    "Unavailable",
]


class FieldProblem(Struct, frozen=True):
    """What is wrong with one field. `path` is in the caller's own words, parts joined by dots."""

    path: str
    message: str


class DeskbellError(Exception):
    """Base of every refusal that a person or a client is told about."""

    code: ClassVar[str] = "ERROR"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = details or {}


class NotFound(DeskbellError):
    """The object does not exist, or not for this caller: both answer alike."""

    code = "NOT_FOUND"
    status = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"{what[:1].upper()}{what[1:]} not found")
        self.what = what


class Unauthenticated(DeskbellError):
    """No credentials, or none that hold."""

    code = "UNAUTHORIZED"
    status = 401

    def __init__(self, message: str = "Authentication required") -> None:
        super().__init__(message)


class Forbidden(DeskbellError):
    """Known caller, not allowed."""

    code = "FORBIDDEN"
    status = 403

    def __init__(self, message: str = "Insufficient permissions") -> None:
        super().__init__(message)


class Invalid(DeskbellError):
    """Input that cannot be accepted; names every offending field."""

    code = "VALIDATION_ERROR"
    status = 422

    def __init__(self, problems: Iterable[FieldProblem], message: str = "Validation failed") -> None:
        self.problems = tuple(problems)
        super().__init__(message)

    @classmethod
    def field(cls, path: str, message: str) -> "Invalid":
        """The common case: one field."""
        return cls([FieldProblem(path, message)])


class MalformedRequest(DeskbellError):
    """The request cannot be read at all (broken JSON, unknown content type)."""

    code = "BAD_REQUEST"
    status = 400


class Conflict(DeskbellError):
    """It exists already, or its state does not allow this."""

    code = "CONFLICT"
    status = 409


class StaleVersion(DeskbellError):
    """The caller's `If-Match` names a version that is no longer the current one; nothing was written."""

    code = "PRECONDITION_FAILED"
    status = 412

    def __init__(self, current: str) -> None:
        super().__init__("This was changed by somebody else in the meantime. Read it again, then repeat your change.")
        self.current = current


class PayloadTooLarge(DeskbellError):
    """The body is larger than this operation takes."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"The request is too large; the limit is {limit_bytes} bytes.", details={"limit": limit_bytes})


class TooManyRequests(DeskbellError):
    """A limit was reached; `retry_after` is in whole seconds."""

    code = "RATE_LIMIT_EXCEEDED"
    status = 429

    def __init__(self, retry_after: int, message: str = "Too many requests. Please slow down.") -> None:
        super().__init__(message, details={"retry_after": retry_after})
        self.retry_after = retry_after


class Unavailable(DeskbellError):
    """The database cannot be reached just now; the same request may succeed shortly."""

    code = "SERVICE_UNAVAILABLE"
    status = 503

    def __init__(self, message: str = "The service is briefly unavailable. Please try again.") -> None:
        super().__init__(message)
