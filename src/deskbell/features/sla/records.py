"""Service-level policies as an organization reads and writes them."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.words import Priority

__all__ = ["PolicyChanges", "SlaPolicy"]


class SlaPolicy(Struct, frozen=True, kw_only=True):
    """The targets of one priority, in seconds of running time; None means that there is no target.

    `updated_at` is None while nothing is stored and the documented defaults hold.
    """

    id: UUID
    priority: Priority
    first_response_seconds: int | None
    resolution_seconds: int | None
    updated_at: datetime | None = None


class PolicyChanges(Struct, frozen=True, kw_only=True):
    """New targets in seconds; None takes a target away, what is UNSET stays."""

    first_response_seconds: int | UnsetType | None = UNSET
    resolution_seconds: int | UnsetType | None = UNSET
