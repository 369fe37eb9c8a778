"""Rows of service-level policies."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.words import Priority


class SlaPolicy(Struct, frozen=True, kw_only=True):
    """The targets of one priority, in seconds of running time; None means no target.

    `updated_at` is None while the organization has no policy of its own and the documented defaults apply.
    """

    id: UUID
    priority: Priority
    first_response_seconds: int | None
    resolution_seconds: int | None
    updated_at: datetime | None = None


class PolicyChanges(Struct, frozen=True, kw_only=True):
    """New targets in seconds; None removes a target, UNSET leaves it unchanged."""

    first_response_seconds: int | UnsetType | None = UNSET
    resolution_seconds: int | UnsetType | None = UNSET


class PolicyEffect(Struct, frozen=True):
    """The effect of new targets on the open tickets of a priority.

    `changed` of them get another deadline, and `late` of these are late immediately.
    """

    priority: Priority
    open_tickets: int
    changed: int
    late: int
