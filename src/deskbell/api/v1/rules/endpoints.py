"""v1: rules."""

from typing import Final, Literal
from uuid import UUID

from litestar.params import FromPath, FromQuery, JSONBody

from deskbell.api.shared.routing import Uow, delete, get, post, put
from deskbell.api.v1.envelope import Done, Paginated, Pagination, Success
from deskbell.api.v1.fields import CursorParam, LimitParam, PageParam
from deskbell.api.v1.rules.shapes import CheckCondition, CreateRule, OrderRules, RuleView, UpdateRule
from deskbell.features.rules import service
from deskbell.kernel.paging import MAX_LIMIT, Order, PageRequest
from deskbell.kernel.permissions import Permission

TAG: Final = ["Rules"]


@get("/rules", permission=Permission.RULE_READ, tags=TAG, summary="List rules")
async def list_rules(
    uow: Uow,
    page: PageParam = 1,
    limit: LimitParam = MAX_LIMIT,
    cursor: CursorParam = None,
    sort: FromQuery[Literal["place"]] = "place",
    order: FromQuery[Order] = "asc",
) -> Paginated[RuleView]:
    """Lists the rules in the order in which they fire."""
    found = await service.list_rules(uow, PageRequest.numbered(page, limit, cursor, sort=sort, order=order))
    return Paginated([RuleView.of(rule) for rule in found.items], Pagination.of(found))


@get("/rules/{rule_id:str}", permission=Permission.RULE_READ, tags=TAG, summary="Get a rule")
async def get_rule(uow: Uow, rule_id: FromPath[UUID]) -> Success[RuleView]:
    """Returns a rule."""
    return Success(RuleView.of(await service.get(uow, rule_id)))


@post("/rules", permission=Permission.RULE_MANAGE, tags=TAG, summary="Create a rule")
async def create_rule(uow: Uow, data: JSONBody[CreateRule]) -> Success[RuleView]:
    """Adds a rule after the others. It holds from the next change of a ticket on."""
    return Success(RuleView.of(await service.create(uow, data.command())))


@put("/rules/order", permission=Permission.RULE_MANAGE, tags=TAG, summary="Order the rules")
async def order_rules(uow: Uow, data: JSONBody[OrderRules]) -> Done:
    """Puts all rules in the order given."""
    await service.put_in_order(uow, data.rule_ids)
    return Done("Rules ordered")


@put("/rules/{rule_id:str}", permission=Permission.RULE_MANAGE, tags=TAG, summary="Update a rule")
async def update_rule(uow: Uow, rule_id: FromPath[UUID], data: JSONBody[UpdateRule]) -> Success[RuleView]:
    """Updates the given fields."""
    return Success(RuleView.of(await service.update(uow, rule_id, data.command())))


@delete("/rules/{rule_id:str}", permission=Permission.RULE_MANAGE, tags=TAG, summary="Delete a rule", status_code=200)
async def delete_rule(uow: Uow, rule_id: FromPath[UUID]) -> Done:
    """Deletes a rule. Its effects on tickets stay."""
    await service.delete(uow, rule_id)
    return Done("Rule deleted")


@post("/workflow/check", permission=Permission.RULE_READ, tags=TAG, summary="Check a condition", status_code=200)
async def check_condition(uow: Uow, data: JSONBody[CheckCondition]) -> Done:
    """Reads a condition without saving it; the answer to a mistake names its position."""
    await service.check(uow, data.when)
    return Done("The condition is understood")


ROUTES = [list_rules, get_rule, create_rule, order_rules, update_rule, delete_rule, check_condition]
