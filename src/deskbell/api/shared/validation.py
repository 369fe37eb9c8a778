"""Decodes JSON bodies strictly: a fast pass, then on failure a second one that reports every invalid field."""

from typing import Any, Final

import msgspec

from deskbell.kernel.errors import Invalid, MalformedRequest, Problem
from deskbell.kernel.shapes import problems_of

_NUL_ESCAPE: Final = b"\\u0000"


class InvalidBody(Invalid):
    """A body with invalid fields. Its paths are the names the client sent and are shown unchanged."""


def decode_body(body: bytes, shape: Any) -> Any:
    """Decodes a body. Raises `MalformedRequest` for invalid JSON, `InvalidBody` with every invalid field."""
    try:
        decoded = msgspec.json.decode(body or b"null", type=shape)
    except msgspec.ValidationError as error:
        found = list(problems_of(_decode_plain(body), shape))
        raise InvalidBody(found or [Problem("not_a_value")]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedRequest("malformed_json", reason=str(error)) from error
    if _NUL_ESCAPE in body and (found := list(problems_of(_decode_plain(body), shape))):
        raise InvalidBody(found)
    return decoded


def missing_fields(shape: Any) -> list[Problem]:
    """The problems of a request without a body: every required field or, if there is none, the body itself."""
    return list(problems_of({}, shape)) or [Problem("type", "", {"expected": ("object",)})]


def _decode_plain(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedRequest("malformed_json", reason=str(error)) from error
