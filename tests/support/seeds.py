"""Sizes of tests that draw what they do: small in `make test`, large in `make fuzz`."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import settings

Test = TypeVar("Test", bound=Callable[..., object])


def seeds(short: int, long: int) -> pytest.MarkDecorator:
    """Runs a test with each seed, its argument `seed`: `long` of them under the profile `fuzz`."""
    return pytest.mark.parametrize("seed", range(sized(short, long)))


def sized(short: int, long: int) -> int:
    """`long` under the profile `fuzz`."""
    return long if settings().max_examples > 500 else short


def examples(long: int) -> Callable[[Test], Test]:
    """As many examples of a property as the profile says, `long` under the profile `fuzz`."""
    return settings(max_examples=sized(settings().max_examples, long))


drawn = pytest.mark.hypothesis
"""`make fuzz` runs what is marked so."""
