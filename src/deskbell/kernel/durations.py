"""Durations as text: "4h 23m", "7d".

Formatting uses two adjacent units of days, hours and minutes at most, beginning with the largest that is not zero. The
rest is cut off, never rounded up, so that "1h" does not appear before an hour has passed. Less than a minute is "0m".
"""

import re
from datetime import timedelta

from deskbell.kernel.working_time import Span

LONGEST = timedelta(days=36_500)
"""The longest duration that can be parsed: 100 years, so that adding it to a current date cannot overflow."""

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_PART = re.compile(r"([0-9]{1,9}) ?([wdhms])")
_WHOLE = re.compile(rf"{_PART.pattern}(?: ?{_PART.pattern})*")


def format_duration(span: timedelta | float) -> str:
    """Formats `span` (seconds if a number) as "2d 3h", "4h 23m", "12m" or "0m"; a negative one has a leading "-".

    With days, minutes are left out. A part that is zero is left out ("2d").
    """
    seconds = span.total_seconds() if isinstance(span, timedelta) else span
    minutes = int(abs(seconds) // 60)
    hours, days = minutes // 60, minutes // 1_440
    parts = [(days, "d"), (hours % 24, "h")] if days else [(hours, "h"), (minutes % 60, "m")]
    text = " ".join(f"{count}{unit}" for count, unit in parts if count) or "0m"
    return f"-{text}" if seconds < 0 and minutes else text


def parse_duration(text: str) -> timedelta:
    """Parses "7d", "12h", "30m", "90s", "2w" or several together, largest unit first ("2d 3h", "1h30m").

    Case is ignored. Raises `ValueError`, with a message for the user, for other text and beyond `LONGEST`.
    """
    tidy = text.strip().lower()
    parts = _PART.findall(tidy)
    sizes = [_SECONDS[unit] for _, unit in parts]
    # Largest first and each once: "5m 2d" and "1h 1h" are probably typos.
    if not _WHOLE.fullmatch(tidy) or sizes != sorted(set(sizes), reverse=True):
        raise ValueError(f"“{text}” is not a length of time; write for example 30m, 12h, 7d or 2d 3h")
    seconds = sum(int(count) * _SECONDS[unit] for count, unit in parts)
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"“{text}” is too long; the most is {LONGEST.days} days")
    return timedelta(seconds=seconds)


def parse_length(text: str) -> timedelta | Span:
    """Parses a duration, or one of working time: "3d working". Raises `ValueError` as `parse_duration`, and for working weeks."""
    words = text.strip().lower().split()
    if not words or words[-1] != "working":
        return parse_duration(text)
    rest = " ".join(words[:-1])
    found = parse_duration(rest)
    parts = {unit: int(count) for count, unit in _PART.findall(rest)}
    if "w" in parts:
        raise ValueError(f"“{text}” has weeks; write working days, for example 5d working")
    days = parts.get("d", 0)
    return Span(days, found - timedelta(days=days))
