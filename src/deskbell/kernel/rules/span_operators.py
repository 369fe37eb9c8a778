"""Operators on moments. A duration counts back from the moment of the question."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from deskbell.kernel.rules.facts import Occasion, TicketFacts
from deskbell.kernel.rules.operators import Moment, Test
from deskbell.kernel.rules.values import Value, moment_of
from deskbell.kernel.rules.vocabulary import RULES
from deskbell.kernel.search.language import Span, parse


def span_test(written: str, place: int, name: str) -> Test:
    """Whether a moment of the ticket, the fact `name`, lies in the span at a place of a text."""

    def within(ticket: TicketFacts, _: Occasion, now: Moment) -> bool:
        moment: datetime | None = getattr(ticket, name)
        if moment is None:
            return False
        span = _span_at(written, place, now)
        return (span.start is None or moment >= span.start) and (span.end is None or moment < span.end)

    return within


def turn_after(written: str, place: int, field: str) -> Value:
    """The moment just after which a duration makes the operator answer otherwise; None for absolute dates."""
    read = moment_of(field)

    def turns(ticket: TicketFacts, occasion: Occasion, now: Moment) -> Moment | None:
        moment: Moment | None = read(ticket, occasion, now)
        span, later = _span_at(written, place, now), _span_at(written, place, now + _SECOND)
        bound, moved = span.start or span.end, later.start or later.end
        if moment is None or bound is None or moved is None or moved - bound != _SECOND:
            return None
        return moment + (now - bound) + timedelta.resolution

    return turns


_SECOND: Final = timedelta(seconds=1)


@lru_cache(maxsize=1_024)
def _span_at(written: str, place: int, now: Moment) -> Span:
    """A span of a text at a moment: rules that are asked of one change have that moment in common."""
    return parse(written, now=now, ports=False, vocabulary=RULES).spans[place]
