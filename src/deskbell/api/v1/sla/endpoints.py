"""v1: SLA policies, one per priority."""

from litestar import Response
from litestar.params import FromPath, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, get, put
from deskbell.api.v1.envelope import Success, tagged
from deskbell.api.v1.sla.shapes import PolicyBody, PolicyView
from deskbell.features.sla import service
from deskbell.features.sla.records import PolicyChanges, SlaPolicy
from deskbell.kernel.permissions import Permission

TAG = ["SLA Policies"]


def _answer(policy: SlaPolicy) -> Response[Success[PolicyView]]:
    return tagged(PolicyView.of(policy), service.etag(policy))


@get("/sla-policies", permission=Permission.SLA_READ, tags=TAG, summary="List SLA policies")
async def list_policies(uow: Uow) -> Success[list[PolicyView]]:
    """Lists the policy of each priority, most urgent first, including defaults."""
    return Success([PolicyView.of(policy) for policy in await service.list_policies(uow)])


@get("/sla-policies/{priority:str}", permission=Permission.SLA_READ, tags=TAG, summary="Get an SLA policy")
async def get_policy(uow: Uow, priority: FromPath[str]) -> Response[Success[PolicyView]]:
    """Returns the policy of `low`, `normal`, `high` or `urgent`."""
    return _answer(await service.get_policy(uow, priority))


@put("/sla-policies/{priority:str}", permission=Permission.SLA_MANAGE, tags=TAG, summary="Set an SLA policy")
async def set_policy(
    uow: Uow, request: DeskbellRequest, priority: FromPath[str], data: JSONBody[PolicyBody]
) -> Response[Success[PolicyView]]:
    """Sets the targets of a priority. They apply to open tickets shortly after; time already elapsed counts."""
    changes = PolicyChanges(
        first_response_seconds=data.first_response_seconds, resolution_seconds=data.resolution_seconds
    )
    return _answer(await service.set_policy(uow, priority, changes, expected_version(request)))


ROUTES = [list_policies, get_policy, set_policy]
