"""The current time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The current time as an aware datetime in UTC."""
    return datetime.now(UTC)
