"""Conditions in memory: the syntax tree of `kernel.search`, compiled to be compared with facts of a ticket and its change.

The tickets' SQL reads the same tree; `tests/features/tickets/test_two_readings.py` holds both equal. A negated operator
holds where the plain one does not, also where there is nothing to compare.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from deskbell.kernel.errors import Invalid
from deskbell.kernel.rules.change_operators import of_change, turn_of_hours
from deskbell.kernel.rules.operators import (
    COMPARING,
    LOOKING,
    OF_MOMENTS,
    Ids,
    Operator,
    Operators,
    Test,
    joined,
    negated,
)
from deskbell.kernel.rules.span_operators import span_test, turn_after
from deskbell.kernel.rules.ticket_operators import of_contact, of_fields, of_ticket, valued
from deskbell.kernel.rules.values import moment_of, value_of
from deskbell.kernel.rules.vocabulary import FIELD, MOMENTS, REQUESTER_FIELD, TEXTS, kind_of, own_words, ticket_field
from deskbell.kernel.search.groups import Text, Tree
from deskbell.kernel.search.language import Filter


class Name(Struct, frozen=True):
    """A name in a condition that has to be looked up. `at` is its position in the text at `path`, from 0."""

    kind: str
    value: str
    path: str
    at: int


def names_in(tree: Tree) -> Iterator[Name]:
    """The names that have to be looked up before a condition is compiled."""
    for text in tree.texts():
        for part, places in zip(text.query.filters, text.places, strict=True):
            if (field := ticket_field(part.field)).startswith(FIELD):
                yield Name("field", field.removeprefix(FIELD), text.path, 0)
                continue
            if field.startswith(REQUESTER_FIELD):
                yield Name("contact_field", field.removeprefix(REQUESTER_FIELD), text.path, 0)
                continue
            kind = kind_of(field)
            if kind is None:
                continue
            for value, place in zip(part.values, places, strict=True):
                if value.lower() not in own_words(part.field):
                    yield Name(kind, value, text.path, place)


def compiled(tree: Tree, ids: Ids) -> Operators:
    """A condition ready to be asked. Raises `Invalid` for a pattern that RE2 does not read."""
    if isinstance(tree, Text):
        try:
            operators = [
                _filter(part, ids, tree.path, written)
                for part, written in zip(tree.query.filters, tree.filters, strict=True)
            ]
        except Invalid as refused:
            raise Invalid([replace(problem, path=tree.path) for problem in refused.problems]) from None
        return joined("all", (*operators, *_spans(tree)))
    return joined(tree.kind, tuple(compiled(part, ids) for part in tree.parts))


def _filter(part: Filter, ids: Ids, path: str, written: str) -> Operator:
    field = ticket_field(part.field)
    if field.startswith(REQUESTER_FIELD):
        test, reads = valued(field.removeprefix(REQUESTER_FIELD), part, of_contact), "requester.field"
    elif field.startswith(FIELD):
        test, reads = valued(field.removeprefix(FIELD), part, of_fields), "custom_fields"
    else:
        test, reads = of_change(part, ids) or of_ticket(field, part, ids), _READS.get(field, field)
    was = part.field.startswith("was.")
    return Operator(
        reads="was" if was else reads,
        holds=negated(_before(test) if was else test, negate=part.negated),
        cost=LOOKING if field in TEXTS else COMPARING,
        path=path,
        written=written,
        value=value_of(part),
        turns=turn_of_hours if field == "organization.hours" else None,
    )


def _spans(text: Text) -> Iterator[Operator]:
    for i, (span, written) in enumerate(zip(text.query.spans, text.spans, strict=True)):
        field = ticket_field(span.field)
        test = span_test(text.written, i, MOMENTS[field])
        was = span.field.startswith("was.")
        yield Operator(
            reads="was" if was else _READS.get(field, field),
            holds=negated(_before(test) if was else test, negate=span.negated),
            cost=OF_MOMENTS,
            path=text.path,
            written=written,
            value=moment_of(span.field),
            turns=turn_after(text.written, i, span.field),
        )


_READS: Final = {"tag": "tags", "solved": "status", "status.since": "status", "assigned.since": "assignee"}


def _before(test: Test) -> Test:
    return lambda _, occasion, now: occasion.was is not None and test(occasion.was, occasion, now)
