"""Reads JSON bodies strictly: one fast pass, and a second one that names every offending field where the first refuses."""

from typing import Any, Final

import msgspec

from deskbell.kernel.errors import Invalid, MalformedRequest, Problem
from deskbell.kernel.shapes import problems_of

_NUL_ESCAPE: Final = b"\\u0000"


class InvalidBody(Invalid):
    """A body that does not have the form expected. Its paths are in the sender's own words and shown unchanged."""


def decode_body(body: bytes, shape: Any) -> Any:
    """The body as a value of the type. Raises `MalformedRequest` for invalid JSON, `InvalidBody` naming every bad field."""
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
    """The problems of a request without a body: every required field, or where none is required, the body itself."""
    return list(problems_of({}, shape)) or [Problem("type", "", {"expected": ("object",)})]


def _decode_plain(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body or b"null")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedRequest("malformed_json", reason=str(error)) from error
