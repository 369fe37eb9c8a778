"""The moments of schedules: times of day on days of the week or of the month, by the wall clock of a time zone.

    "day 08:00"  "weekday 17:30"  "mon 08:00"  "mon,thu 08:00"  "month 1 06:00"  "month last 23:30"

A time that the clock skips counts when the clock has moved on; one that it shows twice counts the first time.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from msgspec import Struct

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SETS: Final = {"day": frozenset(range(7)), "weekday": frozenset(range(5))}
_WRITTEN: Final = re.compile(
    r"(?P<days>day|weekday|[a-z]{3}(?:, ?[a-z]{3})*|month (?P<month>last|[0-9]{1,2})) (?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
)


class Recurrence(Struct, frozen=True):
    """A time of day, on some days of the week (from 0, Monday) or on a day of each month.

    A month that is shorter has the moment on its last day; so `month_day` 31 is the last of every month.
    """

    at: time
    week_days: frozenset[int] = frozenset()
    month_day: int | None = None

    def includes(self, day: date) -> bool:
        """Whether a day has the moment."""
        if self.month_day is None:
            return day.weekday() in self.week_days
        return day.day == min(self.month_day, calendar.monthrange(day.year, day.month)[1])


def parse_recurrence(text: str) -> Recurrence:
    """Reads days and a time of day. Raises `ValueError`."""
    found = _WRITTEN.fullmatch(" ".join(text.lower().split()))
    if found is None:
        raise ValueError(text)
    at = time(int(found["hour"]), int(found["minute"]))
    if (month := found["month"]) is not None:
        month_day = 31 if month == "last" else int(month)
        if not 1 <= month_day <= 31:
            raise ValueError(text)
        return Recurrence(at, month_day=month_day)
    week_days = _SETS.get(found["days"])
    if week_days is None:
        week_days = frozenset(_DAYS.index(day.strip()) for day in found["days"].split(","))
    return Recurrence(at, week_days)


def next_moment(recurrence: Recurrence, zone: tzinfo, after: datetime) -> datetime:
    """The first moment after another, in UTC."""
    return next(moment for moment in moments(recurrence, zone, after) if moment > after)


def moments(recurrence: Recurrence, zone: tzinfo, since: datetime) -> Iterator[datetime]:
    """The moments from the day of a moment on, in UTC."""
    day = since.astimezone(zone).date() - timedelta(days=1)
    while True:
        if recurrence.includes(day):
            yield _on(day, recurrence.at, zone)
        day += timedelta(days=1)


def _on(day: date, at: time, zone: tzinfo) -> datetime:
    """The moment in UTC at which the clock first shows this time on a day, or the first one after it has skipped it."""
    local = datetime.combine(day, at, tzinfo=zone)
    moment = local.astimezone(UTC)
    shown = moment.astimezone(zone)
    if shown.replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # The clock skips this time: `moment` is as far behind the change as the time is behind the skipped span's start.
    offset_before, offset_after = _offsets(local)
    skipped = offset_after - offset_before
    early, late = moment - skipped, moment
    while late - early > timedelta(seconds=1):  # the change is in between
        middle = early + (late - early) / 2
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == offset_before else (early, middle)
    return late.replace(microsecond=0)


def _offsets(local: datetime) -> tuple[timedelta, timedelta]:
    before, after = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None  # time zones have offsets
    assert after is not None
    return before, after
