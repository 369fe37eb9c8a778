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
from deskbell.kernel.rules.gates import Gate
from deskbell.kernel.rules.operators import Operators

MAX_FIRINGS: Final = 64
"""The maximum number of rules that fire on a ticket in one operation."""

A = TypeVar("A")


class Rule(Struct, Generic[A], frozen=True, kw_only=True):
    """A compiled trigger. `on` holds the kinds of occasion that wake it, `stop` ends the pass once it has fired."""

    id: UUID
    on: frozenset[str]
    when: Operators
    reads: frozenset[str]
    """The fields whose change may change the answer: those of `when`, computed once."""
    actions: A
    stop: bool = False
    gate: Gate | None = None
    """The words or requesters of which a change must have one for `when` to hold."""


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
        self.rules = [rule for rule in rules if rule.id not in spent and not rule.on.isdisjoint(occasion.kinds)]
        self.waiting = dict.fromkeys(range(len(self.rules)))  # places in the order, of rules that have not fired
        self.ticket, self.occasion, self.now, self.act = ticket, occasion, now, act
        self.fired: list[UUID] = []
        self.failed: list[UUID] = []
        self.room = MAX_FIRINGS - len(spent)
        self.step = 0
        self.changed_at: dict[str, int] = {}
        self.asked_at = [0] * len(self.rules)

    def run(self) -> Outcome:
        due = list(self.waiting)
        while due:
            for place in due:
                if self._ask(place) and self.rules[place].stop:
                    return self._outcome("stopped")
                if len(self.fired) >= self.room:
                    return self._outcome("halted" if any(map(self._is_due, self.waiting)) else "done")
            due = [place for place in self.waiting if self._is_due(place)] if self.changed_at else []
        return self._outcome("done")

    def _is_due(self, place: int) -> bool:
        asked = self.asked_at[place]
        return asked == 0 or any(self.changed_at.get(field, 0) >= asked for field in self.rules[place].reads)

    def _ask(self, place: int) -> bool:
        """Asks a rule and fires it if its condition holds. Whether it fired."""
        rule = self.rules[place]
        self.step += 1
        self.asked_at[place] = self.step
        try:
            if not rule.when.holds(self.ticket, self.occasion, self.now):
                return False
            applied = self.act(rule, self.ticket)
        except Exception:  # noqa: BLE001 - a person's change goes through whatever a rule does; the caller records it
            del self.waiting[place]
            self.failed.append(rule.id)
            return False
        del self.waiting[place]
        self.fired.append(rule.id)
        self.ticket = applied.ticket
        self.changed_at.update(dict.fromkeys(applied.changed, self.step))
        return True

    def _outcome(self, ended: Literal["done", "stopped", "halted"]) -> Outcome:
        return Outcome(ticket=self.ticket, fired=tuple(self.fired), failed=tuple(self.failed), ended=ended)
