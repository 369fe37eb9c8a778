"""Spans of time as people write and read them: "4h 23m", "7d".

The writing rule: the two largest units that are not zero side by side, from days, hours and minutes; whatever is
smaller is cut off, never rounded up, so that "1h" is not shown before an hour has passed. Less than a minute is "0m".
"""

import re
from datetime import timedelta

LONGEST = timedelta(days=36_500)
"""The longest span that can be read: a hundred years, so that adding it to a date of today cannot overflow."""

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"([0-9]{1,9}) ?([wdhms])")
_WHOLE = re.compile(rf"{_PART.pattern}(?: ?{_PART.pattern})*")


def format_duration(span: timedelta | float) -> str:
    """`span` (seconds when a number) as "2d 3h", "4h 23m", "12m" or "0m"; a negative one has a leading "-".

    With days, minutes are left out: "2d 3h" stands for anything from 2 d 3 h to just under 2 d 4 h; a zero part is not
    written ("2d").
    """
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    minutes = int(abs(seconds) // 60)
    hours, days = minutes // 60, minutes // 1_440
    parts = [(days, "d"), (hours % 24, "h")] if days else [(hours, "h"), (minutes % 60, "m")]
    text = " ".join(f"{count}{unit}" for count, unit in parts if count) or "0m"
    return f"-{text}" if seconds < 0 and minutes else text


def parse_duration(text: str) -> timedelta:
    """Read "7d", "12h", "30m", "90s", "2w" or several together, largest unit first ("2d 3h", "1h30m").

    Case does not matter. Raises `ValueError` with a sentence for people when it is something else, or longer than
    `LONGEST`.
    """
    tidy = text.strip().lower()
    parts = _PART.findall(tidy)
    sizes = [_SECONDS[unit] for _, unit in parts]
    # Largest first and each once: "5m 2d" and "1h 1h" are slips of the keyboard more often than meant.
    if not _WHOLE.fullmatch(tidy) or sizes != sorted(set(sizes), reverse=True):
        raise ValueError(f"“{text}” is not a length of time; write for example 30m, 12h, 7d or 2d 3h")
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in parts)
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"“{text}” is too long; the most is {LONGEST.days} days")
    return timedelta(seconds=seconds)
