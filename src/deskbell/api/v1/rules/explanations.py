"""v1: explanations of the changes that rules made, and the state of a ticket at a moment."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from deskbell.api.shared.routing import Uow, get, post
from deskbell.api.v1.envelope import Success
from deskbell.api.v1.fields import MOMENT, moment_of
from deskbell.api.v1.rules.shapes import EffectView
from deskbell.features.rules import explaining
from deskbell.features.rules.explaining import AppliedMacro, Operation, WhyNot
from deskbell.features.tickets.events import UsedMacro
from deskbell.features.tickets.records import ByRule
from deskbell.features.tickets.service.past import PastTicket, state_at
from deskbell.kernel.errors import Invalid
from deskbell.kernel.events import Change
from deskbell.kernel.permissions import Permission
from deskbell.kernel.rules.values import Asked

TAG: Final = ["Rules"]


class FiredRuleView(Struct, frozen=True):
    """A rule that fired: the operators that held with the values they compared, its changes and effects."""

    event_id: int
    rule: ByRule
    held: list[Asked]
    changes: dict[str, Change]
    refused: list[str]
    effects: list[EffectView]
    pending: int
    macros: list[UsedMacro]


class AppliedMacroView(Struct, frozen=True):
    """A macro that a person used: its version then, its changes and effects."""

    event_id: int
    macro: UsedMacro
    changes: dict[str, Change]
    effects: list[EffectView]
    pending: int

    @classmethod
    def of(cls, used: AppliedMacro) -> "AppliedMacroView":
        """A used macro as v1 shows it."""
        effects = [EffectView.of(effect) for effect in used.effects]
        return cls(used.event_id, used.macro, used.changes, effects, used.pending)


class OperationView(Struct, frozen=True, kw_only=True):
    """The consequences of one change: each rule that fired, in order, and the bounds that ended it.

    `macro` is the one that made the change; a rule that used macros lists them under `macros`.
    """

    operation_id: UUID | None
    at: datetime
    actor: dict[str, Any] | None
    events: list[str]
    macro: AppliedMacroView | None
    rules: list[FiredRuleView]
    halted: list[str]
    failed: list[str]

    @classmethod
    def of(cls, operation: Operation) -> "OperationView":
        """An operation as v1 shows it."""
        actor = {"id": operation.actor_id, "name": operation.actor_name} if operation.actor_id else None
        return cls(
            operation_id=operation.operation_id, at=operation.at, actor=actor, events=operation.events,
            macro=None if operation.macro is None else AppliedMacroView.of(operation.macro),
            rules=[
                FiredRuleView(
                    each.event_id, each.rule, each.held, each.changes, each.refused,
                    [EffectView.of(effect) for effect in each.effects],
                    each.pending,
                    each.macros,
                )
                for each in operation.rules
            ],
            halted=operation.halted, failed=operation.failed,
        )  # fmt: skip


class AskRule(Struct, frozen=True, forbid_unknown_fields=True):
    """The ticket to ask a rule of, and an event of it; without one, its last change."""

    ticket_id: UUID
    event_id: int | None = None


@get(
    "/tickets/{ticket_id:str}/explanation",
    permission=(Permission.TICKET_READ, Permission.TICKET_EXPLAIN), tags=TAG, summary="Explain what rules and macros did",
)  # fmt: skip
async def get_explanation(uow: Uow, ticket_id: FromPath[UUID]) -> Success[list[OperationView]]:
    """Lists what rules and macros did on a ticket, by the change that woke them or that they made, the latest first."""
    return Success([OperationView.of(each) for each in await explaining.explanation(uow, ticket_id)])


@post(
    "/rules/{rule_id:str}/explain",
    permission=(Permission.RULE_READ, Permission.TICKET_READ), tags=TAG, summary="Ask why a rule did not fire",
    status_code=200,
)  # fmt: skip
async def explain_rule(uow: Uow, rule_id: FromPath[UUID], data: JSONBody[AskRule]) -> Success[WhyNot]:
    """Asks a rule of a ticket as it was at an event, and answers each operator with the value that it compared."""
    return Success(await explaining.explain(uow, rule_id, data.ticket_id, data.event_id))


@get(
    "/tickets/{ticket_id:str}/state",
    permission=(Permission.TICKET_READ, Permission.TICKET_EXPLAIN), more=(Permission.COMMENT_READ,), tags=TAG,
    summary="Get a ticket as it was",
)  # fmt: skip
async def get_state(
    uow: Uow, ticket_id: FromPath[UUID], at: Annotated[str, QueryParameter(description=MOMENT)] = ""
) -> Success[PastTicket]:
    """Returns the fields of a ticket as they were at a moment, and which comments it had. Without a moment, the present."""
    moment = await moment_of(uow, "at", at) or uow.now
    if moment > uow.now:
        raise Invalid.field("at", "ticket.in_future")
    return Success(await state_at(uow, ticket_id, moment))


ROUTES = [get_explanation, explain_rule, get_state]
