"""Optimistic locking: entity tags and the condition of an `If-Match` header."""

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from deskbell.kernel.errors import StaleVersion


class Precondition(Struct, frozen=True):
    """The states that a write may replace, by their entity tags, in quotes as they were sent."""

    tags: frozenset[str]

    def demand(self, current: str, record: object | None = None, *, for_staff: bool = False) -> None:
        """Raises `StaleVersion` unless the current state is one of them. `record` is the current object."""
        if current not in self.tags:
            raise StaleVersion(current, record, for_staff=for_staff)


def tag_of(*parts: Any) -> str:
    """The entity tag of these values. Equal values have equal tags, independent of author and time."""
    return f'"{hashlib.blake2b(msgspec.json.encode(parts), digest_size=12).hexdigest()}"'
