"""Imports the modules that declare event types, reactions and jobs, which registers them."""

import importlib
import importlib.util
import pkgutil
from functools import cache


@cache
def load_all(*packages: str) -> None:
    """Imports `events` and `handlers` of every package directly below `packages`."""
    for package in packages:
        parent = importlib.import_module(package)
        for found in sorted(pkgutil.iter_modules(parent.__path__), key=lambda each: each.name):
            for name in (f"{package}.{found.name}.events", f"{package}.{found.name}.handlers"):
                if found.ispkg and importlib.util.find_spec(name) is not None:
                    importlib.import_module(name)
