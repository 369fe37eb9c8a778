"""A real server, in processes of its own, on the tests' database: what the sockets are tried against."""

from collections.abc import AsyncIterator

import pytest

from tests.realtime.live import Live, serving
from tests.support.desk import Desk


@pytest.fixture(scope="session")
async def live(desk: Desk) -> AsyncIterator[Live]:
    """Two web workers; which of them a socket gets is chance, and must not matter."""
    async with serving(desk, workers=2) as server:
        yield server
