"""Seeds of tests that draw their own commands: few in `make test`, many in `make fuzz`."""

import pytest
from hypothesis import settings


def seeds(short: int, long: int) -> pytest.MarkDecorator:
    """Runs a test with each seed, its argument `seed`: `long` of them under the profile `fuzz`."""
    return pytest.mark.parametrize("seed", range(long if settings().max_examples > 500 else short))


drawn = pytest.mark.hypothesis
"""`make fuzz` runs what is marked so."""
