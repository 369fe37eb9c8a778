"""Times of activity: office hours for staff, the whole day for customers. Times are UTC."""

import math
from datetime import UTC, datetime, timedelta
from random import Random

OPENS, CLOSES = 8, 17
_BY_WEEKDAY = (1.35, 1.15, 1.0, 1.0, 0.95, 0.55, 0.45)
_BY_HOUR = {
    7: 2, 8: 5, 9: 9, 10: 10, 11: 9, 12: 8, 13: 7, 14: 7, 15: 6, 16: 6, 17: 4, 18: 3, 19: 3, 20: 4, 21: 2, 22: 1,
}  # fmt: skip


def arrivals(rng: Random, now: datetime, days: int, count: int) -> list[datetime]:
    """`count` moments in the `days` before `now`, in order: busy Mondays, quiet Sundays, rather more of late."""
    ages = list(range(days))
    weights = [_BY_WEEKDAY[(now - timedelta(days=age)).weekday()] * (1 + 2.6 * math.exp(-age / 7)) for age in ages]
    moments: list[datetime] = []
    while len(moments) < count:
        day = now - timedelta(days=rng.choices(ages, weights)[0])
        hour = rng.choices(list(_BY_HOUR), list(_BY_HOUR.values()))[0]
        moment = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
        if now - timedelta(days=days) < moment < now - timedelta(minutes=4):
            moments.append(moment)
    return sorted(moments)


def at_work(rng: Random, moment: datetime) -> datetime:
    """The moment itself if the desk is open, else some time in the first two hours of its next opening."""
    if moment.weekday() < 5 and OPENS <= moment.hour < CLOSES:
        return moment
    day = moment if moment.hour < OPENS else moment + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day.replace(hour=OPENS, minute=0, second=0) + timedelta(seconds=rng.randrange(7200))


def awake(rng: Random, moment: datetime) -> datetime:
    """The moment itself by day, else the next morning: customers sleep too."""
    if 7 <= moment.hour < 23:
        return moment
    day = moment if moment.hour < 7 else moment + timedelta(days=1)
    return day.replace(hour=7, minute=0, second=0) + timedelta(seconds=rng.randrange(7200))


def in_utc(moment: datetime) -> datetime:
    """Converts a time to UTC, to the second. Raises `ValueError` without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("now needs a time zone")
    return moment.astimezone(UTC).replace(microsecond=0)
