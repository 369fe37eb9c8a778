"""The moments of automations."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deskbell.kernel.rules.moments import Clock, Mark, moment_of

ANCHOR = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


STANDARD = Clock(after=3 * HOUR, every=None, most=1, catch_up=False, armed_at=None)


def clock(**changes: Any) -> Clock:
    return replace(STANDARD, **changes)


def test_it_fires_once_for_an_anchor_and_again_for_another() -> None:
    first = moment_of(clock(), ANCHOR, None)
    assert first is not None
    assert (first.at, first.number, first.last) == (ANCHOR + 3 * HOUR, 1, True)
    mark = Mark(ANCHOR, 1, first.at)
    assert moment_of(clock(), ANCHOR, mark) is None
    moved = moment_of(clock(), ANCHOR + HOUR, mark)
    assert moved is not None
    assert moved.at == ANCHOR + 4 * HOUR
    assert moment_of(clock(), None, None) is None


def test_before_a_deadline() -> None:
    before = moment_of(clock(after=-2 * HOUR), ANCHOR, None)
    assert before is not None
    assert before.at == ANCHOR - 2 * HOUR


def test_what_was_due_before_it_was_armed_is_passed_over() -> None:
    armed = clock(every=HOUR, most=4, armed_at=ANCHOR + 4 * HOUR)
    found = moment_of(armed, ANCHOR, None)
    assert found is not None
    assert (found.at, found.number) == (ANCHOR + 5 * HOUR, 3)
    assert moment_of(clock(armed_at=ANCHOR + 4 * HOUR), ANCHOR, None) is None
    assert moment_of(clock(armed_at=ANCHOR + 4 * HOUR, catch_up=True), ANCHOR, None) is not None


@given(st.integers(1, 6), st.integers(0, 20), st.lists(st.integers(0, 50), min_size=1, max_size=30), st.booleans())
def test_whenever_it_is_looked_at_it_fires_so_often_at_most_and_never_too_close(
    most: int,
    armed: int,
    waits: list[int],
    catch_up: bool,
) -> None:
    asked = clock(every=2 * HOUR, most=most, armed_at=ANCHOR + armed * HOUR, catch_up=catch_up)
    now, fired = ANCHOR, list[datetime]()
    mark: Mark | None = None
    for wait in waits:
        now += wait * HOUR
        moment = moment_of(asked, ANCHOR, mark)
        if moment is not None and moment.at <= now:
            assert moment.at >= ANCHOR + 3 * HOUR
            assert catch_up or moment.at > ANCHOR + armed * HOUR
            fired.append(now)
            mark = Mark(ANCHOR, moment.number, now)
    assert len(fired) <= most
    assert all(later - earlier >= 2 * HOUR for earlier, later in pairwise(fired))
