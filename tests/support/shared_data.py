"""The third-party data next to the checkout: test input that is not part of the repository."""

from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parents[2]


def shared_data(name: str) -> Path:
    """A folder of `../shared/data`; the test is skipped where it is absent."""
    for above in _CHECKOUT.parents:
        found = above / "shared" / "data" / name
        if found.is_dir():
            return found
    pytest.skip(f"needs ../shared/data/{name}, which is not here")
