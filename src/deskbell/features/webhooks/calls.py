"""Calls of webhooks by rules and macros: a delivery of the event that asks for it to one webhook, in the order of the ticket's
events."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from deskbell.features.canned import service as canned
from deskbell.features.canned import template
from deskbell.features.rules import taking
from deskbell.features.rules.taking import Cause, Due
from deskbell.features.tickets.events import MacroApplied, RuleFired
from deskbell.features.tickets.queries import tickets
from deskbell.features.tickets.records import Ticket
from deskbell.features.webhooks.bodies import Shapes, body
from deskbell.features.webhooks.queries.gathering import NewDelivery, add_deliveries, is_enabled
from deskbell.kernel.access import step
from deskbell.kernel.ids import new_id
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.journal import entries

CALLING: Final = (RuleFired.type, MacroApplied.type)
"""The types of events that may ask for calls."""


@step("the reader of the journal that makes deliveries")
async def make_calls(uow: UnitOfWork, event_ids: Sequence[int], shapes: Shapes) -> None:
    """Makes the deliveries that rules and macros ask for in these events of the entered organization."""
    found = await entries.by_ids(uow.db, event_ids)
    for event_id in sorted(found):
        recorded: Any = found[event_id]
        if isinstance(recorded.event, RuleFired | MacroApplied) and recorded.event.calls:
            await _make(uow, recorded, shapes)


async def _make(uow: UnitOfWork, recorded: Cause, shapes: Shapes) -> None:
    ticket = (await tickets.by_ids(uow.db, [recorded.event.ticket_id])).get(recorded.event.ticket_id)
    for due in await taking.due_effects(uow, recorded):
        if due.action.webhook is UNSET or not await taking.take(uow, due.effect):
            continue
        webhook_id = due.ids["webhook", due.action.webhook.webhook]
        if due.stopped:
            await taking.note_outcome(uow, replace(due.effect, outcome="cancelled", reason="rule.stopped"))
        elif ticket is None or not await is_enabled(uow.db, webhook_id):
            await taking.note_outcome(uow, replace(due.effect, outcome="refused", reason="webhook.disabled"))
        else:
            kind = recorded.event.type
            text = body(kind, recorded.at, await _data(uow, recorded, due, ticket, shapes))
            new = NewDelivery(
                id=new_id(), webhook_id=webhook_id, event_id=recorded.id, ticket_id=ticket.id, type=kind, body=text
            )
            await add_deliveries(uow.db, uow.actor.organization_id, [new], uow.now)
            await taking.note_outcome(uow, due.effect)


@step("the dispatcher of webhooks")
async def note_delivery(uow: UnitOfWork, event_id: int | None, webhook_id: UUID, *, failed: bool) -> None:
    """Records that the call of a webhook by a rule or macro has failed for good, or has come through after that."""
    recorded: Any = None if event_id is None else (await entries.by_ids(uow.db, [event_id])).get(event_id)
    if recorded is None or not isinstance(recorded.event, RuleFired | MacroApplied):
        return
    for due in await taking.due_effects(uow, recorded):
        if due.action.webhook is not UNSET and due.ids["webhook", due.action.webhook.webhook] == webhook_id:
            outcome = replace(due.effect, outcome="failed", reason="webhook.failed") if failed else due.effect
            await taking.note_outcome(uow, outcome)


async def _data(uow: UnitOfWork, recorded: Cause, due: Due, ticket: Ticket, shapes: Shapes) -> dict[str, Any]:
    assert due.action.webhook is not UNSET  # the caller has looked
    data, event = due.action.webhook.data, recorded.event
    if not due.rendered:
        data = template.rendered_in(data, await canned.values_for(uow, ticket, None))
    kind, cause = ("macro", event.macro_id) if isinstance(event, MacroApplied) else ("rule", recorded.rule_id)
    return {
        "ticket": shapes.ticket(ticket), kind: {"id": cause, "name": due.name, "version": due.version}, "data": data,
    }  # fmt: skip
