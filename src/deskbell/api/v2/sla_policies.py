"""v2: service-level policies."""

from typing import Annotated
from uuid import UUID

from litestar.params import JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.shared.routing import Uow, get, patch
from deskbell.api.v2.envelope import Many, One
from deskbell.api.v2.fields import PolicyId
from deskbell.api.v2.vocabulary import Priority, shown_priority
from deskbell.features.sla import service
from deskbell.features.sla.records import PolicyChanges, SlaPolicy
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["SLA policies"]
Minutes = Annotated[int, Meta(ge=1, le=525_600)]


class PolicyView(Struct, frozen=True, kw_only=True, rename="camel"):
    """The targets of one priority, in minutes; null means that there is none."""

    id: UUID
    priority: Priority
    first_response_time: int | None
    resolution_time: int | None

    @classmethod
    def of(cls, policy: SlaPolicy) -> "PolicyView":
        """A policy in v2's form."""
        return cls(
            id=policy.id,
            priority=shown_priority(policy.priority),
            first_response_time=_minutes(policy.first_response_seconds),
            resolution_time=_minutes(policy.resolution_seconds),
        )


class UpdatePolicy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """New targets in minutes; null takes a target away, what is left out stays."""

    first_response_time: Minutes | UnsetType | None = UNSET
    resolution_time: Minutes | UnsetType | None = UNSET


def _minutes(seconds: int | None) -> int | None:
    """Whole minutes, a begun one counted: a target never shows as none at all."""
    return None if seconds is None else -(-seconds // 60)


def _seconds(minutes: int | UnsetType | None) -> int | UnsetType | None:
    return minutes * 60 if isinstance(minutes, int) else minutes


@get("/sla-policies", permission=Permission.SLA_READ, tags=TAG, summary="List SLA policies")
async def list_policies(uow: Uow) -> Many[PolicyView]:
    """One policy for each priority, most urgent first."""
    return Many.whole(await service.list_policies(uow), PolicyView.of)


@patch("/sla-policies/{policy_id:str}", permission=Permission.SLA_MANAGE, tags=TAG, summary="Update an SLA policy")
async def update_policy(uow: Uow, policy_id: PolicyId, data: JSONBody[UpdatePolicy]) -> One[PolicyView]:
    """Sets the targets of a priority."""
    changes = PolicyChanges(
        first_response_seconds=_seconds(data.first_response_time), resolution_seconds=_seconds(data.resolution_time)
    )
    return One(PolicyView.of(await service.update_policy(uow, policy_id, changes)))


ROUTES = [list_policies, update_policy]
