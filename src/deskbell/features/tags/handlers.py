"""Maintenance of the directory's counts."""

from deskbell.features.tags import queries
from deskbell.runtime.reactions import job
from deskbell.runtime.tools import Tools

_BATCH_SIZE = 200


@job(schedule="* * * * *")
async def fold_counts(tools: Tools, payload: bytes) -> None:
    """Folds delta rows of the directory's counts, so that reading a count stays cheap. Records no event."""
    del payload
    folded = _BATCH_SIZE
    while folded == _BATCH_SIZE:
        async with tools.database.unit(None) as uow:
            folded = await queries.fold(uow.db, _BATCH_SIZE)
