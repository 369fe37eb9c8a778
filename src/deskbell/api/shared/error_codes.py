"""Every error code that a contract can answer with."""

from collections.abc import Iterator

from deskbell.kernel.errors import DeskbellError
from deskbell.runtime.discovery import load_all


def error_codes(contract: str) -> list[str]:
    """The codes of all refusals of the core and of one contract, sorted."""
    load_all("deskbell.features", "deskbell.channels")
    own = ("deskbell.kernel.", "deskbell.runtime.", "deskbell.features.", "deskbell.channels.", "deskbell.api.shared.")
    places = (*own, f"deskbell.api.{contract}.")
    return sorted({each.code for each in _refusals(DeskbellError) if each.__module__.startswith(places)})


def _refusals(base: type[DeskbellError]) -> Iterator[type[DeskbellError]]:
    for each in base.__subclasses__():
        if each.code != DeskbellError.code:
            yield each
        yield from _refusals(each)
