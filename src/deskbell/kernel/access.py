"""Marks for functions that take a unit of work and require no permission themselves.

Each public function of a feature that takes a unit of work calls `uow.actor.require`, or carries one of these marks with
the reason. `tests/architecture/test_authorisation.py` checks it, so a missing check is a failing test and not a leak.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

OPEN_BECAUSE: Final = "__open_because__"
STEP_OF: Final = "__step_of__"


def anyone(reason: str) -> Callable[[F], F]:
    """Marks a function that any caller may use: what it shows or does is public, the actor's own, or row-filtered."""
    return _mark(OPEN_BECAUSE, reason)


def step(of: str) -> Callable[[F], F]:
    """Marks a part of commands that have authorised their actor. Contracts, sockets and pages must not call it."""
    return _mark(STEP_OF, of)


def _mark(name: str, reason: str) -> Callable[[F], F]:
    def mark(function: F) -> F:
        setattr(function, name, reason)
        return function

    return mark
