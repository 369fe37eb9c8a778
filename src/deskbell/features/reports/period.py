"""The period of a report, and its buckets: days, weeks or months."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Literal

from msgspec import Struct

from deskbell.kernel.errors import Invalid, Problem
from deskbell.runtime.sql import Fragment

Grouping = Literal["day", "week", "month"]

MAX_BUCKETS: Final = 4_000
"""The limit of buckets: eleven years of days."""
_DATE: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_LOST_PLUS: Final = re.compile(r" (?=\d{2}:?\d{2}$)")


class Period(Struct, frozen=True, kw_only=True):
    """A period from `start` to before `end`, divided by the calendar of a time zone.

    `only` is a condition on `tickets t` that a report is confined to, and `text` the search text that it means.
    """

    start: datetime
    end: datetime
    zone: str
    calendar: tzinfo
    grouping: Grouping
    only: Fragment | None = None
    text: str = ""

    @property
    def buckets(self) -> list[date]:
        """The first local day of each bucket, from that of the start to that of the last moment."""
        if self.start >= self.end:
            return []
        first = self.bucket_of(self.start)
        last = self.bucket_of(self.end - timedelta(microseconds=1))
        found = [first]
        while found[-1] < last:
            found.append(_next(found[-1], self.grouping))
        return found

    def bucket_of(self, moment: datetime) -> date:
        """The first local day of a time's bucket. Weeks begin on Monday."""
        return _truncated(moment.astimezone(self.calendar).date(), self.grouping)

    def query_of(self, field: Literal["created", "solved", "rated"], *more: str, day: date | None = None) -> str:
        """The search text whose tickets a figure counts: those of the period, or of the bucket that begins with `day`."""
        start, end = self.start, self.end
        if day is not None:
            start = max(start, datetime.combine(day, time(), self.calendar))
            end = min(end, datetime.combine(_next(day, self.grouping), time(), self.calendar))
        return " ".join(part for part in (self.text, *more, self._within(field, start, end)) if part)

    def _within(self, field: str, start: datetime, end: datetime) -> str:
        first, after = start.astimezone(self.calendar), end.astimezone(self.calendar)
        if first.time() == after.time() == time() and first < after:
            last = after.date() - timedelta(days=1)
            if last == first.date():
                return f"{field}:{last.isoformat()}"
            return f"{field}>={first.date().isoformat()} {field}<={last.isoformat()}"
        return f"{field}>={_second_of(start)} {field}<{_second_of(end)}"


def _second_of(moment: datetime) -> str:
    """A moment as the search language names it. It knows whole seconds: a ticket is seldom filed in the rest of one."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def read_bound(text: str | None, name: str, calendar: tzinfo, *, is_end: bool) -> datetime | None:
    """Parses a bound: a date is its local midnight (as an end: the next one); a time without an offset is local.

    Raises `Invalid` for other text.
    """
    if text is None or not text.strip():
        return None
    text = text.strip()
    try:
        if _DATE.match(text):
            day = date.fromisoformat(text)
            return datetime.combine(day + timedelta(days=1) if is_end else day, time(), calendar).astimezone(UTC)
        # A plus sign that is not escaped in the URL arrives as a space.
        moment = datetime.fromisoformat(_LOST_PLUS.sub("+", text))
        moment = moment if moment.tzinfo else moment.replace(tzinfo=calendar)
        found = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid.field(name, "not_a_time") from error
    if not 1970 <= found.year <= 9998:
        raise Invalid.field(name, "period.year")
    return found


def demand_order(start: datetime, end: datetime, end_text: str | None) -> None:
    """Raises `Invalid` for an end before the start.

    A last day before the first day is refused although the end may equal the start; two equal times are an empty
    period.
    """
    if start > end or (start == end and end_text is not None and _DATE.match(end_text.strip())):
        raise Invalid([Problem.at("end_date", "period.end_before_start")])


def make_period(
    start: datetime, end: datetime, zone: str, calendar: tzinfo, grouping: Grouping | None = None
) -> Period:
    """A period; the default grouping gives at most about a hundred buckets.

    Raises `Invalid` for a division into too many buckets.
    """
    days = (end - start).days
    chosen: Grouping = grouping or ("day" if days <= 92 else "week" if days <= 731 else "month")
    if days / {"day": 1, "week": 7, "month": 28}[chosen] > MAX_BUCKETS:
        raise Invalid([Problem.at("group_by", "period.too_many_buckets")])
    return Period(start=start, end=end, zone=zone, calendar=calendar, grouping=chosen)


def _truncated(day: date, grouping: Grouping) -> date:
    if grouping == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if grouping == "month" else day


def _next(day: date, grouping: Grouping) -> date:
    if grouping == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if grouping == "week" else 1)
