"""Each sentence in the list of faults that users reported about other helpdesks has a test."""

import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__)
APP = HERE.parents[2] / "frontend" / "src"
CASES: dict[str, dict[str, list[str]]] = tomllib.loads(HERE.with_name("cases.toml").read_text(encoding="utf-8"))
NAMED = sorted({name for part in CASES.values() for tests in part.values() for name in tests})


@pytest.mark.parametrize("name", NAMED)
def test_the_test_of_a_sentence_exists(name: str) -> None:
    path, _, test = name.partition("::")
    if re.search(r"\.tsx?$", path):
        assert f'"{test}"' in (APP / path).read_text(encoding="utf-8"), name
    else:
        source = (HERE.parents[1] / path).read_text(encoding="utf-8")
        assert re.search(rf"^(?:async )?def {test}\(", source, re.MULTILINE), name


def test_each_sentence_has_a_test() -> None:
    assert all(tests for part in CASES.values() for tests in part.values())
    assert sum(map(len, CASES.values())) >= 50
