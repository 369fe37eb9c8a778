"""The register of the journal's readers, from which `docs/dev/readers.md` is generated.

A module whose SQL reads `events` registers the events that it reads, so that a change to an event shows its dependents.
"""

import inspect
from collections.abc import Callable, Collection
from typing import Final, Literal

from msgspec import Struct

from deskbell.kernel.events import event_types

Reading = Literal["follows", "announced", "on request"]
"""The way of reading. `follows`: with a cursor in the database, each event once in commit order. `announced`: an event when
its commit is announced. `on request`: by a query.
"""


class Reader(Struct, frozen=True):
    """A reader by its lasting name. `module` is where it reads; without `chosen` it reads events of all types."""

    name: str
    purpose: str
    module: str
    reading: Reading
    chosen: Callable[[], Collection[str]] | Collection[str] | None

    def types(self) -> frozenset[str]:
        """The types of events that it reads; complete once all features are imported."""
        chosen = self.chosen() if callable(self.chosen) else self.chosen
        return frozenset(event_types() if chosen is None else chosen)


_readers: Final[dict[str, Reader]] = {}


def reader(
    name: str,
    purpose: str,
    reading: Reading = "on request",
    *,
    types: Callable[[], Collection[str]] | Collection[str] | None = None,
) -> Reader:
    """Registers a reader of the calling module. `types`, if a function, is called once all features are imported."""
    frame = inspect.currentframe()
    caller = frame.f_back if frame is not None else None
    module = caller.f_globals["__name__"] if caller is not None else ""
    if name in _readers and _readers[name].module != module:
        raise TypeError(f"there are two readers of the journal called {name}")
    _readers[name] = found = Reader(name, purpose, module, reading, types)
    return found


def readers() -> list[Reader]:
    """Every registered reader, by name."""
    return [each for _, each in sorted(_readers.items())]


def about_tickets() -> list[str]:
    """The types of events that belong to a ticket's history."""
    return [name for name, kind in event_types().items() if "ticket_id" in kind.__struct_fields__]
