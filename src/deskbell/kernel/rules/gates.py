"""Gates: facts without which a rule's condition cannot hold, so that most rules need not be asked of a change.

A gate holds for the whole change: texts and the requester stay as they are, whatever rules do. It is a necessary condition
only; the rule itself is asked afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from deskbell.kernel.rules import vocabulary
from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.values import sought_in
from deskbell.kernel.rules.words import folded
from deskbell.kernel.search.groups import Text as Written
from deskbell.kernel.search.groups import Tree
from deskbell.kernel.search.language import Filter

Gate: TypeAlias = frozenset[tuple[str, str]]
"""Pairs of an operator and a word, or a value, of which the change must have at least one."""

_REQUESTER: Final = ("requester.email", "requester.domain")
_LONG: Final = frozenset({"description", "body"})
_MANY: Final = 20
"""So many rules have to ask for words of long texts before these are folded on every change."""


def gate_of(tree: Tree | None) -> Gate | None:
    """The gate of a condition; None where there is none."""
    if tree is None:
        return None
    if isinstance(tree, Written):
        return _narrowest([gate for part in tree.query.filters if (gate := _of_filter(part)) is not None])
    gates = [gate_of(part) for part in tree.parts]
    known = [gate for gate in gates if gate is not None]
    if tree.kind == "all":
        return _narrowest(known)
    if tree.kind == "any" and len(known) == len(gates):
        return frozenset().union(*known)
    return None


def _narrowest(gates: Sequence[Gate]) -> Gate | None:
    """The gate that fewest changes pass, by a guess: few alternatives, and words rather than the requester."""
    return min(gates, key=lambda gate: (len(gate), sum(name in _REQUESTER for name, _ in gate)), default=None)


def _of_filter(part: Filter) -> Gate | None:
    if part.negated or part.none:
        return None
    if part.field in _REQUESTER:
        return frozenset((part.field, folded(value)) for value in part.values)
    if part.field not in vocabulary.TEXTS:
        return None
    sought, patterns = sought_in(part)
    words = [_whole_word(each) for each in sought]
    if patterns or not all(words):
        return None
    return frozenset((part.field, word) for word in words if word is not None)


def _whole_word(sought: str) -> str | None:
    """The longest word that a text must have as a whole; the last one of a beginning may be a part of one."""
    words = sought.split() if sought.endswith(" ") else sought.split()[:-1]
    return max(words, key=len, default=None)


class Gates:
    """Which of some rules, in their order, may hold for a change."""

    def __init__(self, gates: Sequence[Gate | None]) -> None:
        if sum(gate is not None and not _LONG.isdisjoint(name for name, _ in gate) for gate in gates) < _MANY:
            gates = [None if gate and not _LONG.isdisjoint(name for name, _ in gate) else gate for gate in gates]
        self._open = [place for place, gate in enumerate(gates) if gate is None]
        """The places of rules without a gate."""
        self._behind: dict[str, dict[str, list[int]]] = {}
        for place, gate in enumerate(gates):
            for name, value in gate or ():
                self._behind.setdefault(name, {}).setdefault(value, []).append(place)

    def passed(self, ticket: TicketFacts, occasion: Occasion) -> list[int]:
        """The places of the rules that have to be asked."""
        if not self._behind:
            return self._open
        found = set(self._open)
        for name, known in self._behind.items():
            for value in _present(name, known, ticket, occasion):
                found.update(known[value])
        return sorted(found)


def _present(name: str, known: Mapping[str, list[int]], ticket: TicketFacts, occasion: Occasion) -> Iterator[str]:
    """The words or values of a change that gates ask for."""
    if name in _REQUESTER:
        person = occasion.requester
        value = "" if person is None else folded(person.email if name == "requester.email" else person.domain)
        yield from {value} & known.keys()
        return
    text = ticket.subject if name == "subject" else ticket.description
    if name == "body" and occasion.comment is not None:
        text = occasion.comment.body
    yield from known.keys() & set(text.words.split())
