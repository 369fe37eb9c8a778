"""The moments of schedules, by the wall clock."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deskbell.kernel.rules.recurrence import next_moment, parse_recurrence

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Africa/Cairo",
    "America/Santiago", "Asia/Tehran", "Asia/Kathmandu", "Pacific/Apia", "Atlantic/Azores", "UTC",
)  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "after", "expected"),
    [
        ("mon 08:00", "2026-01-07T12:00", "2026-01-12T07:00"),
        ("mon 08:00", "2026-07-06T06:00", "2026-07-13T06:00"),  # not the moment itself
        ("MON,  thu 08:00", "2026-07-06T06:00", "2026-07-09T06:00"),
        ("weekday 17:30", "2026-07-03T16:00", "2026-07-06T15:30"),
        ("day 00:00", "2026-07-03T21:59", "2026-07-03T22:00"),
        ("month 1 06:00", "2026-12-01T06:00", "2027-01-01T05:00"),
        ("month 31 06:00", "2026-02-02T00:00", "2026-02-28T05:00"),
        ("month last 23:30", "2028-02-02T00:00", "2028-02-29T22:30"),
        ("sun 02:30", "2026-03-23T00:00", "2026-03-29T01:00"),  # the clock skips it: when it has moved on
        ("sun 02:30", "2026-10-24T00:00", "2026-10-25T00:30"),  # shown twice: the first time
        ("sun 02:30", "2026-10-25T00:30", "2026-11-01T01:30"),
    ],
)
def test_the_next_moment_follows_the_clock_on_the_wall(written: str, after: str, expected: str) -> None:
    assert next_moment(parse_recurrence(written), BERLIN, at(after)) == at(expected)


@pytest.mark.parametrize(
    "written",
    ["", "mon", "08:00", "mon 8:00", "mon 24:00", "mon 08:60", "xyz 08:00", "month 0 08:00", "month 32 08:00", "mon,, 08:00",
     "daily 08:00", "mon 08:00 tue", "mon 08:00\x00"],
)  # fmt: skip
def test_other_texts_are_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text itself
        parse_recurrence(written)


@pytest.mark.parametrize("name", ZONES)
def test_it_is_the_first_minute_that_a_look_at_the_clock_finds(name: str) -> None:
    """Minute by minute along UTC: the first at which the clock shows the time, or has passed it, on that day."""
    zone, draw = ZoneInfo(name), random.Random(name)
    for _ in range(12):
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(365 * 1_440))
        hour, minute = draw.choice([(0, 0), (0, 30), (1, 45), (2, 15), (2, 30), (3, 0), (23, 59)])
        found = next_moment(parse_recurrence(f"day {hour:02}:{minute:02}"), zone, start)
        assert found > start
        moment, before = start.replace(second=0), start.astimezone(zone)
        while True:
            moment += timedelta(minutes=1)
            shown = moment.astimezone(zone)
            reached = (shown.hour, shown.minute) >= (hour, minute)
            was_reached = before.date() == shown.date() and (before.hour, before.minute) >= (hour, minute)
            again = shown.fold == 1 and (shown - timedelta(hours=1)).date() == shown.date()
            if reached and not was_reached and not again:
                break
            before = shown
        assert found == moment, (start, hour, minute)
