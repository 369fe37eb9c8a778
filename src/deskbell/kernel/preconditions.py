"""Writing only over what one has read: entity tags, and the condition that an `If-Match` header makes of them."""

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from deskbell.kernel.errors import StaleVersion


class Precondition(Struct, frozen=True):
    """The states that a caller would write over, by their entity tags (in quotes, as they were handed out)."""

    tags: frozenset[str]

    def demand(self, current: str) -> None:
        """Raises `StaleVersion` unless the present state is one of them."""
        if current not in self.tags:
            raise StaleVersion(current)


def tag_of(*parts: Any) -> str:
    """The entity tag of what these values say: the same for the same values, whoever set them and when."""
    return f'"{hashlib.blake2b(msgspec.json.encode(parts), digest_size=12).hexdigest()}"'
