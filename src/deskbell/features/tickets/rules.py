"""Rules as they are written and stored, and as they are ready to fire."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from deskbell.kernel.errors import Invalid, Problem
from deskbell.kernel.rules import plan
from deskbell.kernel.rules.matching import Operators, compiled, joined
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.search.groups import parse_group
from deskbell.kernel.words import Priority, Status, TicketType

OCCASIONS: Final = ("ticket.created", "ticket.updated", "ticket.assigned", "ticket.reopened", "comment.added")
UNASSIGNED: Final = "nobody"
"""The word of `assign` that takes the assignee away."""

Kind: TypeAlias = str


class Fields(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Values for fields of a ticket; group and category by name."""

    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    type: TicketType | UnsetType = UNSET
    group: str | UnsetType = UNSET
    category: str | UnsetType = UNSET


class Action(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One action, under exactly one key. `fill` sets what is empty; `assign` takes a name, an address or `nobody`."""

    set: Fields | UnsetType = UNSET
    fill: Fields | UnsetType = UNSET
    add_tags: list[str] | UnsetType = UNSET
    remove_tags: list[str] | UnsetType = UNSET
    assign: str | UnsetType = UNSET


ACTIONS: Final = {
    "set": Fields.__struct_fields__, "fill": ("group", "category"), "add_tags": (), "remove_tags": (), "assign": (),
}  # fmt: skip
"""Every action, with the fields that it takes."""


class Meaning(Struct, frozen=True):
    """The object that a name in a rule means."""

    kind: Kind
    name: str
    id: UUID


class StoredRule(Struct, frozen=True):
    """An enabled rule as the database has it."""

    id: UUID
    name: str
    occasions: list[str]
    condition: dict[str, Any]
    """The condition as written, under `when`; None there for one that always holds."""
    actions: list[Action]
    names: list[Meaning]
    stop: bool
    version: int


class Trigger(Struct, frozen=True):
    """The actions of a compiled rule, and its name and version for the journal."""

    name: str
    version: int
    actions: list[Action]
    ids: dict[tuple[str, str], UUID]


Rule: TypeAlias = plan.Rule[Trigger]


_BEYOND_THE_ROW: Final = frozenset({"has", "comment.has", "requester.company", "requester.open"})
"""The facts that a ticket's row does not hold."""


class Awake(Struct, frozen=True):
    """The rules that some occasions wake, in their order; whether any of them asks for facts beyond the ticket's row."""

    rules: list[Rule]
    ask_beyond_the_row: bool


class RuleBook:
    """The compiled rules of an organization."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = list(rules)
        self._awake: dict[frozenset[str], Awake] = {}

    def awake(self, kinds: frozenset[str]) -> Awake:
        """The rules that occasions of these kinds wake."""
        found = self._awake.get(kinds)
        if found is None:
            rules = [rule for rule in self.rules if not rule.on.isdisjoint(kinds)]
            beyond = any(not rule.reads.isdisjoint(_BEYOND_THE_ROW) for rule in rules)
            found = self._awake[kinds] = Awake(rules, beyond)
        return found


NO_RULES: Final = RuleBook([])


def condition_of(written: Any, ids: dict[tuple[str, str], UUID], now: datetime) -> Operators:
    """A compiled condition; none is one that always holds. Raises `Invalid` for `when`."""
    if written is None:
        return joined("all", ())
    try:
        return compiled(parse_group(written, now=now, vocabulary=RULES, path="when"), ids)
    except Invalid as refused:
        raise Invalid([_below_when(problem) for problem in refused.problems]) from None


def _below_when(problem: Problem) -> Problem:
    if problem.path.partition(".")[0] == "when":
        return problem
    return msgspec.structs.replace(problem, path=f"when.{problem.path}" if problem.path else "when")


def ready(stored: StoredRule) -> Rule:
    """A stored rule, compiled."""
    ids = {(each.kind, each.name): each.id for each in stored.names}
    when = condition_of(stored.condition["when"], ids, datetime.now(UTC))
    return plan.Rule(
        id=stored.id, on=frozenset(stored.occasions), stop=stored.stop, when=when, reads=when.reads(),
        actions=Trigger(stored.name, stored.version, stored.actions, ids),
    )  # fmt: skip
