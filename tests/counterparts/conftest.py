"""Real programs as counterparts of mail. Each test starts its own, on this machine's loopback, and ends it by its process."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path that other users may enter, gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="dbc-", dir="/tmp"))
    place.chmod(0o755)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
