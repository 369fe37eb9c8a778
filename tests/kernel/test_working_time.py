"""Opening hours and working time, against a clock that is read minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.kernel.working_time import MOST_OPENINGS, Calendar, OpeningHours, Span, calendar_of, problems_of
from tests.support.seeds import examples

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo",
    "America/Santiago", "Asia/Tehran", "Asia/Kathmandu", "Pacific/Apia", "Atlantic/Azores", "UTC",
]  # fmt: skip
"""Those with half hours, a date that was skipped (Apia, 2011), and clocks that change at midnight."""
MINUTE = timedelta(minutes=1)
HALF_DAYS = ["09:00-12:00", "13:00-17:00"]
SHOP = OpeningHours(
    mon=HALF_DAYS, tue=HALF_DAYS, wed=HALF_DAYS, thu=HALF_DAYS, fri=["09:00-13:00"],
    dates={"2026-12-24": ["09:00-12:00"], "2026-12-25": []},
)  # fmt: skip


def at(text: str) -> datetime:
    """A time of the shop's wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def later(since: str, days: int = 0, **time: float) -> datetime | None:
    return calendar_of(SHOP, BERLIN).later(at(since), Span(days, timedelta(**time)))


@pytest.mark.parametrize(
    ("since", "days", "hours", "found"),
    [
        ("2026-11-23 11:00", 0, 2, "2026-11-23 14:00"),  # over lunch
        ("2026-11-23 16:00", 0, 2, "2026-11-24 10:00"),  # over night
        ("2026-11-27 12:00", 0, 2, "2026-11-30 10:00"),  # over the weekend
        ("2026-11-28 03:00", 0, 1, "2026-11-30 10:00"),  # on a Saturday
        ("2026-12-24 11:00", 0, 3, "2026-12-28 11:00"),  # over a short day, a holiday and a weekend
        ("2026-11-23 15:00", 1, 0, "2026-11-24 15:00"),  # a working day keeps the time of day
        ("2026-11-26 15:00", 1, 0, "2026-11-30 09:00"),  # unless it is closed by then
        ("2026-11-28 03:00", 1, 0, "2026-12-01 09:00"),  # what comes on a day off counts from the next opening
        ("2026-11-23 15:00", 3, 1, "2026-11-26 16:00"),
        ("2026-11-23 20:00", 0, 0, "2026-11-23 20:00"),
    ],
)  # fmt: skip
def test_working_time_passes_within_openings_alone(since: str, days: int, hours: int, found: str) -> None:
    assert later(since, days, hours=hours) == at(found)


@pytest.mark.parametrize(
    ("until", "days", "hours", "found"),
    [
        ("2026-11-24 10:00", 0, 2, "2026-11-23 16:00"),
        ("2026-11-30 09:00", 0, 1, "2026-11-27 12:00"),
        ("2026-11-24 15:00", 1, 0, "2026-11-23 15:00"),
        ("2026-11-30 15:00", 1, 0, "2026-11-27 13:00"),
        ("2026-11-29 12:00", 1, 1, "2026-11-26 11:00"),
    ],
)
def test_it_is_counted_back_as_well(until: str, days: int, hours: int, found: str) -> None:
    assert calendar_of(SHOP, BERLIN).earlier(at(until), Span(days, timedelta(hours=hours))) == at(found)


def test_a_calendar_without_openings_has_no_moments() -> None:
    closed = calendar_of(OpeningHours(), BERLIN)
    now = at("2026-11-23 11:00")
    assert (closed.later(now, Span(1, timedelta())), closed.earlier(now, Span(0, MINUTE))) == (None, None)
    assert (closed.is_open(now), closed.next_change(now)) == (False, None)


@pytest.mark.parametrize(
    ("hours", "codes"),
    [
        (OpeningHours(mon=["9-17"]), ["hours.opening"]),
        (OpeningHours(mon=["17:00-09:00"]), ["hours.opening"]),
        (OpeningHours(mon=["09:00-24:01"]), ["hours.opening"]),
        (OpeningHours(mon=["09:60-10:00"]), ["hours.opening"]),
        (OpeningHours(sun=["09:00-12:00", "11:59-13:00"]), ["hours.overlap"]),
        (OpeningHours(sun=["09:00-12:00", "12:00-24:00"]), []),
        (OpeningHours(dates={"24.12.": []}), ["hours.date"]),
        (OpeningHours(dates={"2026-02-30": []}), ["hours.date"]),
        (OpeningHours(tue=[f"{hour:02}:00-{hour:02}:30" for hour in range(MOST_OPENINGS + 1)]), ["too_many_entries"]),
        (OpeningHours(dates={f"{1500 + n}-01-01": [] for n in range(401)}), ["too_many_entries"]),
    ],
)
def test_a_mistake_in_opening_hours_is_named(hours: OpeningHours, codes: list[str]) -> None:
    assert [problem.code for problem in problems_of(hours)] == codes


# -- against the clock on the wall -----------------------------------------------------------------------------------------


def shows_open(
    moment: datetime, zone: ZoneInfo, week: list[list[tuple[int, int]]], dates: dict[date, list[tuple[int, int]]]
) -> bool:
    """The definition itself, read off the local clock."""
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in dates.get(local.date(), week[local.weekday()]))


def stepped(
    moment: datetime,
    zone: ZoneInfo,
    week: list[list[tuple[int, int]]],
    dates: dict[date, list[tuple[int, int]]],
    left: int,
    step: int,
) -> datetime | None:
    """The moment after so many open minutes, found by walking; None beyond three weeks."""
    for _ in range(21 * 24 * 60):
        if left == 0:
            return moment
        before = moment if step > 0 else moment - MINUTE
        left -= shows_open(before, zone, week, dates)
        moment += step * MINUTE
    return None


@st.composite
def openings(draw: st.DrawFn) -> list[tuple[int, int]]:
    cuts = sorted(draw(st.sets(st.integers(0, 96), min_size=0, max_size=4)))
    return [(start * 15, end * 15) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]


@examples(10_000)
@given(
    st.sampled_from(ZONES), st.lists(openings(), min_size=7, max_size=7), st.integers(0, 525_599),
    st.sampled_from([2011, 2024, 2026]), st.dictionaries(st.integers(-3, 6), openings(), max_size=2), st.integers(1, 2_000),
)  # fmt: skip
def test_it_agrees_with_the_clock_on_the_wall(
    name: str,
    week: list[list[tuple[int, int]]],
    minute: int,
    year: int,
    special: dict[int, list[tuple[int, int]]],
    left: int,
) -> None:
    zone = ZoneInfo(name)
    now = datetime(year, 1, 1, tzinfo=UTC) + minute * MINUTE
    dates = {(now + timedelta(days=day)).date(): each for day, each in special.items()}
    calendar = Calendar(zone, week, dates)
    assert calendar.is_open(now) is shows_open(now, zone, week, dates)
    for step, found in (
        (1, calendar.later(now, Span(0, left * MINUTE))), (-1, calendar.earlier(now, Span(0, left * MINUTE))),
    ):  # fmt: skip
        walked = stepped(now, zone, week, dates, left, step)
        assert walked is None or found == walked
    change = calendar.next_change(now)
    if change is not None and change - now < timedelta(days=2):
        minutes = int((change - now) / MINUTE)
        assert {shows_open(now + i * MINUTE, zone, week, dates) for i in range(minutes)} == {calendar.is_open(now)}
        assert shows_open(change, zone, week, dates) is not calendar.is_open(now)
