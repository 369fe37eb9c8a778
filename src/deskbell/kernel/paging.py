"""Pages of lists: by number with an exact total, or by keyset cursor, whose cost does not grow with depth."""

import base64
import binascii
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from deskbell.kernel.errors import Invalid

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
MAX_OFFSET: Final = 10_000_000  # a larger offset is a mistake or an attack

T = TypeVar("T")
Order: TypeAlias = Literal["asc", "desc"]


class PageRequest(Struct, frozen=True):
    """The part of a list to return: from `offset`, or after `cursor` if one is given."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    cursor: str | None = None
    sort: str | None = None
    order: Order | None = None

    def descends(self, default: bool) -> bool:
        """Whether to sort descending: as requested, else `default`."""
        return default if self.order is None else self.order == "desc"

    @classmethod
    def numbered(
        cls, page: int, limit: int, cursor: str | None = None, *, sort: str | None = None, order: Order | None = None
    ) -> "PageRequest":
        """A page by number, from 1. `sort` and `order` None mean the list's own."""
        offset = (page - 1) * limit
        if offset > MAX_OFFSET:
            raise Invalid.field("page", "page.not_found")
        return cls(limit, offset, cursor, sort, order)


class Page(Struct, Generic[T], frozen=True):
    """A part of a list. `total` is its whole length, a lower bound unless `exact`; `next_cursor` is None at its end."""

    items: list[T]
    total: int
    request: PageRequest
    next_cursor: str | None = None
    exact: bool = True


def encode_cursor(*key: Any) -> str:
    """An opaque token for the position after the row with this sort key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str, shape: type[T]) -> T:
    """The sort key in a cursor, as the tuple type `shape`. Raises `Invalid` for any other text."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=shape)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise Invalid.field("cursor", "cursor.unknown") from error
