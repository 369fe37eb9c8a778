"""Pages of lists: by number with an exact total, or by keyset cursor at a cost that does not grow with depth."""

import base64
import binascii
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from deskbell.kernel.errors import Invalid

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
MAX_OFFSET: Final = 10_000_000  # beyond it nobody pages; a bigger number is a mistake or an attack

T = TypeVar("T")
Order: TypeAlias = Literal["asc", "desc"]


class PageRequest(Struct, frozen=True):
    """Which part of a list: `offset` rows in, or after `cursor` when one is given."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    cursor: str | None = None
    sort: str | None = None
    order: Order | None = None

    def descends(self, default: bool) -> bool:
        """Whether the list runs downwards: as asked, else as it does by itself."""
        return default if self.order is None else self.order == "desc"

    @classmethod
    def numbered(
        cls, page: int, limit: int, cursor: str | None = None, *, sort: str | None = None, order: Order | None = None
    ) -> "PageRequest":
        """Page numbers start at 1. `sort` and `order` are for lists that take them from here; None is the list's own."""
        offset = (page - 1) * limit
        if offset > MAX_OFFSET:
            raise Invalid.field("page", "page.not_found")
        return cls(limit, offset, cursor, sort, order)


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
        raise Invalid.field("cursor", "cursor.unknown") from error
