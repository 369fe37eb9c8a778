"""v1: SLA policies, one per priority."""

from litestar import Response
from litestar.params import FromPath, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, get, post, put
from deskbell.api.v1.envelope import Success, tagged
from deskbell.api.v1.sla.shapes import PoliciesBody, PolicyBody, PolicyView
from deskbell.features.sla import service
from deskbell.features.sla.records import PolicyEffect, SlaPolicy
from deskbell.kernel.permissions import Permission

TAG = ["SLA Policies"]


def _answer(policy: SlaPolicy) -> Response[Success[PolicyView]]:
    return tagged(PolicyView.of(policy), service.etag(policy))


def _all(policies: list[SlaPolicy]) -> Response[Success[list[PolicyView]]]:
    return tagged([PolicyView.of(policy) for policy in policies], service.list_etag(policies))


@get("/sla-policies", permission=Permission.SLA_READ, tags=TAG, summary="List SLA policies")
async def list_policies(uow: Uow) -> Response[Success[list[PolicyView]]]:
    """Lists the policy of each priority, most urgent first, including defaults."""
    return _all(await service.list_policies(uow))


@put("/sla-policies", permission=Permission.SLA_MANAGE, tags=TAG, summary="Set several SLA policies")
async def set_policies(
    uow: Uow, request: DeskbellRequest, data: JSONBody[PoliciesBody]
) -> Response[Success[list[PolicyView]]]:
    """Sets targets of several priorities, all or none. `If-Match` takes the tag of the list."""
    return _all(await service.set_policies(uow, data.command(), expected_version(request)))


@post(
    "/sla-policies/preview", permission=Permission.SLA_MANAGE, tags=TAG, summary="Preview SLA policies", status_code=200
)
async def preview_policies(uow: Uow, data: JSONBody[PoliciesBody]) -> Success[list[PolicyEffect]]:
    """Returns the effect of new targets on open tickets: how many get another deadline, and how many are late immediately."""
    return Success(await service.preview(uow, data.command()))


@get("/sla-policies/{priority:str}", permission=Permission.SLA_READ, tags=TAG, summary="Get an SLA policy")
async def get_policy(uow: Uow, priority: FromPath[str]) -> Response[Success[PolicyView]]:
    """Returns the policy of `low`, `normal`, `high` or `urgent`."""
    return _answer(await service.get_policy(uow, priority))


@put("/sla-policies/{priority:str}", permission=Permission.SLA_MANAGE, tags=TAG, summary="Set an SLA policy")
async def set_policy(
    uow: Uow, request: DeskbellRequest, priority: FromPath[str], data: JSONBody[PolicyBody]
) -> Response[Success[PolicyView]]:
    """Sets the targets of a priority. They apply to open tickets shortly after; time already elapsed counts."""
    return _answer(await service.set_policy(uow, priority, data.command(), expected_version(request)))


ROUTES = [list_policies, set_policies, preview_policies, get_policy, set_policy]
