"""Each sentence in the list of other helpdesks' faults has a test."""

import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__)
CASES: dict[str, dict[str, list[str]]] = tomllib.loads(HERE.with_name("cases.toml").read_text(encoding="utf-8"))
NAMED = sorted({name for part in CASES.values() for tests in part.values() for name in tests})


@pytest.mark.parametrize("name", NAMED)
def test_the_test_of_a_sentence_exists(name: str) -> None:
    path, _, function = name.partition("::")
    source = (HERE.parents[2] / path).read_text(encoding="utf-8")
    assert re.search(rf"^(?:async )?def {function}\(", source, re.MULTILINE), name


def test_each_sentence_has_a_test() -> None:
    assert all(tests for part in CASES.values() for tests in part.values())
    assert sum(map(len, CASES.values())) >= 45
