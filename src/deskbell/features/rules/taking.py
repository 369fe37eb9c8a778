"""The record of effects: each is taken once, in the transaction that carries it out."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypeAlias
from uuid import UUID

from msgspec import UNSET, Struct
from msgspec.structs import replace

from deskbell.features.canned import service as canned
from deskbell.features.rules.queries import rules as queries
from deskbell.features.rules.records import NewRule, TakenEffect
from deskbell.features.tickets.events import MacroApplied, RuleFired
from deskbell.features.tickets.queries.rules import macro_in_force
from deskbell.features.tickets.records import Ticket
from deskbell.features.tickets.rules import Action, effect_of
from deskbell.kernel.access import step
from deskbell.kernel.events import JournalEntry
from deskbell.runtime.database import UnitOfWork
from deskbell.runtime.sql import sql
from deskbell.runtime.telemetry import rule_effect_taken

MAX_WRITTEN: Final = 10
"""The maximum number of replies of rules to one address within an hour."""
_OF_MACRO: Final = 100
"""Effects of the macro that a rule uses at place n have the places from (n + 1) times this on."""

Cause: TypeAlias = JournalEntry[RuleFired] | JournalEntry[MacroApplied]
"""The cause of effects: a rule that fired, or a person who used a macro."""


class Due(Struct, frozen=True, kw_only=True):
    """An effect that is due: its action, the name and version of the rule or macro, and the ids of the objects that it names.

    The variables of `rendered` texts are replaced already.
    """

    effect: TakenEffect
    action: Action
    name: str
    version: int
    runs_as: str | None
    ids: dict[tuple[str, str], UUID]
    stopped: bool
    rendered: bool = False


@step("the readers of the journal that carry out effects")
async def due_effects(uow: UnitOfWork, recorded: Cause) -> list[Due]:
    """The effects of a firing, as its version of the rule has them, or of the use of a macro."""
    event = recorded.event
    if isinstance(event, MacroApplied):
        return _of_use(recorded, event)
    if recorded.rule_id is None or not event.effects:
        return []
    rule = await queries.RULES.find(uow.db, sql("r.id = {}", recorded.rule_id))
    saved = await queries.VERSIONS.find(
        uow.db, sql("v.rule_id = {} and v.version = {}", recorded.rule_id, event.version)
    )
    if rule is None or saved is None:
        return []
    ids = {(each.kind, each.name): each.id for each in saved.names}
    stopped = rule.stopped_at is not None and recorded.at <= rule.stopped_at
    found: list[Due] = []
    for place in event.effects:
        due = _due(recorded, _actions(saved.definition, event)[place], place, ids)
        due = replace(due, runs_as=saved.definition.runs_as, stopped=stopped)
        found += [*await _of_macro(uow, due), due]
    return found


def _actions(written: NewRule, event: RuleFired) -> Sequence[Action]:
    return written.timing.last_actions if event.last and written.timing is not None else written.actions


async def _of_macro(uow: UnitOfWork, due: Due) -> list[Due]:
    """The effects of the macro that a rule uses, as it is now, besides its words; none of one that may not be used."""
    macro = None
    if due.action.macro is not UNSET:
        macro = await macro_in_force(uow.db, due.ids["macro", due.action.macro])
    if macro is None:
        return []
    ids = {(each.kind, each.name): each.id for each in macro.names}
    first = (due.effect.place + 1) * _OF_MACRO
    return [
        replace(due, action=action, ids=ids, effect=replace(due.effect, place=first + place, kind=kind))
        for place, action in enumerate(macro.actions)
        if (kind := effect_of(action)) is not None
    ]


def _of_use(recorded: Cause, event: MacroApplied) -> list[Due]:
    ids = {(each.kind, each.name): each.id for each in event.names}
    return [replace(_due(recorded, each.action, each.place, ids), rendered=True) for each in event.effects]


def _due(recorded: Cause, action: Action, place: int, ids: dict[tuple[str, str], UUID]) -> Due:
    event = recorded.event
    kind = effect_of(action)
    assert kind is not None  # the event names effects alone
    effect = TakenEffect(
        event_id=recorded.id, place=place, rule_id=recorded.rule_id, ticket_id=event.ticket_id,
        kind=kind, outcome="done", at=recorded.at,
    )  # fmt: skip
    return Due(
        effect=effect, action=action, name=event.name, version=event.version, runs_as=None, ids=ids, stopped=False
    )  # fmt: skip


@step("the readers of the journal that carry out effects")
async def text_of(uow: UnitOfWork, due: Due, text: str, ticket: Ticket) -> str:
    """A text of an effect with its variables replaced."""
    return text if due.rendered else (await canned.rendered(uow, text, ticket, None)).text


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
