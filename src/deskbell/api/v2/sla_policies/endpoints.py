"""v2: service-level policies."""

from litestar.params import JSONBody
from msgspec import UnsetType

from deskbell.api.shared.routing import Uow, get, patch
from deskbell.api.v2.envelope import Many, One
from deskbell.api.v2.fields import PolicyId
from deskbell.api.v2.sla_policies.shapes import PolicyView, UpdatePolicy
from deskbell.features.sla import service
from deskbell.features.sla.records import PolicyChanges
from deskbell.kernel.permissions import Permission

TAG = ["SLA policies"]


def _seconds(minutes: int | UnsetType | None) -> int | UnsetType | None:
    return minutes * 60 if isinstance(minutes, int) else minutes


@get("/sla-policies", permission=Permission.SLA_READ, tags=TAG, summary="List SLA policies")
async def list_policies(uow: Uow) -> Many[PolicyView]:
    """Lists the policy of each priority, most urgent first."""
    return Many.whole(await service.list_policies(uow), PolicyView.of)


@patch("/sla-policies/{policy_id:str}", permission=Permission.SLA_MANAGE, tags=TAG, summary="Update an SLA policy")
async def update_policy(uow: Uow, policy_id: PolicyId, data: JSONBody[UpdatePolicy]) -> One[PolicyView]:
    """Updates the targets of a priority."""
    changes = PolicyChanges(
        first_response_seconds=_seconds(data.first_response_time), resolution_seconds=_seconds(data.resolution_time)
    )
    return One(PolicyView.of(await service.update_policy(uow, policy_id, changes)))


ROUTES = [list_policies, update_policy]
