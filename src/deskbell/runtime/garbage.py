"""The garbage collector of processes that serve for long."""

import gc
from typing import Final

_YOUNG_OBJECTS: Final = 10_000
"""New objects after which the collector looks through them: a page of tickets makes hundreds that end with it."""


def freeze_loaded() -> None:
    """Hides all objects that exist now from the garbage collector. Call it once a process is ready to work.

    Code, routes and their models live as long as the process: 150,000 objects and more. A full collection would walk through
    them again and again, tens of milliseconds each time in the middle of requests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, *gc.get_threshold()[1:])
