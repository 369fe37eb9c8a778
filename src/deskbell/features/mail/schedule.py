"""When a mail that was not taken is offered again."""

from datetime import datetime, timedelta
from typing import Final

_WAITS: Final = (
    timedelta(minutes=1), timedelta(minutes=4), timedelta(minutes=10), timedelta(minutes=15), timedelta(minutes=30),
    timedelta(hours=1), timedelta(hours=2),
)  # fmt: skip
"""From one attempt to the next: 1, 5, 15, 30 minutes, 1, 2 and 4 hours after the first."""
_LATER: Final = timedelta(hours=4)
LEASE: Final = timedelta(seconds=180)
"""When an attempt without a result is taken for lost."""
LASTS: Final = timedelta(hours=72)
"""The time after the first attempt within which a mail is offered again."""


def next_attempt(tries: int, first_tried_at: datetime, now: datetime) -> datetime | None:
    """The moment of the attempt after number `tries`; None when it was the last."""
    later = now + (_WAITS[tries - 1] if tries <= len(_WAITS) else _LATER)
    return later if later <= first_tried_at + LASTS else None
