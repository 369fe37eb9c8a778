"""Refusals: codes with parameters. The sentences live in the message catalogue, one per language and contract."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from msgspec import Struct

Param = str | int | float | tuple[str, ...]
"""A parameter of a message; a tuple is a list of allowed values."""


class Problem(Struct, frozen=True):
    """One reason for a refusal: a code of the message catalogue, the field it is about, and the sentence's parameters.

    `path` is the field's internal name, its parts joined by dots (`attachments.0.url`); "" means the whole request.
    """

    code: str
    path: str = ""
    params: Mapping[str, Param] = {}

    @classmethod
    def at(cls, path: str, code: str, **params: Param) -> "Problem":
        """A problem with one field."""
        return cls(code, path, params)


class DeskbellError(Exception):
    """Base of every refusal that a client sees.

    `code` is the stable error code, `status` the HTTP status. `reason` is the message as a problem. `details` holds more
    values for clients.
    """

    code: ClassVar[str] = "ERROR"
    status: ClassVar[int] = 500
    default: ClassVar[str] = "internal_error"
    """The message's code if the constructor gets none."""

    def __init__(
        self, message: str | None = None, /, *, details: Mapping[str, Any] | None = None, **params: Param
    ) -> None:
        self.reason = Problem(message or self.default, "", params)
        self.details: Mapping[str, Any] = details or {}
        super().__init__(self.reason.code, *params.values())

    @property
    def first_problem(self) -> Problem:
        """The problem to show where one message fits."""
        return self.reason


class OperatorError(Exception):
    """A fault of the installation that the operator can fix. The message is one sentence that names the fix."""


class NotFound(DeskbellError):
    """The object does not exist or is not visible to the caller; both answers are equal. `noun` is its kind, such as `ticket`."""

    code = "NOT_FOUND"
    status = 404

    def __init__(self, noun: str) -> None:
        super().__init__(f"{noun.lower().replace(' ', '_')}.not_found")
        self.noun = noun


class Unauthenticated(DeskbellError):
    """The request has no valid credentials."""

    code = "UNAUTHORIZED"
    status = 401
    default = "unauthenticated"


class Forbidden(DeskbellError):
    """The caller is authenticated but lacks the permission."""

    code = "FORBIDDEN"
    status = 403
    default = "forbidden"


class Invalid(DeskbellError):
    """The input is invalid; `problems` lists every invalid field."""

    code = "VALIDATION_ERROR"
    status = 422
    default = "invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()

    @classmethod
    def field(cls, path: str, code: str, **params: Param) -> "Invalid":
        """A refusal for one field."""
        return cls([Problem(code, path, params)])

    @property
    def first_problem(self) -> Problem:
        """The first field's problem."""
        return self.problems[0] if self.problems else self.reason

    def __str__(self) -> str:
        return "; ".join(f"{each.path or 'request'}: {each.code} {dict(each.params)}" for each in self.problems)


class MalformedRequest(DeskbellError):
    """The request cannot be parsed, such as broken JSON or an unknown content type."""

    code = "BAD_REQUEST"
    status = 400
    default = "malformed"


class Conflict(DeskbellError):
    """The object already exists, or its state does not allow the command."""

    code = "CONFLICT"
    status = 409
    default = "conflict"


class StaleVersion(DeskbellError):
    """`If-Match` does not match the current version; nothing was written. `current` is the current ETag.

    `record` is the current object, for contracts that show it, as the staff or a customer see it.
    """

    code = "PRECONDITION_FAILED"
    status = 412
    default = "stale_version"

    def __init__(self, current: str, record: object | None = None, *, for_staff: bool = False) -> None:
        super().__init__()
        self.current = current
        self.record = record
        self.for_staff = for_staff


class PayloadTooLarge(DeskbellError):
    """The body is larger than the operation accepts."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413
    default = "payload_too_large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit=limit_bytes, details={"limit": limit_bytes})


class TooManyRequests(DeskbellError):
    """A limit was reached; `retry_after` is in whole seconds."""

    code = "RATE_LIMIT_EXCEEDED"
    status = 429
    default = "too_many_requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after=retry_after, details={"retry_after": retry_after})
        self.retry_after = retry_after


class Unavailable(DeskbellError):
    """The database cannot be reached; the client may retry shortly."""

    code = "SERVICE_UNAVAILABLE"
    status = 503
    default = "unavailable"
