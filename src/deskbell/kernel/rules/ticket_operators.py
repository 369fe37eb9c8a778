"""Operators that compare the ticket itself: its fields, tags and references, and values of fields of the organization."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, TypeAlias

from deskbell.kernel.fields import MOMENTS, Definition, FieldValue
from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.field_values import value_holds
from deskbell.kernel.rules.operators import Ids, Moment, Test
from deskbell.kernel.rules.vocabulary import kind_of
from deskbell.kernel.rules.words import folded, folded_name
from deskbell.kernel.search.language import Filter
from deskbell.kernel.search.problems import QueryProblem
from deskbell.kernel.search.values import ValueTest, Written, value_test


def of_ticket(field: str, part: Filter, ids: Ids) -> Test:
    """The test of an operator that the ticket alone answers."""
    if field == "tag":
        return _tagged(part)
    if field == "has":
        return lambda ticket, _, __: (
            ("attachment" in part.values and ticket.beyond.has_attachment)
            or ("missing" in part.values and ticket.lacks_values)
        )
    if field == "follower":
        people = frozenset(ids["person", value] for value in part.values)
        return lambda ticket, _, __: _meets(people, ticket.beyond.followers, none=part.none)
    if field == "linked":
        numbers = frozenset(map(int, part.values))
        return lambda ticket, _, __: _meets(numbers, ticket.beyond.linked, none=part.none)
    wanted: frozenset[Any] = frozenset(part.values)
    name = field
    if field == "number":
        wanted = frozenset(map(int, part.values))
    elif (kind := kind_of(field)) is not None:
        wanted = frozenset(ids[kind, value] for value in part.values)
        name = f"{field}_id"
    if part.none:
        wanted |= {None}
        if field == "type":
            wanted -= {None}  # every ticket has a type
    return lambda ticket, _, __: getattr(ticket, name) in wanted


def _meets(wanted: frozenset[Any], present: frozenset[Any], *, none: bool) -> bool:
    return (none and not present) or not wanted.isdisjoint(present)


Valued: TypeAlias = Callable[[TicketFacts, Occasion, str], tuple[Definition, FieldValue] | None]
"""Reads the definition of a field by its key, and its value; None where the field is gone."""


def of_fields(ticket: TicketFacts, _: Occasion, key: str) -> tuple[Definition, FieldValue] | None:
    """A field of the ticket."""
    definition = ticket.definitions.get(key)
    return None if definition is None else (definition, ticket.values.get(key))


def of_contact(_: TicketFacts, occasion: Occasion, key: str) -> tuple[Definition, FieldValue] | None:
    """A field of the requester."""
    requester = occasion.requester
    definition = None if requester is None else requester.definitions.get(key)
    return None if requester is None or definition is None else (definition, requester.values.get(key))


def valued(key: str, part: Filter, read: Valued) -> Test:
    """Whether a value is one of those. Where the field, or the option, is gone, it is not."""
    written = Written(part.field, part.comparison, part.values, part.none, negated=False, position=0)
    known: list[tuple[Definition, ValueTest]] = []  # the last definition, with its condition if no moment changes it

    def holds(ticket: TicketFacts, occasion: Occasion, now: Moment) -> bool:
        found = read(ticket, occasion, key)
        if found is None:
            return False
        definition, value = found
        if known and known[0][0] is definition:
            return value_holds(known[0][1], definition, value)
        try:
            test = value_test(definition, written, now.astimezone(UTC), UTC)
        except QueryProblem:
            return False
        if definition.kind not in MOMENTS:
            known[:] = [(definition, test)]
        return value_holds(test, definition, value)

    return holds


def _tagged(part: Filter) -> Test:
    wanted = frozenset(map(folded, part.values))
    return lambda ticket, _, __: (
        (part.none and not ticket.tags) or any(folded_name(tag) in wanted for tag in ticket.tags)
    )
