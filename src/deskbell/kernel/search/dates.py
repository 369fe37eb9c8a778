"""The date operators of the search language: `created>2026-01-01`, `updated<7d`.

Absolute: a date is the period that it names (a year, a month, a day, a minute), in the time zone of `now`. `>` means after
its end, `>=` from its start, `<` before its start, `<=` up to its end, `:` within it. So `created>2026-01-01` begins with
2 January.

Relative: a duration counts back from now and is compared as an age. `updated<7d` is "updated less than 7 days ago",
`updated>7d` "more than 7 days ago". `<=` and `>=` equal `<` and `>`: a difference of one microsecond does not matter.

Of a moment to come, such as `due`, a duration counts forward: `due<1h` is "due within an hour, or due before now", `due>1h` "due
in more than an hour".
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from msgspec import Struct

from deskbell.kernel.durations import parse_duration
from deskbell.kernel.search.problems import QueryProblem

AHEAD: Final = frozenset({"due", "was.due"})
"""The operators on moments to come."""

_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MINUTE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})?", re.IGNORECASE
)


class Span(Struct, frozen=True):
    """A condition on a time: at or after `start` and before `end`, in UTC; None is open. `negated` inverts it."""

    field: str
    start: datetime | None = None
    end: datetime | None = None
    negated: bool = False


def read_span(field: str, comparison: str, value: str, *, now: datetime, position: int, negated: bool = False) -> Span:
    """The span of a date operator. `comparison` is one of `:` `<` `<=` `>` `>=`.

    `position` is the offset of the value in the search text. Raises `QueryProblem` for that position.
    """
    if not value:
        raise QueryProblem(
            "search.date_missing", position - len(comparison), len(comparison), operator=f"{field}{comparison}"
        )
    try:
        named = _named_stretch(value, now)
        if named is None:
            length = parse_duration(value)
            # In UTC: 12 hours are 12 hours across a change to or from daylight saving time, too.
            moment = now.astimezone(UTC) + (length if field in AHEAD else -length)
    except (ValueError, OverflowError):
        raise QueryProblem("search.not_a_date", position, len(value), value=value) from None
    if named is None:
        if field in AHEAD:
            return _by_time_left(field, comparison, value, moment=moment, position=position, negated=negated)
        return _by_age(field, comparison, value, moment=moment, position=position, negated=negated)
    first, after = named
    bounds = {">": (after, None), ">=": (first, None), "<": (None, first), "<=": (None, after)}
    start, end = bounds.get(comparison, (first, after))
    return Span(field, start, end, negated)


def _by_age(field: str, comparison: str, value: str, *, moment: datetime, position: int, negated: bool) -> Span:
    if comparison.startswith("<"):
        return Span(field, start=moment, negated=negated)
    if comparison.startswith(">"):
        return Span(field, end=moment, negated=negated)
    raise QueryProblem("search.age_comparison", position, len(value), field=field, value=value)


def _by_time_left(field: str, comparison: str, value: str, *, moment: datetime, position: int, negated: bool) -> Span:
    if comparison.startswith("<"):
        return Span(field, end=moment, negated=negated)
    if comparison.startswith(">"):
        return Span(field, start=moment, negated=negated)
    raise QueryProblem("search.time_left_comparison", position, len(value), field=field, value=value)


def _named_stretch(value: str, now: datetime) -> tuple[datetime, datetime] | None:
    """The start and the end (exclusive) of the period that `value` names; None if it does not look like a date."""
    if value.lower() in {"today", "yesterday"}:
        day = now.date() - timedelta(days=value.lower() == "yesterday")
        return _midnight(day, now), _midnight(day + timedelta(days=1), now)
    if month := _MONTH.fullmatch(value):
        year, number = int(month[1]), int(month[2] or 1)
        following = (year + 1, 1) if month[2] is None or number == 12 else (year, number + 1)
        return _midnight(date(year, number, 1), now), _midnight(date(*following, 1), now)
    if _DAY.fullmatch(value):
        day = date.fromisoformat(value)
        return _midnight(day, now), _midnight(day + timedelta(days=1), now)
    if minute := _MINUTE.fullmatch(value):
        written = datetime.fromisoformat(value.upper())
        moment = (written if written.tzinfo else written.replace(tzinfo=now.tzinfo)).astimezone(UTC)
        return moment, moment + (timedelta(seconds=1) if minute[2] else timedelta(minutes=1))
    return None


def _midnight(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), tzinfo=now.tzinfo).astimezone(UTC)
