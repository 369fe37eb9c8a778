"""Lines of a rejects file: each refused line with the reason, so that it can be corrected and imported again."""

import re
from typing import Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

_WRAPPED: Final = re.compile(rb'\s*\{\s*"(?:rejected|record)"\s*:')


class Reason(Struct, frozen=True):
    """The number of a refused line and the reason."""

    line: int
    field: str
    reason: str


class Rejected(Struct, frozen=True, omit_defaults=True):
    """A refused line: `record` if it is JSON, `text` if it is other text, `base64` if it is not UTF-8.

    All three are absent for a line that was too long to keep.
    """

    rejected: Reason
    record: Raw | UnsetType = UNSET
    text: str | UnsetType = UNSET
    base64: bytes | UnsetType = UNSET


def wrapped(reason: Reason, content: bytes | None) -> bytes:
    """Returns a line of a rejects file, newline included."""
    return msgspec.json.encode(_rejected(reason, content)) + b"\n"


def unwrapped(content: bytes) -> bytes:
    """The original line within a line of a rejects file, empty if it has no copy; any other line unchanged."""
    if _WRAPPED.match(content) is None:
        return content
    try:
        rejected = msgspec.json.decode(content, type=Rejected)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return content
    if not isinstance(rejected.record, UnsetType):
        return bytes(rejected.record)
    if not isinstance(rejected.text, UnsetType):
        return rejected.text.encode()
    return b"" if isinstance(rejected.base64, UnsetType) else rejected.base64


def _rejected(reason: Reason, content: bytes | None) -> Rejected:
    if content is None:
        return Rejected(reason)
    line = content.strip()
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    else:
        return Rejected(reason, record=Raw(line))
    try:
        return Rejected(reason, text=line.decode())
    except UnicodeDecodeError:
        return Rejected(reason, base64=content)
