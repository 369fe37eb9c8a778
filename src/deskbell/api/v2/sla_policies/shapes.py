"""v2: shapes of SLA policies."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.v2.vocabulary import Priority, shown_priority
from deskbell.features.sla.records import SlaPolicy

Minutes = Annotated[int, Meta(ge=1, le=525_600)]


class PolicyView(Struct, frozen=True, kw_only=True, rename="camel"):
    """The SLA targets of a priority, in minutes; null means no target."""

    id: UUID
    priority: Priority
    first_response_time: int | None
    resolution_time: int | None

    @classmethod
    def of(cls, policy: SlaPolicy) -> "PolicyView":
        return cls(
            id=policy.id,
            priority=shown_priority(policy.priority),
            first_response_time=_minutes(policy.first_response_seconds),
            resolution_time=_minutes(policy.resolution_seconds),
        )


class UpdatePolicy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """The targets to change, in minutes; null removes a target, omitted targets keep their values."""

    first_response_time: Minutes | UnsetType | None = UNSET
    resolution_time: Minutes | UnsetType | None = UNSET


def _minutes(seconds: int | None) -> int | None:
    """Minutes, rounded up: a short target must not be shown as 0."""
    return None if seconds is None else -(-seconds // 60)
