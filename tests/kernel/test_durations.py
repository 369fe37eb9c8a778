from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.kernel.durations import LONGEST, format_duration, parse_duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0m"),
        (59.9, "0m"),
        (60, "1m"),
        (12 * 60 + 59, "12m"),
        (4 * 3600 + 23 * 60, "4h 23m"),
        (4 * 3600, "4h"),
        (86_399, "23h 59m"),
        (86_400, "1d"),
        (2 * 86_400 + 3 * 3600 + 59 * 60, "2d 3h"),
        (2 * 86_400 + 59 * 60, "2d"),
        (400 * 86_400, "400d"),
        (-720, "-12m"),
        (-30, "0m"),
    ],
)
def test_a_duration_reads_as_the_rule_says(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
    assert format_duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("7d", timedelta(days=7)),
        ("12h", timedelta(hours=12)),
        ("30m", timedelta(minutes=30)),
        ("90s", timedelta(seconds=90)),
        ("2W", timedelta(weeks=2)),
        (" 2d 3h ", timedelta(days=2, hours=3)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("36500d", LONGEST),
    ],
)
def test_lengths_of_time_are_read(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text", ["", "7", "d", "-7d", "7x", "7d!", "1.5h", "5m 2d", "1h 1h", "٣d", "36501d", "999999999w"]
)
def test_anything_else_is_refused_with_a_sentence_that_quotes_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a length of time|is too long") as refusal:
        parse_duration(text)
    assert f"“{text}”" in str(refusal.value)


@given(st.integers(0, int(LONGEST.total_seconds())))
def test_what_is_written_reads_back_as_at_most_the_same_and_less_than_one_unit_short(seconds: int) -> None:
    back = parse_duration(format_duration(seconds)).total_seconds()
    assert 0 <= seconds - back < (3600 if seconds >= 86_400 else 60)
    assert format_duration(back) == format_duration(seconds)


@given(st.text())
def test_no_text_makes_reading_fail_in_another_way(text: str) -> None:
    try:
        span = parse_duration(text)
    except ValueError:
        return
    assert timedelta(0) <= span <= LONGEST
