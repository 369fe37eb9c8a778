"""The organization's time zone, which applies to dates without an offset and to the counting of days."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deskbell.features.organizations import queries
from deskbell.runtime.sql import Db


async def organization_zone(db: Db) -> tuple[str, tzinfo]:
    """The entered organization's time zone, as name and `tzinfo`; UTC if none or an unknown one is set."""
    name = await queries.time_zone(db)
    if name:
        try:
            return name, ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            pass  # not from this version: UTC is better than an error
    return "UTC", UTC


async def read_moment(db: Db, text: str) -> datetime:
    """Parses a time, or a date as its midnight, to UTC; without an offset it is in the organization's time zone.

    Raises `ValueError` or `OverflowError` for other text.
    """
    return await moment_in_utc(db, datetime.fromisoformat(text))


async def moment_in_utc(db: Db, moment: datetime) -> datetime:
    """Converts a time to UTC; without an offset it is in the organization's time zone. Raises `OverflowError`."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=(await organization_zone(db))[1])
    return moment.astimezone(UTC)
