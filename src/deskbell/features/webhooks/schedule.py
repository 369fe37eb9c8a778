"""When a delivery that failed is tried again."""

from datetime import timedelta
from random import Random

__all__ = ["DELAYS", "JITTER", "MAX_ATTEMPTS", "next_attempt"]

DELAYS = (
    timedelta(seconds=5),  # 5 s after the first attempt
    timedelta(seconds=25),  # 30 s
    timedelta(minutes=2, seconds=30),  # 3 min
    timedelta(minutes=12),  # 15 min
    timedelta(minutes=45),  # 1 h
    timedelta(hours=2),  # 3 h
    timedelta(hours=4),  # 7 h
    timedelta(hours=7),  # 14 h
    timedelta(hours=10),  # 24 h
)
"""The waits between one attempt and the next; the remarks give the time since the first. Together 24 hours."""

JITTER = 0.1
"""Each wait is longer or shorter by up to this share, so that deliveries to one receiver do not all return at the same moment."""

MAX_ATTEMPTS = len(DELAYS) + 1


def next_attempt(attempts: int, rng: Random) -> timedelta | None:
    """The wait after attempt number `attempts` (1 is the first) has failed; None when it was the last.

    Raises `ValueError` for a number below 1.
    """
    if attempts < 1:
        raise ValueError("attempts are counted from 1")
    if attempts > len(DELAYS):
        return None
    return DELAYS[attempts - 1] * rng.uniform(1 - JITTER, 1 + JITTER)
