"""The record of effects: each is taken once, in the transaction that carries it out."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.records import NewRule, TakenEffect
from deskbell.features.tickets.events import RuleFired
from deskbell.features.tickets.rules import Action, effect_of
from deskbell.kernel.access import step
from deskbell.kernel.events import JournalEntry
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql
from deskbell.runtime.telemetry import rule_effect_taken

MAX_WRITTEN: Final = 10
"""The maximum number of replies of rules to one address within an hour."""


class Due(Struct, frozen=True, kw_only=True):
    """An effect that is due: its action, the rule's name and version, and the ids of the objects that it names."""

    effect: TakenEffect
    action: Action
    name: str
    version: int
    runs_as: str | None
    ids: dict[tuple[str, str], UUID]
    stopped: bool


@step("the readers of the journal that carry out effects")
async def due_effects(uow: UnitOfWork, recorded: JournalEntry[RuleFired]) -> list[Due]:
    """The effects of a firing, as its version of the rule has them."""
    event, rule_id = recorded.event, recorded.rule_id
    if rule_id is None or not event.effects:
        return []
    rule = await queries.RULES.find(uow.db, sql("r.id = {}", rule_id))
    saved = await queries.VERSIONS.find(uow.db, sql("v.rule_id = {} and v.version = {}", rule_id, event.version))
    if rule is None or saved is None:
        return []
    ids = {(each.kind, each.name): each.id for each in saved.names}
    stopped = rule.stopped_at is not None and recorded.at <= rule.stopped_at
    return [_due(recorded, saved.definition, place, ids, stopped=stopped) for place in event.effects]


def _due(
    recorded: JournalEntry[RuleFired],
    written: NewRule,
    place: int,
    ids: dict[tuple[str, str], UUID],
    *,
    stopped: bool,
) -> Due:
    event = recorded.event
    actions = written.timing.last_actions if event.last and written.timing is not None else written.actions
    action = actions[place]
    kind = effect_of(action)
    assert kind is not None  # the firing names effects alone
    assert recorded.rule_id is not None  # `due_effects` has looked
    effect = TakenEffect(
        event_id=recorded.id, place=place, rule_id=recorded.rule_id, ticket_id=event.ticket_id,
        kind=kind, outcome="done", at=recorded.at,
    )  # fmt: skip
    return Due(
        effect=effect, action=action, name=event.name, version=event.version, runs_as=written.runs_as, ids=ids,
        stopped=stopped,
    )  # fmt: skip


@step("the readers of the journal that carry out effects")
async def take(uow: UnitOfWork, effect: TakenEffect) -> bool:
    """Takes an effect in this transaction; False if another has. A concurrent one waits for it."""
    return await queries.take(uow.db, uow.actor.organization_id, replace(effect, at=uow.now))


@step("the readers of the journal that carry out effects")
async def note_outcome(uow: UnitOfWork, effect: TakenEffect) -> None:
    """Records the outcome of an effect that this transaction has taken, or that has failed since."""
    await queries.note_outcome(uow.db, effect)
    rule_effect_taken(effect.kind, effect.outcome)


@step("the readers of the journal that carry out effects")
async def may_write_to(uow: UnitOfWork, address: str) -> bool:
    """Whether rules have not written to an address too often. Others who ask wait until the unit ends."""
    return await queries.written_to(uow.db, address, uow.now - timedelta(hours=1)) < MAX_WRITTEN
