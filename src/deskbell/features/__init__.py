"""The product: one package per noun. A lower feature tells a higher one something by recording an event."""

import importlib
import importlib.util
import pkgutil
from functools import cache

__all__ = ["load_all"]


@cache
def load_all() -> None:
    """Imports every feature's events and handlers, so that all event types and reactions are known."""
    for package in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        for module in ("events", "handlers"):
            name = f"{__name__}.{package.name}.{module}"
            if importlib.util.find_spec(name) is not None:
                importlib.import_module(name)
