"""The next moment of each kind of the worker's work by the clock."""

from collections.abc import Mapping
from datetime import datetime

from deskbell.runtime.database import Database


async def next_moments(database: Database) -> Mapping[str, datetime | None]:
    """By kind of work, the moment from which some of it is due, of all organizations; None where nothing is ahead."""
    async with database.across() as db:
        row = await db.fetch_one("select * from deskbell_next_moments()")
    return {} if row is None else dict(row)
