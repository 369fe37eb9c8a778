"""v1: shapes of SLA policies."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.features.sla.records import PolicyChanges, SlaPolicy
from deskbell.kernel.durations import format_duration
from deskbell.kernel.words import Priority

YEAR = 366 * 86_400


Seconds = Annotated[int, Meta(ge=1, le=YEAR)]


class PolicyView(Struct, frozen=True, kw_only=True):
    """SLA targets of a priority, in seconds and as text; null means no target. Only time waiting for staff counts."""

    id: UUID
    priority: Priority
    first_response_seconds: int | None
    first_response_time: str | None
    resolution_seconds: int | None
    resolution_time: str | None
    updated_at: datetime | None

    @classmethod
    def of(cls, policy: SlaPolicy) -> "PolicyView":
        first, resolution = policy.first_response_seconds, policy.resolution_seconds
        return cls(
            id=policy.id,
            priority=policy.priority,
            first_response_seconds=first,
            first_response_time=None if first is None else format_duration(first),
            resolution_seconds=resolution,
            resolution_time=None if resolution is None else format_duration(resolution),
            updated_at=policy.updated_at,
        )


class PolicyBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The targets to change; null removes a target, omitted targets keep their values."""

    first_response_seconds: Seconds | UnsetType | None = UNSET
    resolution_seconds: Seconds | UnsetType | None = UNSET

    def command(self) -> PolicyChanges:
        return PolicyChanges(
            first_response_seconds=self.first_response_seconds, resolution_seconds=self.resolution_seconds
        )


class PoliciesBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """New targets by priority; omitted priorities keep theirs."""

    urgent: PolicyBody | UnsetType = UNSET
    high: PolicyBody | UnsetType = UNSET
    normal: PolicyBody | UnsetType = UNSET
    low: PolicyBody | UnsetType = UNSET

    def command(self) -> dict[Priority, PolicyChanges]:
        bodies: list[tuple[Priority, PolicyBody | UnsetType]] = [
            (Priority.URGENT, self.urgent), (Priority.HIGH, self.high),
            (Priority.NORMAL, self.normal), (Priority.LOW, self.low),
        ]  # fmt: skip
        return {priority: body.command() for priority, body in bodies if body is not UNSET}
