"""References of features to objects of others: they are cleared in the transaction in which one goes."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias
from uuid import UUID

from deskbell.runtime.database import UnitOfWork

Clear: TypeAlias = Callable[[UnitOfWork, str, UUID], Awaitable[None]]
"""Called with the kind (`group`, `category`, `person`) and the id of an object that is about to go."""

_clearing: Final[list[Clear]] = []


def when_gone(clear: Clear) -> Clear:
    """Declares a function that is called whenever an object goes that others may name."""
    _clearing.append(clear)
    return clear


async def gone(uow: UnitOfWork, kind: str, object_id: UUID) -> None:
    """Clears references to an object that goes with this unit of work."""
    for each in _clearing:
        await each(uow, kind, object_id)
