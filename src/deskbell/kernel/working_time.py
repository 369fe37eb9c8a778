"""Working time: opening hours by the wall clock of a time zone, and moments counted in them.

An instant is open if and only if the local clock shows a minute within an opening of that local date. So a repeated hour counts
twice and a skipped one not at all.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final, TypeAlias

from msgspec import Struct

from deskbell.kernel.errors import Problem

Opening: TypeAlias = tuple[int, int]
"""The first minute of a day that is open, from 0, and the first one after it that is not, up to 1440."""
_Interval: TypeAlias = tuple[datetime, datetime]

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
MOST_DAYS: Final = 3_660
"""So many days are looked at for an opening."""
_MOST_KEPT: Final = 2_000
"""The number of days whose intervals are kept."""


_WRITTEN: Final = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
MOST_OPENINGS: Final = 12
"""The maximum number of openings of a day."""
MOST_DATES: Final = 400
"""The maximum number of dates with openings of their own."""


class OpeningHours(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The openings of each weekday, such as `09:00-12:30`, and of single dates in place of these; none means closed."""

    mon: list[str] = []
    tue: list[str] = []
    wed: list[str] = []
    thu: list[str] = []
    fri: list[str] = []
    sat: list[str] = []
    sun: list[str] = []
    dates: dict[str, list[str]] = {}

    @property
    def week(self) -> list[list[str]]:
        """The openings by weekday."""
        return [self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun]


def problems_of(hours: OpeningHours) -> Iterator[Problem]:
    """The problems of opening hours as they are written."""
    for name, openings in zip(_DAYS, hours.week, strict=True):
        yield from _problems(openings, name)
    if len(hours.dates) > MOST_DATES:
        yield Problem.at("dates", "too_many_entries", limit=MOST_DATES)
    for written, openings in hours.dates.items():
        if _date_of(written) is None:
            yield Problem.at(f"dates.{written[:20]}", "hours.date")
        yield from _problems(openings, f"dates.{written[:20]}")


def _problems(openings: Sequence[str], path: str) -> Iterator[Problem]:
    if len(openings) > MOST_OPENINGS:
        yield Problem.at(path, "too_many_entries", limit=MOST_OPENINGS)
    read = [_opening_of(each) for each in openings]
    for place, each in enumerate(read):
        if each is None:
            yield Problem.at(f"{path}.{place}", "hours.opening")
    known = sorted(each for each in read if each is not None)
    if any(later[0] < earlier[1] for earlier, later in pairwise(known)):
        yield Problem.at(path, "hours.overlap")


def _opening_of(written: str) -> Opening | None:
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    hours, minutes, to_hours, to_minutes = map(int, found.groups())
    start, end = hours * 60 + minutes, to_hours * 60 + to_minutes
    return (start, end) if minutes < 60 and to_minutes < 60 and start < end <= 1440 else None


def _date_of(written: str) -> date | None:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if found.isoformat() == written else None


def calendar_of(hours: OpeningHours, zone: tzinfo) -> "Calendar":
    """The calendar of opening hours without problems."""
    return Calendar(
        zone,
        [_read(openings) for openings in hours.week],
        {day: _read(openings) for written, openings in hours.dates.items() if (day := _date_of(written)) is not None},
    )


def _read(openings: Sequence[str]) -> list[Opening]:
    return [each for each in map(_opening_of, openings) if each is not None]


class Span(Struct, frozen=True):
    """A length of working time: days on which there is an opening, and time within openings."""

    days: int
    time: timedelta


class Calendar:
    """Openings by weekday, from Monday, and on single dates in place of these."""

    def __init__(
        self, zone: tzinfo, week: Sequence[Sequence[Opening]], dates: Mapping[date, Sequence[Opening]]
    ) -> None:
        self._zone, self._week, self._dates = zone, [sorted(each) for each in week], dates
        self._kept: dict[date, list[_Interval]] = {}

    def is_open(self, moment: datetime) -> bool:
        """Whether a moment lies within an opening."""
        local = moment.astimezone(self._zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self._openings(local.date()))

    def next_change(self, moment: datetime) -> datetime | None:
        """The next moment at which an opening ends, or begins; None where there is none."""
        is_open, end = self.is_open(moment), moment
        for start, stop in self._from(moment):
            if not is_open:
                return start
            if start > end:
                return end
            end = stop
        return None

    def later(self, moment: datetime, span: Span) -> datetime | None:
        """The moment so much working time after another; None where there are too few openings.

        Days keep the time of day: one working day after Friday 15:00 is Monday 15:00. What lies outside of openings counts from
        the next one.
        """
        if span.days:
            opened = self._opened(moment)
            found = None if opened is None else self._on_open_day(opened, span.days)
            if found is None:
                return None
            moment = self._opened(found) or found
        left = span.time
        if not left:
            return moment
        for start, end in self._from(moment):
            if end - start >= left:
                return start + left
            left -= end - start
        return None

    def earlier(self, moment: datetime, span: Span) -> datetime | None:
        """The moment so much working time before another; None where there are too few openings."""
        if span.days:
            closed = self._closed(moment)
            found = None if closed is None else self._on_open_day(closed, -span.days)
            if found is None:
                return None
            moment = self._closed(found) or found
        left = span.time
        if not left:
            return moment
        for start, end in self._until(moment):
            if end - start >= left:
                return end - left
            left -= end - start
        return None

    def _openings(self, day: date) -> Sequence[Opening]:
        return self._dates[day] if day in self._dates else self._week[day.weekday()]

    def _opened(self, moment: datetime) -> datetime | None:
        """The moment, or the beginning of the next opening."""
        return next((start for start, _ in self._from(moment)), None)

    def _closed(self, moment: datetime) -> datetime | None:
        """The moment, or the end of the opening before it."""
        return next((end for _, end in self._until(moment)), None)

    def _on_open_day(self, moment: datetime, days: int) -> datetime | None:
        """A moment, at its time of day, moved by a number of days with openings."""
        local = moment.astimezone(self._zone)
        day, step = local.date(), _DAY if days > 0 else -_DAY
        left = abs(days)
        for _ in range(MOST_DAYS):
            day += step
            left -= bool(self._openings(day))
            if not left:
                return datetime.combine(day, local.timetz().replace(tzinfo=None), self._zone).astimezone(UTC)
        return None

    def _from(self, moment: datetime) -> Iterator[_Interval]:
        """The open intervals after a moment, the first one from it on."""
        first = moment.astimezone(UTC).date()
        for i in range(MOST_DAYS):
            for start, end in self._of(first + i * _DAY):
                if end > moment:
                    yield max(start, moment), end

    def _until(self, moment: datetime) -> Iterator[_Interval]:
        """The open intervals before a moment, latest first, the first one until it."""
        last = moment.astimezone(UTC).date()
        for i in range(MOST_DAYS):
            for start, end in reversed(self._of(last - i * _DAY)):
                if start < moment:
                    yield start, min(end, moment)

    def _of(self, day: date) -> list[_Interval]:
        """The open intervals of a day of UTC."""
        found = self._kept.get(day)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[day] = sorted(self._computed(day))
        return found

    def _computed(self, day: date) -> Iterator[_Interval]:
        start = datetime.combine(day, time(), UTC)
        for first, end, offset in self._pieces(start, start + _DAY):
            local = (first + offset).date()
            while local <= (end + offset).date():
                midnight = datetime.combine(local, time(), UTC) - offset
                for opens, closes in self._openings(local):
                    begin = max(first, midnight + timedelta(minutes=opens))
                    stop = min(end, midnight + timedelta(minutes=closes))
                    if begin < stop:
                        yield begin, stop
                local += _DAY

    def _pieces(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
        """The span cut where the offset of the zone changes."""
        before, after = self._offset(start), self._offset(end - _SECOND)
        if before == after:
            yield start, end, before
            return
        early, late = start, end - _SECOND
        while late - early > _SECOND:
            middle = early + timedelta(seconds=(late - early) // _SECOND // 2)
            early, late = (middle, late) if self._offset(middle) == before else (early, middle)
        yield start, late, before
        yield late, end, after

    def _offset(self, moment: datetime) -> timedelta:
        found = moment.astimezone(self._zone).utcoffset()
        assert found is not None  # time zones have offsets
        return found
