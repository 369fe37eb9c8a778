from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskbell.features.webhooks.schedule import DELAYS, JITTER, MAX_ATTEMPTS, next_attempt


def test_the_waits_grow_and_add_up_to_a_day() -> None:
    assert sum(DELAYS, timedelta(0)) == timedelta(hours=24)
    assert all(later > earlier for earlier, later in pairwise(DELAYS))


@given(st.integers(1, len(DELAYS)), st.randoms(use_true_random=False))
def test_each_wait_is_the_listed_one_within_its_jitter(attempt: int, rng: Random) -> None:
    wait = next_attempt(attempt, rng)
    assert wait is not None
    assert DELAYS[attempt - 1] * (1 - JITTER) <= wait <= DELAYS[attempt - 1] * (1 + JITTER)


def test_waits_differ_from_one_delivery_to_another() -> None:
    rng = Random(1)
    assert len({next_attempt(3, rng) for _ in range(20)}) == 20


def test_after_the_last_attempt_there_is_none() -> None:
    rng = Random(1)
    assert next_attempt(MAX_ATTEMPTS - 1, rng) is not None
    assert next_attempt(MAX_ATTEMPTS, rng) is None
    with pytest.raises(ValueError, match="from 1"):
        next_attempt(0, rng)
