"""The organization's time zone, which applies to dates without an offset and to the counting of days."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import UnsetType

from deskbell.features.organizations import queries
from deskbell.kernel.errors import Invalid
from deskbell.runtime.sql import Db


async def require_time_zone(db: Db, name: str | UnsetType | None, path: str = "settings") -> None:
    """Refuses a time zone that PostgreSQL does not know: every report would fail. Raises `Invalid` under `path`."""
    if isinstance(name, str) and not await queries.knows_time_zone(db, name):
        raise Invalid.field(f"{path}.time_zone", "not_a_time_zone")


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
