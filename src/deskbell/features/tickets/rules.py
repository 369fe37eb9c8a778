"""Rules as they are written and stored, and as they are ready to fire."""

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
