"""The fuse of rules: ten firings on one ticket in ten minutes, then an hour of rest."""

from datetime import UTC, datetime, timedelta
from random import Random

from deskbell.kernel.rules.fuse import FUSE, LOOKS_BACK, REST, WITHIN, resting_since

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEN = [START + i * MINUTE for i in range(10)]


def test_ten_firings_in_ten_minutes_rest_a_rule_for_an_hour() -> None:
    tenth = TEN[-1]
    assert resting_since(TEN, tenth) == tenth
    assert resting_since(TEN, tenth + timedelta(minutes=59)) == tenth
    assert resting_since(TEN, tenth + REST) is None


def test_fewer_or_slower_firings_do_not() -> None:
    assert resting_since([], START) is None
    assert resting_since(TEN[:9], TEN[8]) is None
    slow = [START + i * (WITHIN / 9) for i in range(9)]
    assert resting_since([*slow, START + WITHIN], START + WITHIN) == START + WITHIN
    assert resting_since([*slow, START + WITHIN + MINUTE], START + WITHIN + MINUTE) is None
    assert resting_since([START + i * 2 * MINUTE for i in range(60)], START + 119 * MINUTE) is None


def test_the_order_of_the_firings_does_not_matter() -> None:
    assert resting_since([*TEN[5:], *TEN[:5]], TEN[-1]) == TEN[-1]


def test_a_loop_of_any_speed_fires_at_most_ten_times_in_ten_minutes_of_an_hour() -> None:
    rng = Random(7)
    for _ in range(200):
        now, fired = START, list[datetime]()
        gap = rng.choice([1, 20, 59, 66, 70])
        for _ in range(400):
            now += timedelta(seconds=rng.uniform(gap * 0.9, gap * 1.1))
            recent = [at for at in fired if at > now - LOOKS_BACK]
            assert resting_since(recent, now) == resting_since(fired, now)
            if resting_since(recent, now) is None:
                fired.append(now)
        for first, last in zip(fired, fired[FUSE:], strict=False):
            assert last - first > WITHIN
        for first, last, after in zip(fired, fired[FUSE - 1 :], fired[FUSE:], strict=False):
            assert last - first > WITHIN or after - last >= REST
