"""Periods: every moment of one belongs to exactly one of its parts, whatever the calendar does."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.reports.period import Grouping, make_period, read_bound
from deskbell.kernel.errors import Invalid

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"])
MOMENTS = st.integers(0, 18 * 366 * 86_400).map(
    lambda seconds: datetime(2009, 1, 1, tzinfo=UTC) + timedelta(0, seconds)
)
GROUPINGS: st.SearchStrategy[Grouping] = st.sampled_from(["day", "week", "month"])


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=900)), st.floats(0, 1), ZONES, GROUPINGS)
def test_each_moment_belongs_to_one_part_in_order(
    start: datetime, span: timedelta, share: float, zone: str, grouping: Grouping
) -> None:
    period = make_period(start, start + span, zone, ZoneInfo(zone), grouping)
    buckets = period.buckets
    assert buckets == sorted(set(buckets))
    if span:
        inside = min(start + span * share, start + span - timedelta(microseconds=1))
        assert period.bucket_of(inside) in buckets
        assert (buckets[0], buckets[-1]) == (
            period.bucket_of(start), period.bucket_of(start + span - timedelta(microseconds=1)),
        )  # fmt: skip
    else:
        assert buckets == []


def test_a_last_day_is_included_also_on_the_day_that_has_25_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = read_bound("2026-10-25", "start_date", berlin, is_end=False)
    end = read_bound("2026-10-25", "end_date", berlin, is_end=True)
    assert start is not None
    assert end is not None
    assert end - start == timedelta(hours=25)
    assert make_period(start, end, "Europe/Berlin", berlin, "day").buckets == [date(2026, 10, 25)]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00 02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),  # an unescaped plus sign
        ("2026-03-01T12:00:00", datetime(2026, 3, 1, 11, tzinfo=UTC)),  # local
        ("", None),
    ],
)
def test_a_time_is_read_as_it_was_meant(text: str, moment: datetime | None) -> None:
    assert read_bound(text, "start_date", ZoneInfo("Europe/Berlin"), is_end=True) == moment


@pytest.mark.parametrize("text", ["2026-13-01", "tomorrow", "1", "2026-01-01T25:00", "9999-12-31T23:59:59-14:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_bound(text, "start_date", UTC, is_end=True)


@pytest.mark.parametrize(("days", "grouping"), [(1, "day"), (92, "day"), (93, "week"), (731, "week"), (732, "month")])
def test_a_period_that_is_not_divided_otherwise_gets_parts_that_fit_it(days: int, grouping: str) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    assert make_period(start, start + timedelta(days=days), "UTC", UTC).grouping == grouping
