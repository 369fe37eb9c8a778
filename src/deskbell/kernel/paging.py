"""Pages of lists: by number with an exact total, or by keyset cursor at a cost that does not grow with depth."""

import base64
import binascii
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from deskbell.kernel.errors import Invalid

__all__ = ["DEFAULT_LIMIT", "MAX_LIMIT", "MAX_OFFSET", "Page", "PageRequest", "decode_cursor", "encode_cursor"]

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
MAX_OFFSET: Final = 10_000_000  # beyond it nobody pages; a bigger number is a mistake or an attack

T = TypeVar("T")


class PageRequest(Struct, frozen=True):
    """Which part of a list: `offset` rows in, or after `cursor` when one is given."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    cursor: str | None = None

    @classmethod
    def numbered(cls, page: int, limit: int, cursor: str | None = None) -> "PageRequest":
        """Page numbers start at 1."""
        offset = (page - 1) * limit
        if offset > MAX_OFFSET:
            raise Invalid.field("page", "There is no such page")
        return cls(limit, offset, cursor)


class Page(Struct, Generic[T], frozen=True):
    """A part of a list: `total` counts the whole list exactly; `next_cursor` is None at its end."""

    items: list[T]
    total: int
    request: PageRequest
    next_cursor: str | None = None


def encode_cursor(*key: Any) -> str:
    """An opaque token for the place after the row with this sort key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str, shape: type[T]) -> T:
    """The sort key in a cursor, of the tuple type expected; raises `Invalid` for anything else."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=shape)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise Invalid.field("cursor", "This is not a cursor that this list handed out") from error
