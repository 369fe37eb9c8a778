"""The organization's time zone, by which dates without an offset are read and days are counted."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deskbell.features.organizations import queries
from deskbell.runtime.sql import Db


async def organization_zone(db: Db) -> tuple[str, tzinfo]:
    """The entered organization's time zone by name, and as Python knows it; UTC where none is set, or an unknown one."""
    name = await queries.time_zone(db)
    if name:
        try:
            return name, ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            pass  # written by hand or by an older version: figures in UTC are better than none
    return "UTC", UTC


async def read_moment(db: Db, text: str) -> datetime:
    """A time or a date, which begins at midnight, in UTC; without an offset it is in the organization's time zone.

    Raises `ValueError` or `OverflowError` for anything else.
    """
    return await moment_in_utc(db, datetime.fromisoformat(text))


async def moment_in_utc(db: Db, moment: datetime) -> datetime:
    """The same moment in UTC; without an offset it is in the organization's time zone. Raises `OverflowError`."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=(await organization_zone(db))[1])
    return moment.astimezone(UTC)
