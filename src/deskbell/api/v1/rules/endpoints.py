"""v1: rules."""

from typing import Final, Literal
from uuid import UUID

from litestar import Response
from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.requests import DeskbellRequest, expected_version
from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success, tagged
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.rules.shapes import (
    CheckCondition,
    CreateRule,
    FiringView,
    OrderRules,
    RestoreRule,
    RuleUse,
    RuleVersionView,
    RuleView,
    UpdateRule,
    VocabularyView,
)
from deskbell.features.rules import service
from deskbell.features.rules.records import Rule
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Rules"]


def _answer(rule: Rule) -> Response[Success[RuleView]]:
    return tagged(RuleView.of(rule), service.etag(rule))


@get("/rules", permission=Permission.RULE_READ, tags=TAG, summary="List rules")
async def list_rules(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["place"]] = "place",
    order: FromQuery[Order] = "asc",
) -> Response[Paginated[RuleView]]:
    """Lists the rules in the order in which they fire. The entity tag is that of the whole list, for a new order."""
    found = await service.list_rules(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    shown = Paginated([RuleView.of(rule) for rule in found.items], Pagination.of(found))
    return Response(shown, headers={"ETag": await service.list_etag(uow)})


@get("/rules/{rule_id:str}", permission=Permission.RULE_READ, tags=TAG, summary="Get a rule")
async def get_rule(uow: Uow, rule_id: FromPath[UUID]) -> Response[Success[RuleView]]:
    """Returns a rule, also one that was deleted in the last 30 days."""
    return _answer(await service.get(uow, rule_id))


@post("/rules", permission=Permission.RULE_MANAGE, tags=TAG, summary="Create a rule")
async def create_rule(uow: Uow, data: JSONBody[CreateRule]) -> Response[Success[RuleView]]:
    """Adds a rule after the others. It holds from the next change of a ticket on."""
    rule = await service.create(uow, data.command(), data.file_ids)
    return tagged(RuleView.of(rule), service.etag(rule), new_at=f"/rules/{rule.id}")


@put("/rules/order", permission=Permission.RULE_MANAGE, tags=TAG, summary="Order the rules")
async def order_rules(uow: Uow, request: DeskbellRequest, data: JSONBody[OrderRules]) -> Response[Done]:
    """Puts all rules in the order given. `If-Match` takes the entity tag of the list."""
    etag = await service.put_in_order(uow, data.rule_ids, expected_version(request))
    return Response(Done("Rules ordered"), headers={"ETag": etag})


@put("/rules/{rule_id:str}", permission=Permission.RULE_MANAGE, tags=TAG, summary="Update a rule")
async def update_rule(
    uow: Uow, request: DeskbellRequest, rule_id: FromPath[UUID], data: JSONBody[UpdateRule]
) -> Response[Success[RuleView]]:
    """Updates the given fields."""
    return _answer(await service.update(uow, rule_id, data.command(), expected_version(request)))


@delete("/rules/{rule_id:str}", permission=Permission.RULE_MANAGE, tags=TAG, summary="Delete a rule", status_code=200)
async def delete_rule(uow: Uow, request: DeskbellRequest, rule_id: FromPath[UUID]) -> Done:
    """Deletes a rule; it can be restored for 30 days. Its effects on tickets stay."""
    await service.delete(uow, rule_id, expected_version(request))
    return Done("Rule deleted")


@post(
    "/rules/{rule_id:str}/restore", permission=Permission.RULE_MANAGE, tags=TAG, summary="Restore a rule",
    status_code=200,
)  # fmt: skip
async def restore_rule(uow: Uow, rule_id: FromPath[UUID], data: JSONBody[RestoreRule]) -> Response[Success[RuleView]]:
    """Brings a deleted rule back, or makes an earlier version hold again."""
    return _answer(await service.restore(uow, rule_id, data.version))


@post("/rules/{rule_id:str}/stop", permission=Permission.RULE_MANAGE, tags=TAG, summary="Stop a rule", status_code=200)
async def stop_rule(uow: Uow, rule_id: FromPath[UUID]) -> Response[Success[RuleView]]:
    """Switches a rule off immediately. What it has still to do is left out."""
    return _answer(await service.stop(uow, rule_id))


@get("/rules/{rule_id:str}/versions", permission=Permission.RULE_READ, tags=TAG, summary="List versions of a rule")
async def list_rule_versions(
    uow: Uow,
    rule_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["version"]] = "version",
    order: FromQuery[Order] = "desc",
) -> Paginated[RuleVersionView]:
    """Lists each save of a rule, newest first."""
    request = PageRequest.numbered(page, limit, cursor, sort=sort, order=order)
    found = await service.list_versions(uow, rule_id, request)
    return Paginated([RuleVersionView.of(each) for each in found.items], Pagination.of(found))


@get(
    "/rules/{rule_id:str}/firings",
    permission=(Permission.RULE_READ, Permission.TICKET_READ), tags=TAG, summary="List firings of a rule",
)  # fmt: skip
async def list_rule_firings(
    uow: Uow,
    rule_id: FromPath[UUID],
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["at"]] = "at",
    order: FromQuery[Order] = "desc",
) -> Paginated[FiringView]:
    """Lists the tickets on which a rule fired, newest first, with the outcomes of its effects."""
    request = PageRequest.numbered(page, limit, cursor, sort=sort, order=order)
    found, effects = await service.list_firings(uow, rule_id, request)
    shown = [FiringView.of(each, effects.get(each.id, [])) for each in found.items]
    return Paginated(shown, Pagination.of(found))


@get("/workflow/uses", permission=Permission.RULE_READ, tags=TAG, summary="List rules that use an object")
async def list_uses(
    uow: Uow,
    group_id: FromQuery[UUID | None] = None,
    category_id: FromQuery[UUID | None] = None,
    user_id: FromQuery[UUID | None] = None,
) -> Success[list[RuleUse]]:
    """Lists the rules that name a group, a category or a member. The enabled ones are switched off when it is deleted."""
    named = [each for each in (group_id, category_id, user_id) if each is not None]
    return Success([RuleUse.of(rule) for rule in await service.uses(uow, named)])


@get("/workflow/vocabulary", permission=Permission.RULE_READ, tags=TAG, summary="List operators and actions")
async def get_vocabulary(uow: Uow) -> Success[VocabularyView]:
    """Lists the occasions, operators and actions of which rules are made, for forms."""
    return Success(VocabularyView.of(service.vocabulary(uow), await service.anchors(uow)))


@post("/workflow/check", permission=Permission.RULE_READ, tags=TAG, summary="Check a condition", status_code=200)
async def check_condition(uow: Uow, data: JSONBody[CheckCondition]) -> Done:
    """Reads a condition without saving it; the answer to a mistake names its position."""
    await service.check(uow, data.when)
    return Done("The condition is understood")


ROUTES = [
    list_rules, get_rule, create_rule, order_rules, update_rule, delete_rule, restore_rule, stop_rule, list_rule_versions,
    list_rule_firings, list_uses, get_vocabulary, check_condition,
]  # fmt: skip
