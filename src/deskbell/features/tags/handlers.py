"""Upkeep of the directory's counts."""

from deskbell.features.tags import queries
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

__all__ = ["fold_counts"]

_AT_ONCE = 200


@job(schedule="* * * * *")
async def fold_counts(tools: Tools, payload: bytes) -> None:
    """Keeps the sums of people short. Folding changes no sum, so there is no event."""
    del payload
    folded = _AT_ONCE
    while folded == _AT_ONCE:
        async with tools.database.unit(None) as uow:
            folded = await queries.fold(uow.db, _AT_ONCE)
