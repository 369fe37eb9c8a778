"""The fuse for loops through other systems: a rule that fires too often on one ticket rests on it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

FUSE: Final = 10
"""The number of firings of one rule on one ticket within `WITHIN` after which it rests there for `REST`."""
WITHIN: Final = timedelta(minutes=10)
REST: Final = timedelta(hours=1)
LOOKS_BACK: Final = REST + WITHIN
"""Firings from longer ago decide nothing."""


def resting_since(fired: Iterable[datetime], now: datetime) -> datetime | None:
    """When the rest of a rule began that has fired on a ticket at these moments; None if it does not rest."""
    times = sorted(fired)
    for first, last in zip(reversed(times[: 1 - FUSE]), reversed(times[FUSE - 1 :]), strict=True):
        if now - last >= REST:
            return None
        if last - first <= WITHIN:
            return last
    return None
