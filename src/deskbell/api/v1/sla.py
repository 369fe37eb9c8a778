"""v1: service-level policies, one for each priority."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, Struct, UnsetType

from deskbell.api.shared.routing import Uow, get, put
from deskbell.api.v1.envelope import Success
from deskbell.features.sla import service
from deskbell.features.sla.records import PolicyChanges, SlaPolicy
from deskbell.kernel.durations import format_duration
from deskbell.kernel.permissions import Permission

__all__ = ["ROUTES"]

TAG = ["SLA Policies"]
YEAR = 366 * 86_400
Seconds = Annotated[int, Meta(ge=1, le=YEAR)]


class PolicyView(Struct, frozen=True, kw_only=True):
    """Targets in seconds of time in which a ticket waits for staff, with the same as text; null means no target."""

    id: UUID
    priority: str
    first_response_seconds: int | None
    first_response_time: str | None
    resolution_seconds: int | None
    resolution_time: str | None
    updated_at: datetime | None

    @classmethod
    def of(cls, policy: SlaPolicy) -> "PolicyView":
        """A policy in v1's form."""
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
    """New targets of one priority; null takes a target away, what is left out stays."""

    first_response_seconds: Seconds | UnsetType | None = UNSET
    resolution_seconds: Seconds | UnsetType | None = UNSET


@get("/sla-policies", permission=Permission.SLA_READ, tags=TAG, summary="List SLA policies")
async def list_policies(uow: Uow) -> Success[list[PolicyView]]:
    """The policy of each priority, most urgent first; the defaults where nothing has been set."""
    return Success([PolicyView.of(policy) for policy in await service.list_policies(uow)])


@get("/sla-policies/{priority:str}", permission=Permission.SLA_READ, tags=TAG, summary="Get an SLA policy")
async def get_policy(uow: Uow, priority: FromPath[str]) -> Success[PolicyView]:
    """The policy of `low`, `normal`, `high` or `urgent`."""
    return Success(PolicyView.of(await service.get_policy(uow, priority)))


@put("/sla-policies/{priority:str}", permission=Permission.SLA_MANAGE, tags=TAG, summary="Set an SLA policy")
async def set_policy(uow: Uow, priority: FromPath[str], data: JSONBody[PolicyBody]) -> Success[PolicyView]:
    """Sets the targets of a priority. Open tickets go by them within moments; time used so far counts."""
    changes = PolicyChanges(
        first_response_seconds=data.first_response_seconds, resolution_seconds=data.resolution_seconds
    )
    return Success(PolicyView.of(await service.set_policy(uow, priority, changes)))


ROUTES = [list_policies, get_policy, set_policy]
