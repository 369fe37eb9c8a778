"""The order in which rules fire on one ticket in one operation, and the bounds that make every set of rules end.

A pass goes from top to bottom; each rule sees the ticket as those above left it. Then those are asked again that have not
fired and that read a field that has changed since they were asked, until nothing fires. Each rule fires at most once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Generic, Literal, TypeVar
from uuid import UUID

from msgspec import Struct

from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.matching import Operators

MAX_FIRINGS: Final = 64
"""The maximum number of rules that fire on a ticket in one operation."""

A = TypeVar("A")


class Rule(Struct, Generic[A], frozen=True, kw_only=True):
    """A compiled trigger. `on` holds the kinds of occasion that wake it, `stop` ends the pass once it has fired."""

    id: UUID
    on: frozenset[str]
    when: Operators
    actions: A
    stop: bool = False


class Applied(Struct, frozen=True):
    """The ticket after a rule's actions, and the fields that they changed."""

    ticket: TicketFacts
    changed: frozenset[str]


class Outcome(Struct, frozen=True, kw_only=True):
    """The result of a plan: the rules that fired, in order, those that raised, and what ended it.

    `ended` is `done` when no rule was left to fire, `stopped` by a rule's own word, `halted` at the bound.
    """

    ticket: TicketFacts
    fired: tuple[UUID, ...]
    failed: tuple[UUID, ...]
    ended: Literal["done", "stopped", "halted"]


def run(
    rules: Sequence[Rule[A]],
    ticket: TicketFacts,
    occasion: Occasion,
    now: datetime,
    act: Callable[[Rule[A], TicketFacts], Applied],
    *,
    spent: frozenset[UUID] = frozenset(),
) -> Outcome:
    """Fires rules on a ticket, in their order.

    `act` carries out a rule's actions and returns the ticket after them; a rule that raises is skipped. `spent` are the
    rules that have fired on this ticket in the operation before.
    """
    plan = _Plan(rules, ticket, occasion, now, act, spent)
    return plan.run()


class _Plan(Generic[A]):
    def __init__(
        self,
        rules: Sequence[Rule[A]],
        ticket: TicketFacts,
        occasion: Occasion,
        now: datetime,
        act: Callable[[Rule[A], TicketFacts], Applied],
        spent: frozenset[UUID],
    ) -> None:
        self.waiting = [rule for rule in rules if not rule.on.isdisjoint(occasion.kinds) and rule.id not in spent]
        self.ticket, self.occasion, self.now, self.act = ticket, occasion, now, act
        self.fired: list[UUID] = []
        self.failed: list[UUID] = []
        self.room = MAX_FIRINGS - len(spent)
        self.step = 0
        self.changed_at: dict[str, int] = {}
        self.asked_at: dict[UUID, int] = {}
        self.reads = {rule.id: rule.when.reads() for rule in self.waiting}

    def run(self) -> Outcome:
        while due := [rule for rule in self.waiting if self._is_due(rule)]:
            for rule in due:
                if self._ask(rule) and rule.stop:
                    return self._outcome("stopped")
                if len(self.fired) >= self.room:
                    return self._outcome("halted" if any(map(self._is_due, self.waiting)) else "done")
        return self._outcome("done")

    def _is_due(self, rule: Rule[A]) -> bool:
        asked = self.asked_at.get(rule.id)
        return asked is None or any(self.changed_at.get(field, -1) >= asked for field in self.reads[rule.id])

    def _ask(self, rule: Rule[A]) -> bool:
        """Asks a rule and fires it if its condition holds. Whether it fired."""
        self.step += 1
        self.asked_at[rule.id] = self.step
        try:
            if not rule.when.holds(self.ticket, self.occasion, self.now):
                return False
            applied = self.act(rule, self.ticket)
        except Exception:  # noqa: BLE001 - a person's change goes through whatever a rule does; the caller records it
            self.waiting.remove(rule)
            self.failed.append(rule.id)
            return False
        self.waiting.remove(rule)
        self.fired.append(rule.id)
        self.ticket = applied.ticket
        self.changed_at.update(dict.fromkeys(applied.changed, self.step))
        return True

    def _outcome(self, ended: Literal["done", "stopped", "halted"]) -> Outcome:
        return Outcome(ticket=self.ticket, fired=tuple(self.fired), failed=tuple(self.failed), ended=ended)
